namespace Recurve.Runtime.Tests.Devices;

[Collection(nameof(Alone))]
public sealed class DeviceTests
{
    [Fact]
    public void The_processor_is_always_there()
    {
        Assert.True(Device.TryGet("cpu", out var device, out var whyNot));
        Assert.Equal(Device.Cpu, device);
        Assert.Null(whyNot);
        var tensor = Tensor.Zeros(1);
        Assert.Same(tensor, tensor.To(Device.Cpu));
    }

    [Theory]
    [InlineData("cuda:99", "CUDA")]
    [InlineData("opencl:99", "OpenCL")]
    [InlineData("ilgpu:99", "ILGPU")]
    [InlineData("cuda", "not a device")]
    [InlineData("tpu:0", "not a device")]
    [InlineData("cuda:-1", "not a device")]
    [InlineData("", "not a device")]
    public void What_is_missing_says_why(string name, string words)
    {
        Assert.False(Device.TryGet(name, out var device, out var whyNot));
        Assert.Null(device);
        Assert.Contains(words, whyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_no_silent_fallback()
    {
        Assert.Throws<DeviceException>(() => Device.Cuda(99));
        Assert.Throws<DeviceException>(() => Device.OpenCl(99));
        Assert.Throws<ArgumentOutOfRangeException>(() => Device.Cuda(-1));
    }

    [Fact]
    public void The_environment_names_the_default()
    {
        var old = Environment.GetEnvironmentVariable("RECURVE_DEVICE");
        try
        {
            Environment.SetEnvironmentVariable("RECURVE_DEVICE", "cuda:99");
            Assert.Throws<DeviceException>(() => Device.Default);
            Environment.SetEnvironmentVariable("RECURVE_DEVICE", "gpu");
            Assert.Throws<ArgumentException>(() => Device.Default);
            Environment.SetEnvironmentVariable("RECURVE_DEVICE", "cpu");
            Assert.Equal(Device.Cpu, Device.Default);
        }
        finally
        {
            Environment.SetEnvironmentVariable("RECURVE_DEVICE", old);
        }
    }
}
