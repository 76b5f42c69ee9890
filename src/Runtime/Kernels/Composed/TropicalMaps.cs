using System.Numerics;
using System.Runtime.CompilerServices;

namespace Recurve.Kernels.Composed;

/// <summary>The addition of a semiring whose multiplication is +: max, or log(eˣ + eʸ). Its zero is −∞.</summary>
internal interface ITropicalSum
{
    static abstract Vector<double> Of(Vector<double> x, Vector<double> y);

    /// <inheritdoc cref="IStepMaps.Cost"/>
    static abstract double Cost { get; }
}

/// <summary>max(x, y). The processor's loses a NaN; the sum of magnitudes does not, and then nothing is carried.</summary>
internal readonly struct Maximum : ITropicalSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Of(Vector<double> x, Vector<double> y) => Vector.MaxNative(x, y);

    public static double Cost => 3;
}

/// <summary>log(eˣ + eʸ).</summary>
internal readonly struct LogSumExp : ITropicalSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Of(Vector<double> x, Vector<double> y)
    {
        var greater = Vector.MaxNative(x, y);
        // where both are −∞ their difference is NaN
        var nothing = Vector.Equals(greater, new Vector<double>(double.NegativeInfinity));
        var behind = Vector.Log(Vector<double>.One + Vector.Exp(Vector.MinNative(x, y) - greater));
        return Vector.ConditionalSelect(nothing, greater, greater + behind);
    }

    public static double Cost => 4;
}

/// <summary>s = (p + a) ⊕ b. −∞ is a number of these classes: it says "not this way".</summary>
internal readonly unsafe struct TropicalMaps<TSum> : IStepMaps where TSum : struct, ITropicalSum
{
    public static int States => 1;

    public static int Numbers => 2;

    public static double Cost => TSum.Cost;

    public static double Identity(int index) => index == 0 ? 0 : double.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Magnitude(int index, Vector<float> number)
        => Vector.ConditionalSelect(Vector.Equals(number, new Vector<float>(float.NegativeInfinity)), Vector<float>.Zero, Vector.Abs(number));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compose(Vector<double>* steps, int count, double* map, nint stride, ref Vector<double> states)
    {
        Vector<double> path = Vector.Load(map), best = Vector.Load(map + stride), sums = states;
        for (var end = steps + 2 * 2 * count; steps < end; steps += 2 * 2)
        {
            path += steps[0];
            best = TSum.Of(best + steps[0], steps[2]);
            sums += Magnitude(path) + Magnitude(best);
        }
        Vector.Store(path, map);
        Vector.Store(best, map + stride);
        states = sums;
    }

    public static void Apply(Vector<double>* map, Vector<double>* state) => state[0] = TSum.Of(map[0] + state[0], map[1]);

    public static Vector<double> CanCarry(Vector<double> state)
        => Finite.Mask(state) | Vector.Equals(state, new Vector<double>(double.NegativeInfinity)).As<long, double>();

    // sums, where affine maps have products
    public static bool IsWithin(double steps, double states, double magnitude) => steps + states + magnitude < Reach.Safe;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<double> Magnitude(Vector<double> x)
        => Vector.ConditionalSelect(Vector.Equals(x, new Vector<double>(double.NegativeInfinity)), Vector<double>.Zero, Vector.Abs(x));
}
