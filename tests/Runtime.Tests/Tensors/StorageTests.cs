namespace Recurve.Runtime.Tests.Tensors;

/// <summary>Counts the process's memory, so it runs alone.</summary>
[Collection(nameof(Alone))]
public sealed unsafe class StorageTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public void Memory_is_aligned_clear_and_has_a_lane_to_spare(long floats)
    {
        var storage = Storage.Rent(floats, clear: true);
        Assert.Equal(0, (long)storage.Pointer % 64);
        Assert.False(new ReadOnlySpan<float>(storage.Pointer, (int)floats).ContainsAnyExcept(0f));
        for (var i = 0; i < 16; i++) storage.Pointer[floats + i] = 1f;
        storage.Return();
    }

    [Fact]
    public void Large_blocks_differ_in_page_colour()
    {
        var blocks = Enumerable.Range(0, 4).Select(_ => Storage.Rent(1_234_567)).ToArray();
        Assert.True(blocks.Select(b => (long)b.Pointer % 4096).Distinct().Count() > 1);
        foreach (var block in blocks) block.Return();
    }

    [Fact]
    public void Returned_memory_is_used_again_and_refused_to_its_old_owner()
    {
        var first = Storage.Rent(777_777);
        var address = (nint)first.Pointer;
        first.Return();
        first.Return();
        Assert.True(first.IsReturned);
        Assert.Throws<InvalidOperationException>(() => (nint)first.Pointer);
        var second = Storage.Rent(777_777);
        Assert.Equal(address, (nint)second.Pointer);
        second.Return();
    }

    [Fact]
    public void Forgotten_tensors_do_not_pile_up()
    {
        // 100 times 64 MB, never returned: more than the machine would give
        for (var i = 0; i < 100; i++) *Tensor.Uninitialized(16 << 20).Pointer = 1f;
        Assert.InRange(StoragePool.Host.RentedBytes, 0, 3L << 30);
    }

    [Fact]
    public void Too_much_memory_is_an_exception() => Assert.ThrowsAny<Exception>(() => Storage.Rent(long.MaxValue / 2));

    [Fact]
    public void Every_gradient_of_a_pass_goes_back()
    {
        var x = Tensor.Zeros(50_000);
        x.RequiresGrad = true;
        var y = x;
        for (var i = 0; i < 20; i++) y = (y + x).Scale(0.5);
        var loss = y.Sum();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = StoragePool.Host.RentedBytes;
        loss.Backward();
        // what is left is x.Grad, its size rounded up
        Assert.InRange(StoragePool.Host.RentedBytes - before, long.MinValue, 2 * 50_000 * sizeof(float));
        GC.KeepAlive(y);
    }

    [Fact]
    public void What_two_parts_of_a_chain_hand_over_goes_back()
    {
        var model = new Sequential(new Linear(8, 8), new LayerNorm(8), new Residual(new Linear(8, 8)), new Linear(8, 8));
        var x = Tensor.Zeros(40_000, 8);
        model.Initialize(0);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = StoragePool.Host.RentedBytes;
        var y = model.Forward(x);
        y.Sum().Backward();
        // without a collection: only y and the parameters' gradients are left
        Assert.InRange(StoragePool.Host.RentedBytes - before, 0, 2 * 40_000 * 8 * sizeof(float));
        using (Autograd.NoGrad()) y = model.Forward(x);
        Assert.InRange(StoragePool.Host.RentedBytes - before, 0, 3 * 40_000 * 8 * sizeof(float));
        GC.KeepAlive(y);
    }
}
