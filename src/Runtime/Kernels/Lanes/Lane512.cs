using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Recurve.Contracts;

namespace Recurve.Kernels.Lanes;

/// <summary>Sixteen channels.</summary>
readonly unsafe partial struct Lane512(Vector512<float> bits) : ILane<Lane512>
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
    public static implicit operator Lane512(float value) => new(Vector512.Create(value));

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
}
