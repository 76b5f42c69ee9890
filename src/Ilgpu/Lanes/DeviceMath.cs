namespace Recurve.Ilgpu.Lanes;

/// <summary>
/// The elementary functions on one number in what ILGPU compiles: the polynomials of the processor's lanes (VectorMath128), so that no result depends on a
/// device's approximations. Errors are those stated at <see cref="Contracts.ILane{V}"/>.
/// </summary>
static class DeviceMath
{
    const float Log2E = 1.44269504f;

    // ln 2 in two parts; n times the first is exact for |n| < 4096
    const float Ln2High = 0.69311523f, Ln2Low = 3.1946183e-05f;

    public static float Min(float left, float right) => float.IsNaN(left) || left < right ? left : right;

    public static float Max(float left, float right) => float.IsNaN(left) || left > right ? left : right;

    public static float Exp(float x)
    {
        // beyond these ends the result is 0 or infinite whatever x is; NaN passes
        x = x < -105f ? -105f : x > 90f ? 90f : x;
        var n = MathF.Floor(x * Log2E + 0.5f);
        return Scale(1f + ReducedExpMinusOne(x, n), (int)n);
    }

    /// <summary>(e^2|x| − 1) / (e^2|x| + 1) with the numerator computed as such, so that small arguments keep their digits.</summary>
    public static float Tanh(float x)
    {
        var size = MathF.Abs(x);
        var twice = size > 10f ? 20f : size * 2f;
        var n = MathF.Floor(twice * Log2E + 0.5f);
        var power = PowerOfTwo((int)n);
        var minusOne = MathF.FusedMultiplyAdd(power, ReducedExpMinusOne(twice, n), power - 1f);
        return WithSign(minusOne / (minusOne + 2f), x);
    }

    public static float Log(float x)
    {
        var isSmall = x < 1.17549435e-38f;
        // normal = 2^k (1 + f) with 1 + f from √½ to √2
        var shifted = BitConverter.SingleToInt32Bits(isSmall ? x * 8388608f : x) + (0x3f800000 - 0x3f3504f3);
        var k = (shifted >> 23) - 127 - (isSmall ? 23f : 0f);
        var f = BitConverter.Int32BitsToSingle((shifted & 0x007fffff) + 0x3f3504f3) - 1f;
        var p = MathF.FusedMultiplyAdd(-0.07859617f, f, 0.1288165f);
        p = MathF.FusedMultiplyAdd(p, f, -0.13128754f);
        p = MathF.FusedMultiplyAdd(p, f, 0.14181192f);
        p = MathF.FusedMultiplyAdd(p, f, -0.16624554f);
        p = MathF.FusedMultiplyAdd(p, f, 0.20002286f);
        p = MathF.FusedMultiplyAdd(p, f, -0.2500081f);
        p = MathF.FusedMultiplyAdd(p, f, 0.33333316f);
        p = MathF.FusedMultiplyAdd(p, f, -0.5f);
        var tail = MathF.FusedMultiplyAdd(p, f * f, k * Ln2Low);
        var result = MathF.FusedMultiplyAdd(k, Ln2High, f + tail);
        // infinity and NaN stay what they are
        return x < 0f ? float.NaN : x == 0f ? float.NegativeInfinity : x < float.PositiveInfinity ? result : x;
    }

    /// <summary>log u with u = 1 + x rounded, plus what the rounding lost divided by u.</summary>
    public static float Log1p(float x)
    {
        var u = 1f + x;
        var lost = x - (u - 1f);
        return u == 1f ? x : Log(u) + (u > 0f && u < float.PositiveInfinity ? lost / u : 0f);
    }

    /// <summary>x + x P(x²) up to 0.93, 1 − e^(−t − t Q(t)) with t = |x| above.</summary>
    public static float Erf(float x)
    {
        var size = MathF.Abs(x);
        var t = size > 4f ? 4f : size;
        return WithSign(t < 0.93f ? ErfNear(t) : 1f - Exp(-ErfFar(t)), x);
    }

