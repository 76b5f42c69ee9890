using ILGPU;
using Recurve.Ilgpu.Lanes;

namespace Recurve.Ilgpu.Kernels;

/// <summary>Losses.cl: the first item of a group takes the group's row.</summary>
static unsafe class Losses
{
    public static void LogisticGradient(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* dx = call.Floats();
        var factor = call.Double();
        float* by = call.Floats(), x = call.Floats(), t = call.Floats();
        var i = call.Item;
        if (i < call.Long()) dx[i] = (float)(factor * by[0] * (1.0 / (1.0 + DoubleMath.Exp(-(double)x[i])) - t[i]));
    }

    public static void ClassLosses(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        double* losses = call.Doubles();
        double* normalizers = call.Doubles();
        float* x = call.Floats();
        int* classes = call.Ints();
        int width = call.Int(), ignored = call.Int();
        var row = call.Group;
        if (call.Lane != 0) return;
        x += row * width;
        var largest = float.NegativeInfinity;
        for (var i = 0; i < width; i++) largest = x[i] > largest ? x[i] : largest;
        var isInfinite = float.IsInfinity(largest);
        // where the largest is infinite, so is the result; a NaN, which the comparison passes over, makes either sum one
        var sum = 0.0;
        for (var i = 0; i < width; i++) sum += isInfinite && !float.IsNaN(x[i]) ? 0.0 : DeviceMath.Exp(x[i] - largest);
        var normalizer = largest + (isInfinite || double.IsNaN(sum) ? sum : DoubleMath.Log(sum));
        normalizers[row] = normalizer;
        losses[row] = classes[row] == ignored ? 0.0 : normalizer - x[classes[row]];
    }

    public static void ClassGradient(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* dx = call.Floats();
        var factor = call.Double();
        float* by = call.Floats(), logits = call.Floats();
        int* classes = call.Ints();
        double* normalizers = call.Doubles();
        int width = call.Int(), ignored = call.Int();
        long row = call.Item / width, i = call.Item % width;
        if (row >= call.Long()) return;
        var scale = (float)(factor * by[0]);
        var share = DeviceMath.Exp((float)(logits[call.Item] - normalizers[row]));
        dx[call.Item] = classes[row] == ignored ? 0f : scale * share - (i == classes[row] ? scale : 0f);
    }
}
