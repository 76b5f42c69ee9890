namespace Recurve.Plans;

/// <summary>The states before a sequence whose slices are on several ranks: those that the first one was given.</summary>
internal static class SlicedStart
{
    /// <summary>On the first rank the tensors themselves, which receive their gradients; elsewhere copies.</summary>
    public static Tensor[] Of(ITimeSlices slices, Walk walk, Tensor[] starts)
    {
        var order = new SliceOrder(slices, walk.Reverse);
        return [.. starts.Select(own =>
        {
            var (all, first) = (order.Gather(own), Tensor.Uninitialized(own.Device, own.Shape));
            SliceOrder.Copy(all, order.First, first);
            all.Return();
            first.RequiresGrad = own.RequiresGrad;
            return order.Position == 0 ? own : first;
        })];
    }
}
