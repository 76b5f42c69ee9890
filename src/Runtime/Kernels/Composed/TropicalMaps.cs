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

/// <summary>max(x, y), NaN if either is.</summary>
internal readonly struct Maximum : ITropicalSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Of(Vector<double> x, Vector<double> y) => Vector.Max(x, y);

    public static double Cost => 15;
}

/// <summary>log(eˣ + eʸ), NaN if either is.</summary>
internal readonly struct LogSumExp : ITropicalSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Of(Vector<double> x, Vector<double> y)
    {
        var greater = Vector.Max(x, y);
        // where both are −∞ their difference is NaN
        var nothing = Vector.Equals(greater, new Vector<double>(double.NegativeInfinity));
        var behind = Vector.Log(Vector<double>.One + Vector.Exp(Vector.Min(x, y) - greater));
        return Vector.ConditionalSelect(nothing, greater, greater + behind);
    }

    public static double Cost => 20;
}

/// <summary>s = (p + a) ⊕ b. −∞ is a number of these classes: it says "not this way".</summary>
internal readonly unsafe struct TropicalMaps<TSum> : IStepMaps where TSum : struct, ITropicalSum
{
    public static int States => 1;

    public static int Numbers => 2;

    public static double Cost => TSum.Cost;

    public static double Identity(int index) => index == 0 ? 0 : double.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compose(Vector<double>* step, Vector<double>* before, Vector<double>* after, ref Reach reach)
    {
        var (a, b) = (step[0], step[1]);
        var (path, best) = (before[0] + a, TSum.Of(before[1] + a, b));
        (after[0], after[1]) = (path, best);
        reach.Steps += Magnitude(a) + Magnitude(b);
        reach.States += Magnitude(path) + Magnitude(best);
    }

    public static void Apply(Vector<double>* map, Vector<double>* state) => state[0] = TSum.Of(map[0] + state[0], map[1]);

    public static Vector<double> CanCarry(Vector<double> state)
        => Finite.Mask(state) | Vector.Equals(state, new Vector<double>(double.NegativeInfinity)).As<long, double>();

    // sums, where affine maps have products
    public static bool IsWithin(double steps, double states, double magnitude) => steps + states + magnitude < Reach.Safe;

    static Vector<double> Magnitude(Vector<double> x)
        => Vector.ConditionalSelect(Vector.Equals(x, new Vector<double>(double.NegativeInfinity)), Vector<double>.Zero, Vector.Abs(x));
}
