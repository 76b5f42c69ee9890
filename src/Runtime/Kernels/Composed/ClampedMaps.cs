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

    public static double Cost => 20;

    public static double Identity(int index) => index switch { 0 => 1, 1 => 0, 2 => double.NegativeInfinity, _ => double.PositiveInfinity };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compose(Vector<double>* step, Vector<double>* before, Vector<double>* after, ref Reach reach)
    {
        var (a, b, high, zero) = (step[0], step[1], step[3], Vector<double>.Zero);
        // min is outermost: with lo above hi the step is the constant hi
        var low = Vector.Min(step[2], high);
        var isConstant = Vector.Equals(a, zero);
        var first = Vector.ConditionalSelect(isConstant, b, a * before[2] + b);
        var second = Vector.ConditionalSelect(isConstant, b, a * before[3] + b);
        var least = Vector.Min(Vector.Max(Vector.Min(first, second), low), high);
        var most = Vector.Min(Vector.Max(Vector.Max(first, second), low), high);
        var meets = Vector.GreaterThanOrEqual(least, most);
        var product = Vector.ConditionalSelect(meets, zero, a * before[0]);
        var rest = Vector.ConditionalSelect(meets, zero, Vector.FusedMultiplyAdd(a, before[1], b));
        (after[0], after[1], after[2], after[3]) = (product, rest, least, most);

        reach.Steps += Vector.Abs(a) + Vector.Abs(b);
        // what a state can become: by a and b, or by the bounds where both are finite
        var byMap = Vector.Abs(product) + Vector.Abs(rest) + Vector.Max(least, zero) + Vector.Max(-most, zero);
        reach.States += Vector.Min(byMap, Vector.Max(Vector.Abs(least), Vector.Abs(most)));
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
