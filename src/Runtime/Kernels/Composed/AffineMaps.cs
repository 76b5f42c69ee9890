using System.Numerics;
using System.Runtime.CompilerServices;

namespace Recurve.Kernels.Composed;

/// <summary>A number of states, known to the JIT.</summary>
internal interface IStateCount
{
    static abstract int Value { get; }
}

internal readonly struct OneState : IStateCount { public static int Value => 1; }

internal readonly struct TwoStates : IStateCount { public static int Value => 2; }

internal readonly struct ThreeStates : IStateCount { public static int Value => 3; }

internal readonly struct FourStates : IStateCount { public static int Value => 4; }

/// <summary>s = A p + b with k × k coefficients per channel: Block forward, every class backward.</summary>
internal readonly unsafe struct AffineMaps<TCount> : IStepMaps where TCount : struct, IStateCount
{
    public static int States => TCount.Value;

    public static int Numbers => TCount.Value * TCount.Value + TCount.Value;

    public static double Cost => TCount.Value switch { 1 => 3, 2 => 3.5, 3 => 5, _ => 7 };

    public static double Identity(int index) => index < TCount.Value * TCount.Value && index % (TCount.Value + 1) == 0 ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Magnitude(int index, Vector<float> number) => Vector.Abs(number);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compose(Vector<double>* steps, int count, double* map, nint stride, ref Vector<double> states)
    {
        var k = TCount.Value;
        var sums = states;
        for (var j = 0; j < k; j++) sums += Column(steps, count, map + j * stride, k * stride, isRest: false);
        sums += Column(steps, count, map + k * k * stride, stride, isRest: true);
        states = sums;
    }

    // A column of the product, or the rest: each evolves like a state of its own, x ← A x (+ b)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<double> Column(Vector<double>* steps, int count, double* column, nint stride, bool isRest)
    {
        var k = TCount.Value;
        Vector<double> x0 = Vector.Load(column), x1 = default, x2 = default, x3 = default, sums = default;
        if (k > 1) x1 = Vector.Load(column + stride);
        if (k > 2) x2 = Vector.Load(column + 2 * stride);
        if (k > 3) x3 = Vector.Load(column + 3 * stride);
        var numbers = k * k + k;
        for (var end = steps + 2 * numbers * count; steps < end; steps += 2 * numbers)
        {
            Vector<double> y0 = Row(steps, 0, x0, x1, x2, x3, isRest), y1 = default, y2 = default, y3 = default;
            if (k > 1) y1 = Row(steps, 1, x0, x1, x2, x3, isRest);
            if (k > 2) y2 = Row(steps, 2, x0, x1, x2, x3, isRest);
            if (k > 3) y3 = Row(steps, 3, x0, x1, x2, x3, isRest);
            (x0, x1, x2, x3) = (y0, y1, y2, y3);
            sums += Vector.Abs(x0);
            if (k > 1) sums += Vector.Abs(x1);
            if (k > 2) sums += Vector.Abs(x2);
            if (k > 3) sums += Vector.Abs(x3);
        }
        Vector.Store(x0, column);
        if (k > 1) Vector.Store(x1, column + stride);
        if (k > 2) Vector.Store(x2, column + 2 * stride);
        if (k > 3) Vector.Store(x3, column + 3 * stride);
        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<double> Row(Vector<double>* step, int i, Vector<double> x0, Vector<double> x1, Vector<double> x2, Vector<double> x3, bool isRest)
    {
        var k = TCount.Value;
        var a = step + 2 * i * k;
        var sum = isRest ? Vector.FusedMultiplyAdd(a[0], x0, step[2 * (k * k + i)]) : a[0] * x0;
        if (k > 1) sum = Vector.FusedMultiplyAdd(a[2], x1, sum);
        if (k > 2) sum = Vector.FusedMultiplyAdd(a[4], x2, sum);
        if (k > 3) sum = Vector.FusedMultiplyAdd(a[6], x3, sum);
        return sum;
    }

    public static void Apply(Vector<double>* map, Vector<double>* state)
    {
        var k = TCount.Value;
        var result = stackalloc Vector<double>[k];
        for (var i = 0; i < k; i++)
        {
            result[i] = map[k * k + i];
            for (var j = 0; j < k; j++) result[i] = Vector.FusedMultiplyAdd(map[i * k + j], state[j], result[i]);
        }
        for (var i = 0; i < k; i++) state[i] = result[i];
    }

    public static Vector<double> CanCarry(Vector<double> state) => Finite.Mask(state);

    public static bool IsWithin(double steps, double states, double magnitude)
        => (steps + 1) * (states + 1) * (magnitude + 1) * TCount.Value < Reach.Safe;
}
