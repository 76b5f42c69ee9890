using Recurve.Contracts;

namespace Recurve.Ilgpu.Lanes;

/// <summary>One channel, as ILGPU compiles it. A mask is 1 or 0: bits of a NaN would not survive every constant folding.</summary>
readonly unsafe partial struct DeviceLane(float number) : ILane<DeviceLane>
{
    public readonly float Number = number;

    public static int Width => 1;

    public static DeviceLane Create(float value) => new(value);

    public static DeviceLane Load(float* source) => new(*source);

    public static void Store(DeviceLane value, float* target) => *target = value.Number;

    public static void StoreNonTemporal(DeviceLane value, float* target) => *target = value.Number;

    public static float Sum(DeviceLane value) => value.Number;

    public static implicit operator DeviceLane(float value) => new(value);

    public static DeviceLane operator +(DeviceLane left, DeviceLane right) => new(left.Number + right.Number);

    public static DeviceLane operator -(DeviceLane left, DeviceLane right) => new(left.Number - right.Number);

    public static DeviceLane operator *(DeviceLane left, DeviceLane right) => new(left.Number * right.Number);

    public static DeviceLane operator /(DeviceLane left, DeviceLane right) => new(left.Number / right.Number);

    public static DeviceLane operator -(DeviceLane value) => new(-value.Number);

    public static DeviceLane operator <(DeviceLane left, DeviceLane right) => Mask(left.Number < right.Number);

    public static DeviceLane operator >(DeviceLane left, DeviceLane right) => Mask(left.Number > right.Number);

    public static DeviceLane operator <=(DeviceLane left, DeviceLane right) => Mask(left.Number <= right.Number);

    public static DeviceLane operator >=(DeviceLane left, DeviceLane right) => Mask(left.Number >= right.Number);

    public static DeviceLane operator &(DeviceLane left, DeviceLane right) => new(left.Number * right.Number);

    public static DeviceLane operator |(DeviceLane left, DeviceLane right) => Mask(left.Number + right.Number != 0f);

    public static DeviceLane operator ~(DeviceLane mask) => new(1f - mask.Number);

    public static DeviceLane Select(DeviceLane mask, DeviceLane whenTrue, DeviceLane whenFalse) => mask.Number != 0f ? whenTrue : whenFalse;

    public static DeviceLane FusedMultiplyAdd(DeviceLane left, DeviceLane right, DeviceLane addend)
        => new(MathF.FusedMultiplyAdd(left.Number, right.Number, addend.Number));

    public static DeviceLane AreEqual(DeviceLane left, DeviceLane right) => Mask(left.Number == right.Number);

    public static bool Any(DeviceLane mask) => mask.Number != 0f;

    public static DeviceLane SmallerElseRight(DeviceLane left, DeviceLane right) => left.Number < right.Number ? left : right;

    public static DeviceLane GreaterElseRight(DeviceLane left, DeviceLane right) => left.Number > right.Number ? left : right;

    static DeviceLane Mask(bool isSet) => new(isSet ? 1f : 0f);
}
