using ILGPU;

namespace Recurve.Ilgpu.Kernels;

/// <summary>
/// Gemm.cl: an item has the same 4 × 4 results of a tile of 64 × 64, 16 apart, and adds in the same order; what the items of a group read, they find in
/// their caches instead of shared memory.
/// </summary>
static unsafe class Gemm
{
    const int Tile = 64, Each = 4, Apart = 16, FlushRows = 256;

    public static void Multiply(Index1D index, ArrayView<long> words) => Product(new Call(index, words), isTransposed: false);

    public static void MultiplyTransposed(Index1D index, ArrayView<long> words) => Product(new Call(index, words), isTransposed: true);

    static void Product(Call call, bool isTransposed)
    {
        Signal result = call.Signal(), left = call.Signal();
        float* right = call.Floats(), offset = call.Floats();
        var space = call.Space();
        int inner = call.Int(), columns = call.Int();
        var accumulate = call.Flag();
        var first = call.Row * Tile + call.Lane % Apart;
        // B's numbers along a column, and from column to column
        long down = isTransposed ? 1 : columns, across = isTransposed ? inner : 1;
        for (var i = 0; i < Each; i++)
        {
            if (!space.TryRow(call.Group * Tile + call.Lane / Apart + i * Apart, out var batch, out var step)) continue;
            float* a = left.At(batch, step);
            float* c = result.At(batch, step);
            float* b0 = right + across * first;
            float* b1 = b0 + across * Apart;
            float* b2 = b1 + across * Apart;
            float* b3 = b2 + across * Apart;
            bool has0 = first < columns, has1 = first + Apart < columns, has2 = first + 2 * Apart < columns, has3 = first + 3 * Apart < columns;
            float sum0 = 0f, sum1 = 0f, sum2 = 0f, sum3 = 0f;
            for (var k = 0; k < inner; k++)
            {
                var factor = a[k];
                var at = k * down;
                if (has0) sum0 += factor * b0[at];
                if (has1) sum1 += factor * b1[at];
                if (has2) sum2 += factor * b2[at];
                if (has3) sum3 += factor * b3[at];
            }
            if (has0) Put(c, offset, first, sum0, accumulate);
            if (has1) Put(c, offset, first + Apart, sum1, accumulate);
            if (has2) Put(c, offset, first + 2 * Apart, sum2, accumulate);
            if (has3) Put(c, offset, first + 3 * Apart, sum3, accumulate);
        }
    }

    static void Put(float* c, float* offset, int column, float sum, bool accumulate)
        => c[column] = sum + (accumulate ? c[column] : offset == null ? 0f : offset[column]);

    /// <summary>In single precision over 256 rows, in double precision over those.</summary>
    public static void MultiplyRows(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        double* partials = call.Doubles();
        Signal left = call.Signal(), right = call.Signal();
        int* lengths = call.Ints();
        long rows = call.Long(), steps = call.Long(), firstStep = call.Long();
        int height = call.Int(), width = call.Int();
        var splitRows = call.Long();
        int across = (width + Tile - 1) / Tile, tiles = (height + Tile - 1) / Tile * across;
        var (split, tile) = (call.Group / tiles, (int)(call.Group % tiles));
        var end = (split + 1) * splitRows < rows ? (split + 1) * splitRows : rows;
        var space = new Space(lengths, rows, steps, firstStep);
        for (var i = 0; i < Each * Each; i++)
        {
            var m = tile / across * Tile + call.Lane / Apart + i / Each * Apart;
            var n = tile % across * Tile + call.Lane % Apart + i % Each * Apart;
            if (m >= height || n >= width) continue;
            var total = 0.0;
            for (var start = split * splitRows; start < end; start += FlushRows)
            {
                var sum = 0f;
                for (var row = start; row < end && row < start + FlushRows; row++)
                {
                    if (space.TryRow(row, out var batch, out var step)) sum += left.At(batch, step)[m] * right.At(batch, step)[n];
                }
                total += sum;
            }
            partials[(split * height + m) * width + n] = total;
        }
    }
}
