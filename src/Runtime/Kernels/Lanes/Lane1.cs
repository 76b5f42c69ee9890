using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Recurve.Contracts;

namespace Recurve.Kernels.Lanes;

/// <summary>One channel, for the ends of rows: the lowest element of a register, so that every operation is the one of the wider lanes.</summary>
readonly unsafe partial struct Lane1(Vector128<float> bits) : ILane<Lane1>
{
    readonly Vector128<float> bits = bits;

    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Load(float* source) => new(Vector128.CreateScalar(*source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane1 value, float* target) => *target = value.bits.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(Lane1 value, float* target) => *target = value.bits.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lane1 value) => value.bits.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lane1(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator +(Lane1 left, Lane1 right) => new(left.bits + right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator -(Lane1 left, Lane1 right) => new(left.bits - right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator *(Lane1 left, Lane1 right) => new(left.bits * right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator /(Lane1 left, Lane1 right) => new(left.bits / right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator -(Lane1 value) => new(-value.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator <(Lane1 left, Lane1 right) => new(Vector128.LessThan(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator >(Lane1 left, Lane1 right) => new(Vector128.GreaterThan(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator <=(Lane1 left, Lane1 right) => new(Vector128.LessThanOrEqual(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator >=(Lane1 left, Lane1 right) => new(Vector128.GreaterThanOrEqual(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator &(Lane1 left, Lane1 right) => new(left.bits & right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator |(Lane1 left, Lane1 right) => new(left.bits | right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 operator ~(Lane1 mask) => new(~mask.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Select(Lane1 mask, Lane1 whenTrue, Lane1 whenFalse) => new(Vector128.ConditionalSelect(mask.bits, whenTrue.bits, whenFalse.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 FusedMultiplyAdd(Lane1 left, Lane1 right, Lane1 addend) => new(Vector128.FusedMultiplyAdd(left.bits, right.bits, addend.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 AreEqual(Lane1 left, Lane1 right) => new(Vector128.Equals(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Lane1 mask) => mask.bits.AsInt32().ToScalar() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 SmallerElseRight(Lane1 left, Lane1 right) => new(Vector128.MinNative(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 GreaterElseRight(Lane1 left, Lane1 right) => new(Vector128.MaxNative(left.bits, right.bits));
}
