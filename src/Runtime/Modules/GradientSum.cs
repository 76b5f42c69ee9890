using System.Numerics;

namespace Recurve;

/// <summary>A parameter's gradient while it is summed over rows: in float64, so that a million steps lose nothing.</summary>
internal sealed unsafe class GradientSum : IDisposable
{
    const int TileRows = 256;

    readonly int[] shape;
    readonly Storage storage;
    readonly long length;

    public GradientSum(params int[] shape)
    {
        this.shape = shape;
        length = TensorShape.Length(shape);
        storage = Storage.Rent(2 * length, clear: true);
    }

    /// <summary>The sums, zero at first.</summary>
    public double* Pointer => (double*)storage.Pointer;

    /// <summary>Adds every row of y[rows, length]: in float within a tile of rows, in float64 across tiles.</summary>
    public void AddRows(float* y, long rows)
    {
        var tile = Storage.Rent(length);
        for (long first = 0; first < rows; first += TileRows)
        {
            tile.Clear();
            var last = Math.Min(rows, first + TileRows);
            for (var row = first; row < last; row++) AddRow(tile.Pointer, y + row * length);
            AddTile(tile.Pointer);
        }
        tile.Return();
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
        var result = Tensor.Uninitialized(shape);
        for (long i = 0; i < length; i++) result.Pointer[i] = (float)Pointer[i];
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
