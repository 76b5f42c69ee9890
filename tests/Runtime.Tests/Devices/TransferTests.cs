using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>Tensors and modules that move, and what does not fit together.</summary>
public sealed class TransferTests
{
    [Theory, OnCpu, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void Numbers_come_back_as_they_went(string device)
    {
        foreach (var length in new[] { 0, 1, 1000 })
        {
            float[] values = [.. Enumerable.Range(0, length).Select(i => i % 7 == 3 ? float.NaN : i / 3f)];
            var tensor = Tensor.FromArray(values, length).To(Agreement.Get(device));
            Assert.Equal(device, tensor.Device.Name);
            Assert.Equal($"Tensor ({length}){(device == "cpu" ? "" : $" on {device}")}", tensor.ToString());
            Assert.Same(tensor, tensor.To(Agreement.Get(device)));
            Assert.Equal(values, tensor.ToArray());
            Assert.Equal(values, tensor.To(Device.Cpu).ToArray());
        }
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public unsafe void Numbers_wait_in_memory_that_the_device_reads(string device)
    {
        const int length = 5000;
        var there = Agreement.Get(device);
        Storage staged = Storage.RentStaging(there, length), memory = Storage.Rent(there, length), read = Storage.RentStaging(there, length);
        Assert.Equal(Device.Cpu, staged.Device);
        for (var i = 0; i < length; i++) staged.Pointer[i] = i;
        there.Accelerator!.WriteStaged(memory.Address, staged.Pointer, length * sizeof(float));
        read.CopyFrom(memory, from: 7, to: 3, floats: 100);
        Assert.Equal(Enumerable.Range(7, 100).Select(i => (float)i), new ReadOnlySpan<float>(read.Pointer + 3, 100).ToArray());
        foreach (var storage in new[] { staged, memory, read }) storage.Return();
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void Gradients_flow_back_to_where_a_leaf_is(string device)
    {
        var leaf = Tensor.FromArray([1, 2, 3]);
        leaf.RequiresGrad = true;
        leaf.To(Agreement.Get(device)).Scale(2).Sum().To(Device.Cpu).Backward();
        Assert.Equal(Device.Cpu, leaf.Grad!.Device);
        Assert.Equal([2, 2, 2], leaf.Grad.ToArray());
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void Tensors_on_two_devices_are_refused_by_name(string device)
    {
        Tensor here = Tensor.FromArray([1, 2]), there = Tensor.FromArray([1, 2]).To(Agreement.Get(device));
        here.RequiresGrad = true;
        var linear = new Linear(2, 1);
        Func<object>[] mixtures =
        [
            () => here + there, () => there * here, () => Loss.MeanSquaredError(here, there), () => linear.Forward(there),
            () => { here.Scale(1).Backward(there); return here; },
            () => { here.Grad = there; new Sgd([new("w", here)]).Step(); return here; },
        ];
        foreach (var mixture in mixtures)
        {
            var message = Assert.Throws<ArgumentException>(mixture).Message;
            Assert.Contains("cpu", message, StringComparison.Ordinal);
            Assert.Contains(device, message, StringComparison.Ordinal);
        }
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void Memory_that_a_device_has_not_is_a_typed_error_after_which_it_works(string device)
    {
        var there = Agreement.Get(device);
        var error = Assert.Throws<DeviceOutOfMemoryException>(() => Tensor.Zeros(there, 1 << 30, 1 << 20));
        Assert.Contains(device, error.Message, StringComparison.Ordinal);
        Assert.Equal([3, 3], (Tensor.FromArray([1, 2]).To(there) + Tensor.FromArray([2, 1]).To(there)).ToArray());
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void Memory_of_forgotten_tensors_is_used_again(string device)
    {
        var there = Agreement.Get(device);
        // a request beyond all memory puts nothing off
        Assert.Throws<DeviceOutOfMemoryException>(() => Tensor.Zeros(there, 1 << 30, 1 << 20));
        for (var i = 0; i < 200; i++) Tensor.Uninitialized(there, 8 << 20);
        Assert.InRange(there.Pool.RentedBytes, 0, 3L << 30);
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void A_graph_from_before_a_move_is_refused(string device)
    {
        var linear = new Linear(2, 1);
        var y = linear.Forward(Tensor.FromArray([1, 2], 1, 2)).Sum();
        linear.To(Agreement.Get(device));
        Assert.Contains("Linear", Assert.Throws<InvalidOperationException>(y.Backward).Message, StringComparison.Ordinal);
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void Files_do_not_know_the_device(string device)
    {
        var path = Path.GetTempFileName();
        var there = new Sequential(new Linear(3, 2), new LayerNorm(2));
        there.Initialize(5);
        there.To(Agreement.Get(device));
        there.Save(path);
        var here = new Sequential(new Linear(3, 2), new LayerNorm(2));
        here.Load(path);
        Assert.Equal(there.Parameters.SelectMany(p => p.Value.ToArray()), here.Parameters.SelectMany(p => p.Value.ToArray()));
        here.To(Agreement.Get(device));
        here.Initialize(1);
        here.Load(path);
        Assert.Equal(there.Parameters.SelectMany(p => p.Value.ToArray()), here.Parameters.SelectMany(p => p.Value.ToArray()));
        File.Delete(path);
    }
}
