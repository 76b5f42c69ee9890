using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Recurve.Contracts;

namespace Recurve.Kernels.Lanes;

/// <summary>Sixteen channels.</summary>
readonly unsafe struct Lane512(Vector512<float> bits) : ILane<Lane512>
{
    readonly Vector512<float> bits = bits;

    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane512 value, float* target) => value.bits.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(Lane512 value, float* target) => value.bits.StoreAlignedNonTemporal(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lane512 value) => Lane256.Sum(new Lane256(value.bits.GetLower() + value.bits.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lane512(float value) => Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator +(Lane512 left, Lane512 right) => new(left.bits + right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator -(Lane512 left, Lane512 right) => new(left.bits - right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator *(Lane512 left, Lane512 right) => new(left.bits * right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator /(Lane512 left, Lane512 right) => new(left.bits / right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator -(Lane512 value) => new(-value.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator <(Lane512 left, Lane512 right) => new(Vector512.LessThan(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator >(Lane512 left, Lane512 right) => new(Vector512.GreaterThan(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator <=(Lane512 left, Lane512 right) => new(Vector512.LessThanOrEqual(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator >=(Lane512 left, Lane512 right) => new(Vector512.GreaterThanOrEqual(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator &(Lane512 left, Lane512 right) => new(left.bits & right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator |(Lane512 left, Lane512 right) => new(left.bits | right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator ~(Lane512 mask) => new(~mask.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Select(Lane512 mask, Lane512 whenTrue, Lane512 whenFalse) => new(Vector512.ConditionalSelect(mask.bits, whenTrue.bits, whenFalse.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 FusedMultiplyAdd(Lane512 left, Lane512 right, Lane512 addend) => new(Vector512.FusedMultiplyAdd(left.bits, right.bits, addend.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 AreEqual(Lane512 left, Lane512 right) => new(Vector512.Equals(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Lane512 mask) => Vector512.ExtractMostSignificantBits(mask.bits) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 SmallerElseRight(Lane512 left, Lane512 right) => new(Vector512.MinNative(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 GreaterElseRight(Lane512 left, Lane512 right) => new(Vector512.MaxNative(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Sqrt(Lane512 value) => new(Vector512.Sqrt(value.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Round(Lane512 value) => new(Vector512.Round(value.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Scale(Lane512 value, Lane512 exponent) => Avx512F.IsSupported
        ? new(Avx512F.Scale(value.bits, exponent.bits))
        : LaneMath.ScaleInTwoSteps(value, exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 ToIntegerBits(Lane512 value) => new(Vector512.ConvertToInt32Native(value.bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 FromIntegerBits(Lane512 bits) => new(Vector512.ConvertToSingle(bits.bits.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 CreateBits(int bits) => new(Vector512.Create(bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 AddBits(Lane512 left, Lane512 right) => new((left.bits.AsInt32() + right.bits.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 ShiftBitsLeft(Lane512 bits, int count) => new((bits.bits.AsInt32() << count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 ShiftBitsRight(Lane512 bits, int count) => new((bits.bits.AsInt32() >> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 XorBits(Lane512 left, Lane512 right) => new(left.bits ^ right.bits);
}
