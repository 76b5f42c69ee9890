using System.Numerics;
using System.Runtime.CompilerServices;

namespace Recurve.Kernels.Composed;

/// <summary>
/// s = min(hi, max(lo, a p + b)), for either sign of a. Kept with lo ≤ hi, and constant maps with a = b = 0: otherwise a product grows
/// behind bounds that it can no longer move, and 0 · ∞ arises where a bound meets a coefficient.
/// </summary>
internal readonly unsafe struct ClampedMaps : IStepMaps
{
    public static int States => 1;

    public static int Numbers => 4;

    public static double Cost => 5;

    public static double Identity(int index) => index switch { 0 => 1, 1 => 0, 2 => double.NegativeInfinity, _ => double.PositiveInfinity };

    // the bounds only select, but a NaN among them must be seen here: the processor's minima and maxima lose it
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Magnitude(int index, Vector<float> number)
        => index < 2 ? Vector.Abs(number) : Vector.ConditionalSelect(Vector.Equals(number, number), Vector<float>.Zero, number);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compose(Vector<double>* steps, int count, double* map, nint stride, ref Vector<double> states)
    {
        Vector<double> product = Vector.Load(map), rest = Vector.Load(map + stride), least = Vector.Load(map + 2 * stride), most = Vector.Load(map + 3 * stride);
        Vector<double> sums = states, zero = Vector<double>.Zero;
        for (var end = steps + 2 * 4 * count; steps < end; steps += 2 * 4)
        {
            Vector<double> a = steps[0], b = steps[2], high = steps[6];
            // min is outermost: with lo above hi the step is the constant hi
            var low = Vector.MinNative(steps[4], high);
            var isConstant = Vector.Equals(a, zero);
            var first = Vector.ConditionalSelect(isConstant, b, a * least + b);
            var second = Vector.ConditionalSelect(isConstant, b, a * most + b);
            least = Vector.MinNative(Vector.MaxNative(Vector.MinNative(first, second), low), high);
            most = Vector.MinNative(Vector.MaxNative(Vector.MaxNative(first, second), low), high);
            var meets = Vector.GreaterThanOrEqual(least, most);
            product = Vector.ConditionalSelect(meets, zero, a * product);
            rest = Vector.ConditionalSelect(meets, zero, Vector.FusedMultiplyAdd(a, rest, b));
            // what a state can become: by a and b, or by the bounds where both are finite
            var byMap = Vector.Abs(product) + Vector.Abs(rest) + Vector.MaxNative(least, zero) + Vector.MaxNative(-most, zero);
            sums += Vector.MinNative(byMap, Vector.MaxNative(Vector.Abs(least), Vector.Abs(most)));
        }
        Vector.Store(product, map);
        Vector.Store(rest, map + stride);
        Vector.Store(least, map + 2 * stride);
        Vector.Store(most, map + 3 * stride);
        states = sums;
    }

    public static void Apply(Vector<double>* map, Vector<double>* state)
    {
        var free = map[0] * state[0] + map[1];
        var bounded = Vector.Min(Vector.Max(free, map[2]), map[3]);
        // an overflow of a or b behind finite bounds has lost the sign of their sum
        state[0] = Vector.ConditionalSelect(Finite.Mask(free), bounded, new(double.NaN));
    }

    public static Vector<double> CanCarry(Vector<double> state) => Finite.Mask(state);

    public static bool IsWithin(double steps, double states, double magnitude) => (steps + 1) * (states + 1) * (magnitude + 1) < Reach.Safe;
}
