using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Floats = System.Runtime.Intrinsics.Vector128<float>;
using Simd = System.Runtime.Intrinsics.Vector128;

namespace Recurve.Kernels.Lanes;

/// <summary>
/// The elementary functions on 128-bit registers, with the bounds stated at <see cref="Recurve.Contracts.ILane{V}"/>. The files for 128, 256 and 512 bits
/// are one text (a test compares them): written on registers and not on lanes, because the JIT's budget for inlining counts calls.
/// </summary>
/// <remarks>Polynomials are minimax fits made for this file, evaluated with fused multiply-adds.</remarks>
static unsafe class VectorMath128
{
    const float Log2E = 1.44269504f;

    // ln 2 in two parts; n times the first is exact for |n| < 4096.
    const float Ln2High = 0.69311523f, Ln2Low = 3.1946183e-05f;

    // Up to here a three-part pi/2 reduces an angle without visible error; beyond, the base library is asked.
    const float LargestAngle = 65536f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Abs(Floats x) => x & Bits(0x7fffffff);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Sign(Floats x)
        => (Simd.GreaterThan(x, Floats.Zero) & Floats.One) | (Simd.LessThan(x, Floats.Zero) & Simd.Create(-1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Relu(Floats x) => Simd.ConditionalSelect(Simd.LessThanOrEqual(x, Floats.Zero), Floats.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats LeakyRelu(Floats x, Floats slope)
        => Simd.ConditionalSelect(Simd.GreaterThan(x, Floats.Zero), x, x * slope);

    // The native minimum and maximum give the right operand where either is NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Min(Floats left, Floats right)
        => Simd.ConditionalSelect(Simd.Equals(left, left), Simd.MinNative(left, right), left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Max(Floats left, Floats right)
        => Simd.ConditionalSelect(Simd.Equals(left, left), Simd.MaxNative(left, right), left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats HardTanh(Floats x) => Simd.MinNative(Floats.One, Simd.MaxNative(Simd.Create(-1f), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats HardSigmoid(Floats x)
        => Simd.MinNative(Simd.Create(6f), Simd.MaxNative(Floats.Zero, x + Simd.Create(3f))) / Simd.Create(6f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Exp(Floats x)
    {
        // Beyond these ends the result is 0 or infinite whatever x is; NaN passes.
        x = Simd.MinNative(Simd.Create(90f), Simd.MaxNative(Simd.Create(-105f), x));
        Floats n = Simd.Round(x * Simd.Create(Log2E));
        return PowersOfTwo.Scale(Floats.One + ReducedExpMinusOne(x, n), n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Sigmoid(Floats x) => Floats.One / (Floats.One + Exp(-x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Silu(Floats x) => x / (Floats.One + Exp(-x));

    /// <summary>(e^2|x| - 1) / (e^2|x| + 1) with the numerator computed as such, so that small arguments keep their digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Tanh(Floats x)
    {
        Floats sign = x & Bits(int.MinValue);
        Floats twice = Simd.MinNative(Simd.Create(20f), (x ^ sign) * Simd.Create(2f));
        Floats n = Simd.Round(twice * Simd.Create(Log2E));
        Floats power = ((Simd.ConvertToInt32Native(n) + Simd.Create(127)) << 23).AsSingle();
        Floats minusOne = Simd.FusedMultiplyAdd(power, ReducedExpMinusOne(twice, n), power - Floats.One);
        return minusOne / (minusOne + Simd.Create(2f)) | sign;
    }

    /// <summary>e^r - 1 with r = x - n ln 2, |r| up to ln 2 / 2; the polynomial's own relative error is 1.4e-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Floats ReducedExpMinusOne(Floats x, Floats n)
    {
        Floats r = Simd.FusedMultiplyAdd(n, Simd.Create(-Ln2Low), Simd.FusedMultiplyAdd(n, Simd.Create(-Ln2High), x));
        Floats p = Simd.FusedMultiplyAdd(Simd.Create(0.0013946554f), r, Simd.Create(0.008366644f));
        p = Simd.FusedMultiplyAdd(p, r, Simd.Create(0.04166628f));
        p = Simd.FusedMultiplyAdd(p, r, Simd.Create(0.16666542f));
        p = Simd.FusedMultiplyAdd(p, r, Simd.Create(0.5f));
        return Simd.FusedMultiplyAdd(p, r * r, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Log(Floats x)
    {
        Floats small = Simd.LessThan(x, Simd.Create(1.17549435e-38f));
        Floats normal = Simd.ConditionalSelect(small, x * Simd.Create(8388608f), x);

        // normal = 2^k (1 + f) with 1 + f from sqrt 1/2 to sqrt 2
        var shifted = normal.AsInt32() + Simd.Create(0x3f800000 - 0x3f3504f3);
        Floats k = Simd.ConvertToSingle((shifted >> 23) - Simd.Create(127)) - (small & Simd.Create(23f));
        Floats f = ((shifted & Simd.Create(0x007fffff)) + Simd.Create(0x3f3504f3)).AsSingle() - Floats.One;

        Floats p = Simd.FusedMultiplyAdd(Simd.Create(-0.07859617f), f, Simd.Create(0.1288165f));
        p = Simd.FusedMultiplyAdd(p, f, Simd.Create(-0.13128754f));
        p = Simd.FusedMultiplyAdd(p, f, Simd.Create(0.14181192f));
        p = Simd.FusedMultiplyAdd(p, f, Simd.Create(-0.16624554f));
        p = Simd.FusedMultiplyAdd(p, f, Simd.Create(0.20002286f));
        p = Simd.FusedMultiplyAdd(p, f, Simd.Create(-0.2500081f));
        p = Simd.FusedMultiplyAdd(p, f, Simd.Create(0.33333316f));
        p = Simd.FusedMultiplyAdd(p, f, Simd.Create(-0.5f));
        Floats tail = Simd.FusedMultiplyAdd(p, f * f, k * Simd.Create(Ln2Low));
        Floats result = Simd.FusedMultiplyAdd(k, Simd.Create(Ln2High), f + tail);

        // Infinity and NaN stay what they are, 0 gives minus infinity, negative numbers NaN.
        result = Simd.ConditionalSelect(Simd.LessThan(x, Simd.Create(float.PositiveInfinity)), result, x);
        result = Simd.ConditionalSelect(Simd.Equals(x, Floats.Zero), Simd.Create(float.NegativeInfinity), result);
        return Simd.ConditionalSelect(Simd.LessThan(x, Floats.Zero), Simd.Create(float.NaN), result);
    }

    /// <summary>log u with u = 1 + x rounded, plus what the rounding lost divided by u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Log1p(Floats x)
    {
        Floats u = Floats.One + x;
        Floats lost = x - (u - Floats.One);
        Floats usable = Simd.GreaterThan(u, Floats.Zero) & Simd.LessThan(u, Simd.Create(float.PositiveInfinity));
        return Simd.ConditionalSelect(Simd.Equals(u, Floats.One), x, Log(u) + (usable & (lost / u)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Softplus(Floats x) => Simd.MaxNative(Floats.Zero, x) + Log1p(Exp(-Abs(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats LogAddExp(Floats left, Floats right)
    {
        // Equal infinities have no difference.
        Floats difference = Simd.ConditionalSelect(Simd.Equals(left, right), Floats.Zero, -Abs(left - right));
        return Max(left, right) + Log1p(Exp(difference));
    }

    /// <summary>x + x P(x^2) up to 0.93, 1 - e^(-t - t Q(t)) with t = |x| above; both fits have an own error below 2e-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Erf(Floats x)
    {
        Floats sign = x & Bits(int.MinValue);
        Floats t = Simd.MinNative(Simd.Create(4f), x ^ sign);

        Floats square = t * t;
        Floats p = Simd.FusedMultiplyAdd(Simd.Create(-0.0005931902f), square, Simd.Create(0.0049821576f));
        p = Simd.FusedMultiplyAdd(p, square, Simd.Create(-0.026759591f));
        p = Simd.FusedMultiplyAdd(p, square, Simd.Create(0.1128164f));
        p = Simd.FusedMultiplyAdd(p, square, Simd.Create(-0.3761248f));
        p = Simd.FusedMultiplyAdd(p, square, Simd.Create(0.12837915f));
        Floats near = Simd.FusedMultiplyAdd(p, t, t);

        Floats q = Simd.FusedMultiplyAdd(Simd.Create(-0.00021398495f), t, Simd.Create(0.0032149556f));
        q = Simd.FusedMultiplyAdd(q, t, Simd.Create(-0.022889964f));
        q = Simd.FusedMultiplyAdd(q, t, Simd.Create(0.10526184f));
        q = Simd.FusedMultiplyAdd(q, t, Simd.Create(0.6357183f));
        q = Simd.FusedMultiplyAdd(q, t, Simd.Create(0.12851436f));
        Floats far = Floats.One - Exp(-Simd.FusedMultiplyAdd(q, t, t));

        return Simd.ConditionalSelect(Simd.LessThan(t, Simd.Create(0.93f)), near, far) | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gelu(Floats x) => Simd.Create(0.5f) * x * (Floats.One + Erf(x * Simd.Create(0.70710678f)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Sin(Floats x)
        => Simd.LessThanOrEqualAll(Abs(x), Simd.Create(LargestAngle)) ? Wave(x, 0) : ReplaceLargeAngles(x, Wave(x, 0), &MathF.Sin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Cos(Floats x)
        => Simd.LessThanOrEqualAll(Abs(x), Simd.Create(LargestAngle)) ? Wave(x, 1) : ReplaceLargeAngles(x, Wave(x, 1), &MathF.Cos);

    /// <summary>sin(x + quarters pi/2) for moderate x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Floats Wave(Floats x, int quarters)
    {
        Floats n = Simd.Round(x * Simd.Create(0.63661977f));
        Floats r = Simd.FusedMultiplyAdd(n, Simd.Create(-1.5707964f), x);
        r = Simd.FusedMultiplyAdd(n, Simd.Create(4.371139e-08f), r);
        r = Simd.FusedMultiplyAdd(n, Simd.Create(1.7151245e-15f), r);
        Floats square = r * r;

        Floats s = Simd.FusedMultiplyAdd(Simd.Create(-0.0001951084f), square, Simd.Create(0.008332131f));
        s = Simd.FusedMultiplyAdd(s, square, Simd.Create(-0.16666654f));
        Floats sine = Simd.FusedMultiplyAdd(s * square, r, r);

        Floats c = Simd.FusedMultiplyAdd(Simd.Create(2.4431205e-05f), square, Simd.Create(-0.0013887306f));
        c = Simd.FusedMultiplyAdd(c, square, Simd.Create(0.041666646f));
        c = Simd.FusedMultiplyAdd(c, square, Simd.Create(-0.5f));
        Floats cosine = Simd.FusedMultiplyAdd(c, square, Floats.One);

        var quadrant = Simd.ConvertToInt32Native(n) + Simd.Create(quarters);
        Floats odd = ((quadrant << 31) >> 31).AsSingle();
        Floats flip = ((quadrant & Simd.Create(2)) << 30).AsSingle();
        return Simd.ConditionalSelect(odd, cosine, sine) ^ flip;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Floats ReplaceLargeAngles(Floats x, Floats result, delegate*<float, float> function)
    {
        for (int i = 0; i < Floats.Count; i++)
        {
            if (!(MathF.Abs(x[i]) <= LargestAngle)) result = Simd.WithElement(result, i, function(x[i]));
        }
        return result;
    }

    /// <summary>Element by element in the base library, except for the square.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Pow(Floats x, Floats exponent)
        => Simd.EqualsAll(exponent, Simd.Create(2f)) ? x * x : PowByElement(x, exponent);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Floats PowByElement(Floats x, Floats exponent)
    {
        for (int i = 0; i < Floats.Count; i++) x = Simd.WithElement(x, i, MathF.Pow(x[i], exponent[i]));
        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Floats Bits(int pattern) => Simd.Create(pattern).AsSingle();
}
