using ILGPU;

namespace Recurve.Ilgpu.Kernels;

/// <summary>Elementwise.cl.</summary>
static unsafe class Elementwise
{
    public static void Combine(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* result = call.Floats();
        var p = call.Float();
        float* a = call.Floats();
        var q = call.Float();
        float* b = call.Floats();
        if (call.Item < call.Long()) result[call.Item] = a[call.Item] * p + b[call.Item] * q;
    }

    public static void Multiply(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* result = call.Floats();
        var factor = call.Float();
        float* a = call.Floats(), b = call.Floats();
        if (call.Item >= call.Long()) return;
        var product = a[call.Item] * factor;
        result[call.Item] = b == null ? product : product * b[call.Item];
    }

    public static void Fill(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* result = call.Floats();
        var value = call.Float();
        if (call.Item < call.Long()) result[call.Item] = value;
    }

    public static void FillScaled(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* result = call.Floats();
        var factor = call.Float();
        float* by = call.Floats();
        if (call.Item < call.Long()) result[call.Item] = factor * by[0];
    }

    public static void ScaledDifference(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* result = call.Floats();
        var factor = call.Float();
        float* by = call.Floats(), a = call.Floats(), b = call.Floats();
        if (call.Item < call.Long()) result[call.Item] = factor * by[0] * (a[call.Item] - (b == null ? 0f : b[call.Item]));
    }

    public static void RoundToReal(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* result = call.Floats();
        double* x = call.Doubles();
        if (call.Item < call.Long()) result[call.Item] = (float)x[call.Item];
    }

    public static void CopyColumns(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* target = call.Floats();
        int targetWidth = call.Int(), to = call.Int();
        float* source = call.Floats();
        int sourceWidth = call.Int(), from = call.Int(), count = call.Int();
        long row = call.Item / count, column = call.Item % count;
        if (row < call.Long()) target[row * targetWidth + to + column] = source[row * sourceWidth + from + column];
    }

    public static void GatherRows(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* target = call.Floats(), source = call.Floats();
        long* rows = call.Longs();
        var width = call.Int();
        long i = call.Item / width, column = call.Item % width;
        if (i < call.Long() && rows[i] >= 0) target[i * width + column] = source[rows[i] * width + column];
    }

    public static void ScatterRows(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* target = call.Floats(), source = call.Floats();
        long* rows = call.Longs();
        var width = call.Int();
        long i = call.Item / width, column = call.Item % width;
        if (i < call.Long() && rows[i] >= 0) target[rows[i] * width + column] = source[i * width + column];
    }

    public static void SumListedRows(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* target = call.Floats(), source = call.Floats();
        long* starts = call.Longs();
        long* members = call.Longs();
        var width = call.Int();
        long i = call.Item / width, column = call.Item % width;
        if (i >= call.Long()) return;
        var sum = 0.0;
        for (var k = starts[i]; k < starts[i + 1]; k++) sum += source[members[k] * width + column];
        target[i * width + column] = (float)sum;
    }
}
