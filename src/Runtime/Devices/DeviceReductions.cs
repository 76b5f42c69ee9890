namespace Recurve.Devices;

/// <summary>Sums over all elements in extended precision, in an order that depends on their number alone.</summary>
internal static class DeviceReductions
{
    const long MostPartials = 256, ItemElements = 16;

    static readonly DeviceProgram Text = DeviceProgram.Of("Reductions.cl");

    /// <summary>A scalar on the device: <paramref name="factor"/> times the sum of what a kernel of Reductions.cl makes of each element.</summary>
    /// <param name="device">Where.</param>
    /// <param name="kernel">Which.</param>
    /// <param name="n">Elements.</param>
    /// <param name="factor">Of the sum.</param>
    /// <param name="x">The elements.</param>
    /// <param name="y">What goes with them, if the kernel asks for it.</param>
    public static Tensor Reduce(this Accelerator device, string kernel, long n, double factor, Storage x, Storage? y = null)
    {
        var (partials, count) = Partials(device, kernel, n, x, y);
        var result = Tensor.Uninitialized(device.Device);
        device.Launch(Text, "finish", new(1, 1), result, partials, count, factor);
        partials.Return();
        return result;
    }

    /// <summary>The same sum as a number, which waits for it.</summary>
    public static unsafe double ReduceNow(this Accelerator device, string kernel, long n, Storage x)
    {
        var (partials, count) = Partials(device, kernel, n, x, null);
        var values = stackalloc double[count];
        device.ReadExtended(partials.Address, values, count);
        partials.Return();
        double sum = 0;
        for (var i = 0; i < count; i++) sum += values[i];
        return sum;
    }

    /// <summary>Adds sums of parts, <paramref name="n"/> numbers in extended precision each, to a total in the parts' order.</summary>
    public static void AddPartials(this Accelerator device, nint total, Storage partials, long parts, long n)
        => device.Launch(Text, "add_partials", Grid.Over(n), total, partials, parts, n);

    /// <summary>The same of parts in floats.</summary>
    public static void AddFloatPartials(this Accelerator device, nint total, Storage partials, long parts, long n)
        => device.Launch(Text, "add_float_partials", Grid.Over(n), total, partials, parts, n);

    static (Storage Partials, int Count) Partials(Accelerator device, string kernel, long n, Storage x, Storage? y)
    {
        const int Items = Grid.GroupItems;
        var count = (int)Math.Clamp((n + Items * ItemElements - 1) / (Items * ItemElements), 1, MostPartials);
        var partials = Storage.Rent(device.Device, 2 * count);
        device.Launch(Text, kernel, new(count, Items), partials, x, y, n, (n + count - 1) / count);
        return (partials, count);
    }
}
