using Recurve.Devices.Cuda;
using Recurve.TestKit;
using Recurve.TestKit.Cuda;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>What CUDA has besides the seam: a device that is lost, several devices, where its libraries lie, and what is compiled for which card.</summary>
public sealed class CudaTests
{
    const int IllegalAddress = 700;

    // the tests of other classes are on cuda:1
    [Theory, OnCudaDouble]
    public void A_lost_device_is_a_typed_error_and_is_opened_afresh(string other)
    {
        var lost = Agreement.Get("cuda:0");
        Tensor x = Tensor.FromArray([1, 2, 3]).To(lost), sum = x + x;
        CudaPresence.Fail(0, IllegalAddress);
        var error = Assert.Throws<DeviceLostException>(sum.ToArray);
        Assert.Contains("cuda:0", error.Message, StringComparison.Ordinal);
        Assert.Contains("CUDA_ERROR_ILLEGAL_ADDRESS", error.Message, StringComparison.Ordinal);
        Assert.Throws<DeviceLostException>(x.ToArray);
        Assert.Throws<DeviceLostException>(() => Tensor.Zeros(lost, 1 << 20));
        Assert.Throws<DeviceLostException>(() => x + x);

        var fresh = Agreement.Get("cuda:0");
        Assert.NotEqual(lost, fresh);
        Tensor y = Tensor.FromArray([1, 2, 3]).To(fresh);
        Assert.Equal([2, 4, 6], (y + y).ToArray());
        Assert.Contains("lost", Assert.Throws<ArgumentException>(() => x + y).Message, StringComparison.Ordinal);
        Assert.Equal([2], Tensor.FromArray([2]).To(Agreement.Get(other)).ToArray());
    }

    [Theory, OnCudaDouble]
    public void Tensors_go_from_device_to_device(string device)
    {
        var here = Tensor.FromArray([1, 2, 3]).To(Agreement.Get(device));
        here.RequiresGrad = true;
        var there = here.To(Agreement.Get("cuda:0"));
        there.Scale(2).Sum().Backward();
        Assert.Equal([1, 2, 3], there.ToArray());
        Assert.Equal(device, here.Grad!.Device.Name);
        Assert.Equal([2, 2, 2], here.Grad.ToArray());
    }

    [Theory, OnCudaDouble]
    public void A_number_beyond_the_last_device_says_how_many_there_are(string device)
    {
        Assert.False(CudaDevices.TryOpen(99, out var accelerator, out var whyNot));
        Assert.Null(accelerator);
        Assert.Contains("there are 2 CUDA devices", whyNot, StringComparison.Ordinal);
        Assert.NotNull(device);
    }

    [Theory]
    [InlineData(90, "sm_90")]
    [InlineData(89, "compute_87")]
    [InlineData(121, "compute_90")]
    [InlineData(75, null)]
    public void Code_is_for_the_card_or_finished_by_its_driver(int card, string? target)
        => Assert.Equal(target, NvrtcCompiler.TargetOf(card, [80, 87, 90]));

    [Fact]
    public void Libraries_of_Python_packages_are_found()
    {
        var site = Directory.CreateTempSubdirectory("recurve-").FullName;
        try
        {
            string[] libraries = [Path.Combine(site, "nvidia", "cublas", "lib"), Path.Combine(site, "nvidia", "cuda_nvrtc", "lib")];
            foreach (var library in libraries) Directory.CreateDirectory(library);
            Assert.Equal(libraries, CudaFolders.Packages([Path.Combine(site, "nowhere"), site]).Where(Directory.Exists));
        }
        finally
        {
            Directory.Delete(site, recursive: true);
        }
    }

    [Fact]
    public void Environments_of_Pythons_on_the_path_are_found()
    {
        var root = Directory.CreateTempSubdirectory("recurve-").FullName;
        try
        {
            string[] folders = [Path.Combine(root, "empty", "bin"), Path.Combine(root, "environment", "bin")];
            foreach (var folder in folders) Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folders[1], OperatingSystem.IsWindows() ? "python.exe" : "python3"), "");
            Assert.Equal([folders[1], Path.Combine(root, "environment")], CudaFolders.Environments($"{folders[0]}{Path.PathSeparator}{folders[1]}{Path.DirectorySeparatorChar}").Select(Path.TrimEndingDirectorySeparator));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
