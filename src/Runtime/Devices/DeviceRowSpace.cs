using Recurve.Kernels;

namespace Recurve.Devices;

/// <summary>The rows of a row-wise module's call: all axes but the last, cut to the sequences' lengths where those are given.</summary>
internal readonly struct DeviceRowSpace : IDisposable
{
    readonly Storage? lengths;

    DeviceRowSpace(RowSpace space, Storage? lengths) => (Space, this.lengths) = (space with { Lengths = lengths?.Address ?? 0 }, lengths);

    public RowSpace Space { get; }

    /// <summary>As <see cref="RowRange.Of(Tensor, Sequence?)"/>.</summary>
    public static DeviceRowSpace Of(Accelerator device, Tensor x, Sequence? sequence)
    {
        if (sequence?.Lengths is { } lengths && x.Rank == 3) return new(new(x.Dim(0), x.Dim(1)), device.Upload(lengths));
        return new(RowSpace.Of(RowRange.Of(x, null)[0].Count), null);
    }

    /// <summary>The rows of a tensor of this call.</summary>
    public Rows Rows(Tensor tensor) => new(tensor.Address, Space.Steps * tensor.Dim(-1), tensor.Dim(-1));

    public void Dispose() => lengths?.Return();
}
