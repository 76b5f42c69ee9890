using System.Numerics;
using System.Runtime.InteropServices;
using Recurve.Kernels;

namespace Recurve;

/// <summary>A parameter's gradient while it is summed over rows: in float64, so that a million steps lose nothing.</summary>
internal sealed unsafe class GradientSum : IDisposable
{
    const int TileRows = 256, WaveTiles = 64;

    readonly int[] shape;
    readonly Storage storage;
    readonly long length;

    public GradientSum(params int[] shape) : this(Device.Cpu, shape)
    {
    }

    public GradientSum(Device device, params int[] shape)
    {
        this.shape = shape;
        length = TensorShape.Length(shape);
        storage = Storage.Rent(device, 2 * length, clear: true);
    }

    /// <summary>The sums on a device.</summary>
    public nint Address => storage.Address;

    /// <summary>The sums, zero at first.</summary>
    public double* Pointer => (double*)storage.Pointer;

    /// <summary>
    /// Adds every row of y[rows, length]: in float within a tile of rows, in float64 across tiles in their order. The tiles of a wave are
    /// summed on all cores.
    /// </summary>
    public void AddRows(float* y, long rows)
    {
        var tiles = (rows + TileRows - 1) / TileRows;
        var sums = Storage.Rent(Math.Min(tiles, WaveTiles) * length);
        var start = sums.Pointer;
        for (long wave = 0; wave < tiles; wave += WaveTiles)
        {
            var first = wave;
            var count = (int)Math.Min(WaveTiles, tiles - wave);
            Workers.For(count, tile => SumTile(start + tile * length, y, (first + tile) * TileRows, rows));
            for (var tile = 0; tile < count; tile++) AddTile(start + tile * length);
        }
        sums.Return();
    }

    void SumTile(float* sum, float* y, long first, long rows)
    {
        NativeMemory.Clear(sum, (nuint)length * sizeof(float));
        var last = Math.Min(rows, first + TileRows);
        for (var row = first; row < last; row++) AddRow(sum, y + row * length);
    }

    /// <summary>Adds one float per element.</summary>
    public void AddTile(float* tile)
    {
        var sum = Pointer;
        for (long i = 0; i < length; i++) sum[i] += tile[i];
    }

    /// <summary>Rounds the sums to float.</summary>
    public Tensor ToTensor()
    {
        var result = Tensor.Uninitialized(storage.Device, shape);
        Elementwise.Round(result, storage);
        return result;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => storage.Return();

    void AddRow(float* sum, float* row)
    {
        long i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count) (Vector.Load(sum + i) + Vector.Load(row + i)).Store(sum + i);
        for (; i < length; i++) sum[i] += row[i];
    }
}
