using ILGPU;
using Recurve.Ilgpu.Lanes;

namespace Recurve.Ilgpu.Kernels;

/// <summary>Reductions.cl: the first item of a group takes the group's part, so that no item waits for another.</summary>
static unsafe class Reductions
{
    public static void Sum(Index1D index, ArrayView<long> words) => Part<One>(new Call(index, words));

    public static void SumSquares(Index1D index, ArrayView<long> words) => Part<Squared>(new Call(index, words));

    public static void SumSquaredDifferences(Index1D index, ArrayView<long> words) => Part<SquaredDifference>(new Call(index, words));

    public static void SumCrossEntropies(Index1D index, ArrayView<long> words) => Part<CrossEntropy>(new Call(index, words));

    public static void SumExtended(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        double* partials = call.Doubles();
        double* x = call.Doubles();
        _ = call.Doubles();
        long n = call.Long(), chunk = call.Long(), group = call.Group;
        if (call.Lane != 0) return;
        var sum = 0.0;
        for (var i = group * chunk; i < n && i < (group + 1) * chunk; i++) sum += x[i];
        partials[group] = sum;
    }

    public static void Finish(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* result = call.Floats();
        double* partials = call.Doubles();
        var count = call.Int();
        var factor = call.Double();
        if (call.Item != 0) return;
        var sum = 0.0;
        for (var i = 0; i < count; i++) sum += partials[i];
        result[0] = (float)(sum * factor);
    }

    public static void AddPartials(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        double* total = call.Doubles();
        double* partials = call.Doubles();
        long parts = call.Long(), n = call.Long();
        if (call.Item >= n) return;
        var sum = 0.0;
        for (long p = 0; p < parts; p++) sum += partials[p * n + call.Item];
        total[call.Item] += sum;
    }

    public static void AddFloatPartials(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        double* total = call.Doubles();
        float* partials = call.Floats();
        long parts = call.Long(), n = call.Long();
        if (call.Item >= n) return;
        var sum = 0.0;
        for (long p = 0; p < parts; p++) sum += partials[p * n + call.Item];
        total[call.Item] += sum;
    }

    static void Part<TTerm>(Call call) where TTerm : struct, ITerm
    {
        double* partials = call.Doubles();
        float* x = call.Floats(), y = call.Floats();
        long n = call.Long(), chunk = call.Long(), group = call.Group;
        if (call.Lane != 0) return;
        var sum = 0.0;
        for (var i = group * chunk; i < n && i < (group + 1) * chunk; i++) sum += TTerm.Of(x[i], y == null ? 0.0 : y[i]);
        partials[group] = sum;
    }

    interface ITerm
    {
        static abstract double Of(double x, double y);
    }

    readonly struct One : ITerm
    {
        public static double Of(double x, double y) => x;
    }

    readonly struct Squared : ITerm
    {
        public static double Of(double x, double y) => x * x;
    }

    readonly struct SquaredDifference : ITerm
    {
        public static double Of(double x, double y) => (x - y) * (x - y);
    }

    /// <summary>Of a logit x and a target y.</summary>
    readonly struct CrossEntropy : ITerm
    {
        public static double Of(double x, double y) => (x > 0.0 ? x : 0.0) - x * y + DoubleMath.LogOfOnePlus(DoubleMath.Exp(-Math.Abs(x)));
    }
}
