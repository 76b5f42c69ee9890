using Recurve.Kernels;

namespace Recurve.Runtime.Tests.Kernels;

/// <summary>Addresses in buffers of more than 2³¹ floats, without the memory: only their differences are looked at.</summary>
public unsafe class RowsTests
{
    [Theory]
    [InlineData(3, 1L << 20, 1024, 1L << 30)]
    [InlineData(65_537, 40_000, 256, 256L * 40_000)]
    [InlineData(1, int.MaxValue, 1 << 16, 0)]
    public void OffsetsAreLong(int batch, long step, long stepStride, long batchStride)
    {
        var start = (float*)4096;
        var offset = (Int128)batch * batchStride + (Int128)step * stepStride;
        Assert.True(offset > int.MaxValue, "the offset fits into 32 bits: no test");
        Assert.Equal((nint)4096 + (nint)(offset * sizeof(float)), (nint)new Rows(start, batchStride, stepStride).At(batch, step));
    }
}
