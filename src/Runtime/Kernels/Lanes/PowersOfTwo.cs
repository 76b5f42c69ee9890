using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Recurve.Kernels.Lanes;

/// <summary>value * 2^exponent, rounded once, for integer exponents from -252 to 252.</summary>
static class PowersOfTwo
{
    // The first of two products is exact, so the result is rounded once, also where it is denormal.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Scale(Vector128<float> value, Vector128<float> exponent)
    {
        Vector128<int> bits = Vector128.ConvertToInt32Native(exponent), half = bits >> 1, bias = Vector128.Create(127);
        return value * ((half + bias) << 23).AsSingle() * ((bits - half + bias) << 23).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scale(Vector256<float> value, Vector256<float> exponent)
    {
        Vector256<int> bits = Vector256.ConvertToInt32Native(exponent), half = bits >> 1, bias = Vector256.Create(127);
        return value * ((half + bias) << 23).AsSingle() * ((bits - half + bias) << 23).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scale(Vector512<float> value, Vector512<float> exponent)
    {
        if (Avx512F.IsSupported) return Avx512F.Scale(value, exponent);
        Vector512<int> bits = Vector512.ConvertToInt32Native(exponent), half = bits >> 1, bias = Vector512.Create(127);
        return value * ((half + bias) << 23).AsSingle() * ((bits - half + bias) << 23).AsSingle();
    }
}
