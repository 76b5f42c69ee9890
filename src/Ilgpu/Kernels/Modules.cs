using ILGPU;

namespace Recurve.Ilgpu.Kernels;

/// <summary>Modules.cl: the first item of a group takes the group's row.</summary>
static unsafe class Modules
{
    public static void NormalizeRows(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* result = call.Floats(), source = call.Floats(), gain = call.Floats(), offset = call.Floats();
        int* lengths = call.Ints();
        var steps = call.Long();
        var width = call.Int();
        var epsilon = call.Double();
        if (call.Lane != 0 || !Counts(call.Group, steps, lengths)) return;
        float* x = source + call.Group * width;
        float* y = result + call.Group * width;
        var moments = new Moments(x, width, epsilon);
        for (var i = 0; i < width; i++) y[i] = (x[i] - moments.Mean) * moments.Scale * gain[i] + offset[i];
    }

    public static void NormalizeRowsGradient(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* dx = call.Floats(), products = call.Floats(), source = call.Floats(), gain = call.Floats(), arriving = call.Floats();
        int* lengths = call.Ints();
        var steps = call.Long();
        var width = call.Int();
        var epsilon = call.Double();
        if (call.Lane != 0 || !Counts(call.Group, steps, lengths)) return;
        var first = call.Group * width;
        float* x = source + first;
        float* dy = arriving + first;
        var moments = new Moments(x, width, epsilon);
        double weighted = 0.0, product = 0.0;
        for (var i = 0; i < width; i++)
        {
            var normalized = (x[i] - moments.Mean) * moments.Scale;
            weighted += dy[i] * gain[i];
            product += (double)(dy[i] * gain[i]) * normalized;
            products[first + i] = dy[i] * normalized;
        }
        var meanWeighted = (float)(weighted / width);
        var meanProduct = (float)(product / width) * moments.Scale;
        for (var i = 0; i < width; i++) dx[first + i] = moments.Scale * (dy[i] * gain[i] - meanWeighted - (x[i] - moments.Mean) * meanProduct);
    }

    public static void Drop(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* result = call.Floats(), source = call.Floats();
        ulong seed = (ulong)call.Long(), threshold = (ulong)call.Long();
        var scale = call.Float();
        var i = call.Item;
        if (i < call.Long()) result[i] = Mix(seed + (ulong)i * 0x9E3779B97F4A7C15ul) >= threshold ? source[i] * scale : 0f;
    }

    // splitmix64's finalizer, as RandomSource.Mix
    static ulong Mix(ulong x)
    {
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ul;
        x = (x ^ x >> 27) * 0x94D049BB133111EBul;
        return x ^ x >> 31;
    }

    // rows past the batch's length are passed over
    static bool Counts(long row, long steps, int* lengths) => lengths == null || row % steps < lengths[row / steps];

    /// <summary>Mean and 1 / √(variance + ε) of a row, with the variance of deviations: no cancellation.</summary>
    readonly struct Moments
    {
        public readonly float Mean, Scale;

        public Moments(float* x, int width, double epsilon)
        {
            var sum = 0.0;
            for (var i = 0; i < width; i++) sum += x[i];
            Mean = (float)(sum / width);
            sum = 0.0;
            for (var i = 0; i < width; i++) sum += (double)(x[i] - Mean) * (x[i] - Mean);
            Scale = (float)(1.0 / Math.Sqrt(sum / width + epsilon));
        }
    }
}
