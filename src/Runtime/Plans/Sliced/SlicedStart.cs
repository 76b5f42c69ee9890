namespace Recurve.Plans;

/// <summary>The states before a sequence whose slices are on several ranks: those that the first one was given.</summary>
internal static unsafe class SlicedStart
{
    /// <summary>On the first rank the tensors themselves, which receive their gradients; elsewhere copies.</summary>
    public static Tensor[] Of(ITimeSlices slices, Walk walk, Tensor[] starts)
    {
        var order = new SliceOrder(slices, walk.Reverse);
        return [.. starts.Select(own =>
        {
            if (own.Length == 0) return own;
            var all = Storage.Rent(own.Length * order.Count);
            order.Gather(own.Pointer, all, own.Length);
            var first = Tensor.Uninitialized(own.Shape);
            new ReadOnlySpan<float>(all.Pointer + order.First * own.Length, (int)own.Length).CopyTo(new(first.Pointer, (int)own.Length));
            all.Return();
            first.RequiresGrad = own.RequiresGrad;
            return order.Position == 0 ? own : first;
        })];
    }
}
