using System.Numerics;

namespace Recurve.Kernels.Dense;

/// <summary>How large numbers are.</summary>
internal static unsafe class Magnitudes
{
    /// <summary>Whether every magnitude is below a bound, which that of a NaN is not: below infinity is finite.</summary>
    public static bool AreBelow(float bound, float* numbers, long count)
    {
        var below = Vector<int>.AllBitsSet;
        long i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) below &= Vector.LessThan(Vector.Abs(Vector.Load(numbers + i)), new(bound));
        var areBelow = below == Vector<int>.AllBitsSet;
        for (; i < count; i++) areBelow &= Math.Abs(numbers[i]) < bound;
        return areBelow;
    }
}
