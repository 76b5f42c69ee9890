namespace Recurve.Ilgpu.Lanes;

/// <summary>Exponential and logarithm in double precision, to a relative 1e-14, from their series: ILGPU has none for every device.</summary>
static class DoubleMath
{
    // ln 2 in two parts; n times the first is exact for |n| < 2048
    const double Ln2High = 0.6931471803691238, Ln2Low = 1.9082149292705877e-10;

    /// <summary>e^x; 0 below −708, infinite above 709.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x < -708.0) return 0.0;
        if (x > 709.0) return double.PositiveInfinity;
        var n = Math.Floor(x * 1.4426950408889634 + 0.5);
        var r = x - n * Ln2High - n * Ln2Low;
        // Σ r^k / k! up to k = 14, |r| ≤ ln 2 / 2
        var sum = 1.0;
        for (var k = 14; k > 0; k--) sum = sum * r / k + 1.0;
        return sum * BitConverter.Int64BitsToDouble(((long)n + 1023) << 52);
    }

    /// <summary>Natural logarithm of a positive normal number.</summary>
    public static double Log(double x)
    {
        // x = 2^k m with m from √½ to √2; log m = 2 artanh((m − 1) / (m + 1))
        var shifted = BitConverter.DoubleToInt64Bits(x) + (0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
        var k = (shifted >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((shifted & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd);
        var s = (m - 1.0) / (m + 1.0);
        var square = s * s;
        var sum = 0.0;
        for (var n = 23; n > 0; n -= 2) sum = sum * square + 1.0 / n;
        return k * Ln2High + (2.0 * s * sum + k * Ln2Low);
    }

    /// <summary>log(1 + x) for x in [0, 1], accurate for small x (Kahan).</summary>
    public static double LogOfOnePlus(double x)
    {
        var sum = 1.0 + x;
        return sum == 1.0 ? x : Log(sum) * (x / (sum - 1.0));
    }
}
