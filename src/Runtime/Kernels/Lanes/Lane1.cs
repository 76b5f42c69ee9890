using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Recurve.Contracts;

namespace Recurve.Kernels.Lanes;

/// <summary>One channel, for the ends of rows: the lowest element of a register, so that every operation is the one of the wider lanes.</summary>
readonly unsafe struct Lane1(Vector128<float> bits) : ILane<Lane1>
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
    public static implicit operator Lane1(float value) => Create(value);

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Sqrt(Lane1 value) => new(Vector128.Sqrt(value.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Round(Lane1 value) => new(Vector128.Round(value.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Scale(Lane1 value, Lane1 exponent) => LaneMath.ScaleInTwoSteps(value, exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 ToIntegerBits(Lane1 value) => new(Vector128.ConvertToInt32Native(value.bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 FromIntegerBits(Lane1 bits) => new(Vector128.ConvertToSingle(bits.bits.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 CreateBits(int bits) => new(Vector128.Create(bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 AddBits(Lane1 left, Lane1 right) => new((left.bits.AsInt32() + right.bits.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 ShiftBitsLeft(Lane1 bits, int count) => new((bits.bits.AsInt32() << count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 ShiftBitsRight(Lane1 bits, int count) => new((bits.bits.AsInt32() >> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 XorBits(Lane1 left, Lane1 right) => new(left.bits ^ right.bits);
}
