using ILGPU;
using Recurve.Ilgpu.Lanes;

namespace Recurve.Ilgpu.Kernels;

/// <summary>RowStages.cl: where a group takes a row there, its first item does here, so that no item waits for another.</summary>
static unsafe class RowStages
{
    public static void Gather(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal result = call.Signal(), source = call.Signal();
        int* table = call.Ints();
        var space = call.Space();
        var width = call.Int();
        var add = call.Flag();
        if (!space.TryRow(call.Item / width, out var batch, out var step)) return;
        var i = call.Item % width;
        var from = table[i];
        Put(result.At(batch, step) + i, from < 0 ? 0.0 : source.At(batch, step)[from], add);
    }

    public static void Collect(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal result = call.Signal(), source = call.Signal();
        int* starts = call.Ints();
        int* members = call.Ints();
        var space = call.Space();
        var width = call.Int();
        var add = call.Flag();
        if (!space.TryRow(call.Item / width, out var batch, out var step)) return;
        var i = call.Item % width;
        var sum = 0.0;
        for (var k = starts[i]; k < starts[i + 1]; k++) sum += source.At(batch, step)[members[k]];
        Put(result.At(batch, step) + i, sum, add);
    }

    public static void Product(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal result = call.Signal(), left = call.Signal();
        int leftRow = call.Int(), leftInner = call.Int();
        var right = call.Signal();
        int rightInner = call.Int(), rightColumn = call.Int();
        var space = call.Space();
        int height = call.Int(), inner = call.Int(), width = call.Int();
        var add = call.Flag();
        var size = height * width;
        if (!space.TryRow(call.Item / size, out var batch, out var step)) return;
        var place = (int)(call.Item % size);
        float* a = left.At(batch, step) + place / width * leftRow;
        float* b = right.At(batch, step) + place % width * rightColumn;
        var sum = 0.0;
        for (var k = 0; k < inner; k++) sum += (double)a[k * leftInner] * b[k * rightInner];
        Put(result.At(batch, step) + place, sum, add);
    }

    public static void Softmax(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal result = call.Signal(), source = call.Signal();
        var space = call.Space();
        var width = call.Int();
        if (call.Lane != 0 || !space.TryRow(call.Group, out var batch, out var step)) return;
        float* v = source.At(batch, step);
        float* y = result.At(batch, step);
        var largest = float.NegativeInfinity;
        for (var i = 0; i < width; i++) largest = v[i] > largest ? v[i] : largest;
        var sum = 0.0;
        for (var i = 0; i < width; i++) sum += DeviceMath.Exp(v[i] - largest);
        for (var i = 0; i < width; i++) y[i] = (float)(DeviceMath.Exp(v[i] - largest) / sum);
    }

    public static void SoftmaxAdjoint(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal target = call.Signal(), result = call.Signal(), arriving = call.Signal();
        var space = call.Space();
        var width = call.Int();
        var add = call.Flag();
        if (call.Lane != 0 || !space.TryRow(call.Group, out var batch, out var step)) return;
        float* y = result.At(batch, step);
        float* dy = arriving.At(batch, step);
        var sum = 0.0;
        for (var i = 0; i < width; i++) sum += (double)y[i] * dy[i];
        var mean = (float)sum;
        for (var i = 0; i < width; i++) Put(target.At(batch, step) + i, y[i] * (dy[i] - mean), add);
    }

    public static void EuclideanNorm(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal result = call.Signal(), source = call.Signal();
        var space = call.Space();
        var width = call.Int();
        if (call.Lane != 0 || !space.TryRow(call.Group, out var batch, out var step)) return;
        float* v = source.At(batch, step);
        var sum = 0.0;
        for (var i = 0; i < width; i++) sum += (double)v[i] * v[i];
        *result.At(batch, step) = (float)Math.Sqrt(sum);
    }

    public static void EuclideanNormAdjoint(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal target = call.Signal(), source = call.Signal(), result = call.Signal(), arriving = call.Signal();
        var space = call.Space();
        var width = call.Int();
        var add = call.Flag();
        if (!space.TryRow(call.Item / width, out var batch, out var step)) return;
        var i = call.Item % width;
        var size = *result.At(batch, step);
        Put(target.At(batch, step) + i, size == 0f ? 0f : *arriving.At(batch, step) / size * source.At(batch, step)[i], add);
    }

    public static void NormalizeSignal(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal result = call.Signal(), source = call.Signal();
        var space = call.Space();
        var width = call.Int();
        var epsilon = call.Double();
        var centred = call.Int();
        if (call.Lane != 0 || !space.TryRow(call.Group, out var batch, out var step)) return;
        var moments = new Moments(source.At(batch, step), width, epsilon, centred);
        for (var i = 0; i < width; i++) result.At(batch, step)[i] = (float)((source.At(batch, step)[i] - moments.Mean) * moments.Scale);
    }

    public static void NormalizeSignalAdjoint(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal target = call.Signal(), source = call.Signal(), result = call.Signal(), arriving = call.Signal();
        var space = call.Space();
        var width = call.Int();
        var epsilon = call.Double();
        var centred = call.Int();
        var add = call.Flag();
        if (call.Lane != 0 || !space.TryRow(call.Group, out var batch, out var step)) return;
        var moments = new Moments(source.At(batch, step), width, epsilon, centred);
        float* y = result.At(batch, step);
        float* dy = arriving.At(batch, step);
        double plain = 0.0, product = 0.0;
        for (var i = 0; i < width; i++)
        {
            plain += dy[i];
            product += (double)y[i] * dy[i];
        }
        double shift = plain / width * centred, slope = product / width;
        for (var i = 0; i < width; i++) Put(target.At(batch, step) + i, (dy[i] - shift - y[i] * slope) * moments.Scale, add);
    }

    static void Put(float* target, double value, bool add) => *target = add ? *target + (float)value : (float)value;

    /// <summary>μ, or 0 unless it is centred, and 1 / √(mean((v − μ)²) + ε).</summary>
    readonly struct Moments
    {
        public readonly double Mean, Scale;

        public Moments(float* v, int width, double epsilon, int centred)
        {
            var sum = 0.0;
            for (var i = 0; i < width; i++) sum += v[i];
            Mean = sum / width * centred;
            sum = 0.0;
            for (var i = 0; i < width; i++) sum += (v[i] - Mean) * (v[i] - Mean);
            Scale = 1.0 / Math.Sqrt(sum / width + epsilon);
        }
    }
}
