using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Recurve.Contracts;

namespace Recurve.Kernels.Lanes;

/// <summary>Eight channels.</summary>
readonly unsafe struct Lane256(Vector256<float> bits) : ILane<Lane256>
{
    readonly Vector256<float> bits = bits;

    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane256 value, float* target) => value.bits.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(Lane256 value, float* target) => value.bits.StoreAlignedNonTemporal(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lane256 value) => Lane128.Sum(new Lane128(value.bits.GetLower() + value.bits.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lane256(float value) => Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator +(Lane256 left, Lane256 right) => new(left.bits + right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator -(Lane256 left, Lane256 right) => new(left.bits - right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator *(Lane256 left, Lane256 right) => new(left.bits * right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator /(Lane256 left, Lane256 right) => new(left.bits / right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator -(Lane256 value) => new(-value.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator <(Lane256 left, Lane256 right) => new(Vector256.LessThan(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator >(Lane256 left, Lane256 right) => new(Vector256.GreaterThan(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator <=(Lane256 left, Lane256 right) => new(Vector256.LessThanOrEqual(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator >=(Lane256 left, Lane256 right) => new(Vector256.GreaterThanOrEqual(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator &(Lane256 left, Lane256 right) => new(left.bits & right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator |(Lane256 left, Lane256 right) => new(left.bits | right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator ~(Lane256 mask) => new(~mask.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Select(Lane256 mask, Lane256 whenTrue, Lane256 whenFalse) => new(Vector256.ConditionalSelect(mask.bits, whenTrue.bits, whenFalse.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 FusedMultiplyAdd(Lane256 left, Lane256 right, Lane256 addend) => new(Vector256.FusedMultiplyAdd(left.bits, right.bits, addend.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 AreEqual(Lane256 left, Lane256 right) => new(Vector256.Equals(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Lane256 mask) => Vector256.ExtractMostSignificantBits(mask.bits) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 SmallerElseRight(Lane256 left, Lane256 right) => new(Vector256.MinNative(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 GreaterElseRight(Lane256 left, Lane256 right) => new(Vector256.MaxNative(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Sqrt(Lane256 value) => new(Vector256.Sqrt(value.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Round(Lane256 value) => new(Vector256.Round(value.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Scale(Lane256 value, Lane256 exponent) => LaneMath.ScaleInTwoSteps(value, exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 ToIntegerBits(Lane256 value) => new(Vector256.ConvertToInt32Native(value.bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 FromIntegerBits(Lane256 bits) => new(Vector256.ConvertToSingle(bits.bits.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 CreateBits(int bits) => new(Vector256.Create(bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 AddBits(Lane256 left, Lane256 right) => new((left.bits.AsInt32() + right.bits.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 ShiftBitsLeft(Lane256 bits, int count) => new((bits.bits.AsInt32() << count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 ShiftBitsRight(Lane256 bits, int count) => new((bits.bits.AsInt32() >> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 XorBits(Lane256 left, Lane256 right) => new(left.bits ^ right.bits);
}
