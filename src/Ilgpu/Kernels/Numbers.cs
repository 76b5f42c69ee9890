namespace Recurve.Ilgpu.Kernels;

/// <summary>Rows of numbers in memory, in single precision or in bfloat16, its upper half (Numbers.cl). Distances count numbers.</summary>
readonly unsafe struct Numbers(float* start, long batch, long step, bool isBFloat16)
{
    readonly float* start = start;
    readonly long batch = batch, step = step;
    readonly bool isBFloat16 = isBFloat16;

    public bool IsNull => start == null;

    public float Load(long batch, long step, long column)
    {
        var at = batch * this.batch + step * this.step + column;
        return isBFloat16 ? BitConverter.Int32BitsToSingle(((ushort*)start)[at] << 16) : start[at];
    }

    public void Store(long batch, long step, long column, float number)
    {
        var at = batch * this.batch + step * this.step + column;
        if (isBFloat16) ((ushort*)start)[at] = HalfOf(number);
        else start[at] = number;
    }

    // to nearest, ties to even; a NaN keeps its sign and stays one
    static ushort HalfOf(float number)
    {
        var bits = (uint)BitConverter.SingleToInt32Bits(number);
        return (ushort)(float.IsNaN(number) ? bits >> 16 | 0x40u : bits + 0x7fffu + (bits >> 16 & 1u) >> 16);
    }
}
