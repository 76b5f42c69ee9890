using ILGPU;

namespace Recurve.Ilgpu.Kernels;

/// <summary>RowMath.cl.</summary>
static unsafe class RowMath
{
    public static void WriteRows(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal target = call.Signal(), source = call.Signal();
        var space = call.Space();
        var width = call.Int();
        var add = call.Flag();
        int targetApart = call.Int(), sourceApart = call.Int();
        var column = call.Item % width;
        if (!space.TryRow(call.Item / width, out var batch, out var step)) return;
        float* y = target.At(batch, step) + column * targetApart;
        var x = source.Start == null ? 0f : source.At(batch, step)[column * sourceApart];
        *y = add ? *y + x : x;
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