    /// <summary>sin(x + quarters π/2) for |x| up to 10⁸; the angle is reduced in double precision.</summary>
    public static float Wave(float x, int quarters)
    {
        var n = Math.Floor(x * 0.63661977236758134 + 0.5);
        var r = (float)(x - n * 1.5707963267341256 - n * 6.0771005065061922e-11);
        var quadrant = (long)n + quarters;
        var square = r * r;
        var s = MathF.FusedMultiplyAdd(-0.0001951084f, square, 0.008332131f);
        s = MathF.FusedMultiplyAdd(s, square, -0.16666654f);
        var c = MathF.FusedMultiplyAdd(2.4431205e-05f, square, -0.0013887306f);
        c = MathF.FusedMultiplyAdd(c, square, 0.041666646f);
        c = MathF.FusedMultiplyAdd(c, square, -0.5f);
        var wave = (quadrant & 1) == 0 ? MathF.FusedMultiplyAdd(s * square, r, r) : MathF.FusedMultiplyAdd(c, square, 1f);
        // an infinite angle has no sine
        return x - x != 0f ? float.NaN : (quadrant & 2) == 0 ? wave : -wave;
    }

    /// <summary>x raised to a power, with the special cases of <see cref="MathF.Pow"/>.</summary>
    public static float Pow(float x, float exponent)
    {
        if (exponent == 0f || x == 1f) return 1f;
        if (float.IsNaN(x) || float.IsNaN(exponent)) return float.NaN;
        var isWhole = exponent == MathF.Floor(exponent);
        // beyond 2²⁴ every float is even
        var isOdd = isWhole && MathF.Abs(exponent) < 16777216f && ((int)exponent & 1) != 0;
        var size = MathF.Abs(x);
        if (MathF.Abs(exponent) == float.PositiveInfinity) return size == 1f ? 1f : size > 1f == exponent > 0f ? float.PositiveInfinity : 0f;
        var isNegative = BitConverter.SingleToInt32Bits(x) < 0;
        if (size == 0f || size == float.PositiveInfinity)
        {
            var end = size == 0f == exponent > 0f ? 0f : float.PositiveInfinity;
            return isNegative && isOdd ? -end : end;
        }
        if (isNegative && !isWhole) return float.NaN;
        var power = (float)DoubleMath.Exp(exponent * DoubleMath.Log(size));
        return isNegative && isOdd ? -power : power;
    }

    /// <summary>e^r − 1 with r = x − n ln 2, |r| up to ln 2 / 2.</summary>
    static float ReducedExpMinusOne(float x, float n)
    {
        var r = MathF.FusedMultiplyAdd(n, -Ln2Low, MathF.FusedMultiplyAdd(n, -Ln2High, x));
        var p = MathF.FusedMultiplyAdd(0.0013946554f, r, 0.008366644f);
        p = MathF.FusedMultiplyAdd(p, r, 0.04166628f);
        p = MathF.FusedMultiplyAdd(p, r, 0.16666542f);
        p = MathF.FusedMultiplyAdd(p, r, 0.5f);
        return MathF.FusedMultiplyAdd(p, r * r, r);
    }

    static float ErfNear(float t)
    {
        var square = t * t;
        var p = MathF.FusedMultiplyAdd(-0.0005931902f, square, 0.0049821576f);
        p = MathF.FusedMultiplyAdd(p, square, -0.026759591f);
        p = MathF.FusedMultiplyAdd(p, square, 0.1128164f);
        p = MathF.FusedMultiplyAdd(p, square, -0.3761248f);
        p = MathF.FusedMultiplyAdd(p, square, 0.12837915f);
        return MathF.FusedMultiplyAdd(p, t, t);
    }

    static float ErfFar(float t)
    {
        var q = MathF.FusedMultiplyAdd(-0.00021398495f, t, 0.0032149556f);
        q = MathF.FusedMultiplyAdd(q, t, -0.022889964f);
        q = MathF.FusedMultiplyAdd(q, t, 0.10526184f);
        q = MathF.FusedMultiplyAdd(q, t, 0.6357183f);
        q = MathF.FusedMultiplyAdd(q, t, 0.12851436f);
        return MathF.FusedMultiplyAdd(q, t, t);
    }

    // the first of two products is exact, so the result is rounded once, also where it is denormal
    static float Scale(float value, int exponent) => value * PowerOfTwo(exponent >> 1) * PowerOfTwo(exponent - (exponent >> 1));

    static float PowerOfTwo(int exponent) => BitConverter.Int32BitsToSingle((exponent + 127) << 23);

    static float WithSign(float size, float of)
        => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(size) | (BitConverter.SingleToInt32Bits(of) & int.MinValue));
}
