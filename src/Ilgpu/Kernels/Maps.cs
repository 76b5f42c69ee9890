using Recurve.Ilgpu.Lanes;

namespace Recurve.Ilgpu.Kernels;

/// <summary>Affine.cl: s = A p + b of k states, A row by row, then b. Every class is one against the order.</summary>
readonly unsafe struct AffineMaps : IMaps
{
    const double Safe = 1e38;

    public static int Numbers(int states) => states * states + states;

    public static double Identity(int number, int states) => number < states * states && number % (states + 1) == 0 ? 1.0 : 0.0;

    public static double Magnitude(int number, float value) => Math.Abs((double)value);

    // a column of the product, or the rest: each evolves like a state of its own
    public static double Compose(float* step, double* map, int states)
    {
        var reach = 0.0;
        for (var j = 0; j <= states; j++)
        {
            double* column = map + (j == states ? states * states : j);
            var apart = j == states ? 1 : states;
            double v0 = column[0], v1 = states > 1 ? column[apart] : 0.0, v2 = states > 2 ? column[2 * apart] : 0.0, v3 = states > 3 ? column[3 * apart] : 0.0;
            for (var i = 0; i < states; i++)
            {
                float* row = step + i * states;
                var sum = j == states ? step[states * states + i] : 0.0;
                sum = Math.FusedMultiplyAdd(row[0], v0, sum);
                if (states > 1) sum = Math.FusedMultiplyAdd(row[1], v1, sum);
                if (states > 2) sum = Math.FusedMultiplyAdd(row[2], v2, sum);
                if (states > 3) sum = Math.FusedMultiplyAdd(row[3], v3, sum);
                column[i * apart] = sum;
                reach += Math.Abs(sum);
            }
        }
        return reach;
    }

    public static void Apply(double* map, double* state, double* result, int states)
    {
        for (var i = 0; i < states; i++)
        {
            result[i] = map[states * states + i];
            for (var j = 0; j < states; j++) result[i] = Math.FusedMultiplyAdd(map[i * states + j], state[j], result[i]);
        }
    }

    /// <summary>One step in single precision.</summary>
    public static void Step(float* step, float* old, float* next, int states)
    {
        for (var i = 0; i < states; i++)
        {
            next[i] = step[states * states + i];
            for (var k = 0; k < states; k++) next[i] = MathF.FusedMultiplyAdd(step[i * states + k], old[k], next[i]);
        }
    }

    public static bool CanCarry(double state) => Math.Abs(state) <= double.MaxValue;

    public static bool IsWithin(double steps, double reach, double magnitude, int states) => (steps + 1.0) * (reach + 1.0) * (magnitude + 1.0) * states < Safe;
}

/// <summary>Clamped.cl: s = min(hi, max(lo, a p + b)) as a, b, lo, hi, with lo ≤ hi and constant maps with a = b = 0.</summary>
readonly unsafe struct ClampedMaps : IMaps
{
    const double Safe = 1e38;

    public static int Numbers(int states) => 4;

    public static double Identity(int number, int states)
        => number == 0 ? 1.0 : number == 1 ? 0.0 : number == 2 ? double.NegativeInfinity : double.PositiveInfinity;

    // bounds only select, but a NaN among them must be seen
    public static double Magnitude(int number, float value) => number < 2 ? Math.Abs((double)value) : float.IsNaN(value) ? value : 0.0;

    public static double Compose(float* step, double* map, int states)
    {
        // min is outermost: with lo above hi the step is the constant hi
        double a = step[0], b = step[1], high = step[3], low = Lesser(step[2], high);
        double first = a == 0.0 ? b : a * map[2] + b, second = a == 0.0 ? b : a * map[3] + b;
        double least = Lesser(Greater(Lesser(first, second), low), high), most = Lesser(Greater(Greater(first, second), low), high);
        var meets = least >= most;
        map[0] = meets ? 0.0 : a * map[0];
        map[1] = meets ? 0.0 : Math.FusedMultiplyAdd(a, map[1], b);
        map[2] = least;
        map[3] = most;
        // by a and b, or by the bounds where both are finite
        return Lesser(Math.Abs(map[0]) + Math.Abs(map[1]) + Greater(least, 0.0) + Greater(-most, 0.0), Greater(Math.Abs(least), Math.Abs(most)));
    }

    public static void Apply(double* map, double* state, double* result, int states)
    {
        var inner = map[0] * state[0] + map[1];
        // an overflow of a or b behind finite bounds has lost the sign of their sum
        result[0] = Math.Abs(inner) <= double.MaxValue ? Lesser(Greater(inner, map[2]), map[3]) : double.NaN;
    }

    public static bool CanCarry(double state) => Math.Abs(state) <= double.MaxValue;

    public static bool IsWithin(double steps, double reach, double magnitude, int states) => (steps + 1.0) * (reach + 1.0) * (magnitude + 1.0) < Safe;

    // right where either is NaN
    static double Lesser(double a, double b) => a < b ? a : b;

    static double Greater(double a, double b) => a > b ? a : b;
}

/// <summary>The sum of a tropical semiring.</summary>
interface ITropicalSum
{
    static abstract double Of(double x, double y);
}

/// <summary>MaxPlus.cl. A NaN is lost here, but not in the sum of magnitudes.</summary>
readonly struct Maximum : ITropicalSum
{
    public static double Of(double x, double y) => x > y ? x : y;
}

/// <summary>LogPlus.cl: log(e^x + e^y). Where both are −∞ their difference is NaN.</summary>
readonly struct LogSum : ITropicalSum
{
    public static double Of(double x, double y)
    {
        double most = x > y ? x : y, least = x > y ? y : x;
        return most == double.NegativeInfinity ? most : most + DoubleMath.LogOfOnePlus(DoubleMath.Exp(least - most));
    }
}

/// <summary>Tropical.cl: s = sum(p + a, b) as a, b. −∞ is a number of these classes: it says "not this way".</summary>
readonly unsafe struct TropicalMaps<TSum> : IMaps where TSum : struct, ITropicalSum
{
    const double Safe = 1e38;

    public static int Numbers(int states) => 2;

    public static double Identity(int number, int states) => number == 0 ? 0.0 : double.NegativeInfinity;

    public static double Magnitude(int number, float value) => MagnitudeOf(value);

    public static double Compose(float* step, double* map, int states)
    {
        map[0] += step[0];
        map[1] = TSum.Of(map[1] + step[0], step[1]);
        return MagnitudeOf(map[0]) + MagnitudeOf(map[1]);
    }

    public static void Apply(double* map, double* state, double* result, int states) => result[0] = TSum.Of(map[0] + state[0], map[1]);

    public static bool CanCarry(double state) => Math.Abs(state) <= double.MaxValue || state == double.NegativeInfinity;

    // sums, where affine maps have products
    public static bool IsWithin(double steps, double reach, double magnitude, int states) => steps + reach + magnitude < Safe;

    static double MagnitudeOf(double value) => value == double.NegativeInfinity ? 0.0 : Math.Abs(value);
}
