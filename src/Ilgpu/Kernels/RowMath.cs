using ILGPU;

namespace Recurve.Ilgpu.Kernels;

/// <summary>RowMath.cl.</summary>
static unsafe class RowMath
{
    public static void WriteRows(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var target = call.Numbers();
        var source = call.Numbers();
        var space = call.Space();
        var width = call.Int();
        var add = call.Flag();
        int targetApart = call.Int(), sourceApart = call.Int();
        var column = call.Item % width;
        if (!space.TryRow(call.Item / width, out var batch, out var step)) return;
        var x = source.IsNull ? 0f : source.Load(batch, step, column * sourceApart);
        target.Store(batch, step, column * targetApart, add ? target.Load(batch, step, column * targetApart) + x : x);
    }

    public static void LaterLengths(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        int* result = call.Ints();
        int* lengths = call.Ints();
        long first = call.Long(), count = call.Long();
        if (call.Item < count) result[call.Item] = lengths[call.Item] <= first ? 0 : (int)(lengths[call.Item] - first);
    }

    public static void ClearPadding(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var target = call.Signal();
        int* lengths = call.Ints();
        long rows = call.Long(), steps = call.Long();
        var width = call.Int();
        var row = call.Item / width;
        if (row >= rows || lengths == null || row % steps < lengths[row / steps]) return;
        target.At(row / steps, row % steps)[call.Item % width] = 0f;
    }

    public static void SumRows(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        double* partials = call.Doubles();
        var source = call.Signal();
        float* mask = call.Floats();
        int* lengths = call.Ints();
        long rows = call.Long(), steps = call.Long(), first = call.Long();
        var width = call.Int();
        var tileRows = call.Long();
        long tile = call.Item / width, column = call.Item % width;
        if (tile * tileRows >= rows) return;
        var end = (tile + 1) * tileRows < rows ? (tile + 1) * tileRows : rows;
        var space = new Space(lengths, rows, steps, first);
        var sum = 0.0;
        for (var row = tile * tileRows; row < end; row++)
        {
            if (!space.TryRow(row, out var batch, out var step)) continue;
            if (mask == null || mask[batch * steps + step] != 0f) sum += source.At(batch, step)[column];
        }
        partials[call.Item] = sum;
    }
}
