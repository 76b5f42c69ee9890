using System.Runtime.CompilerServices;
using Recurve.Contracts;

namespace Recurve.Kernels.Gemm;

/// <summary>
/// The innermost loops of a product: a few rows of A against one panel of B (two lanes wide) or two, with every partial sum in a
/// register. A sum runs over the inner index in order, so rows give the same numbers in whatever tile they are computed.
/// </summary>
static unsafe partial class RegisterTile<V> where V : unmanaged, ILane<V>
{
    /// <summary>Columns of a panel.</summary>
    public static int PanelWidth => 2 * V.Width;

    /// <summary>Eight rows: 16 sums, for machines with 32 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows8(in Operands x)
    {
        float* c = x.C;
        long ldc = x.StrideC;
        V c00 = default, c01 = default;
        V c10 = default, c11 = default;
        V c20 = default, c21 = default;
        V c30 = default, c31 = default;
        V c40 = default, c41 = default;
        V c50 = default, c51 = default;
        V c60 = default, c61 = default;
        V c70 = default, c71 = default;
        if (x.Accumulate)
        {
            c00 = V.Load(c); c01 = V.Load(c + V.Width);
            c10 = V.Load(c + ldc); c11 = V.Load(c + ldc + V.Width);
            c20 = V.Load(c + 2 * ldc); c21 = V.Load(c + 2 * ldc + V.Width);
            c30 = V.Load(c + 3 * ldc); c31 = V.Load(c + 3 * ldc + V.Width);
            c40 = V.Load(c + 4 * ldc); c41 = V.Load(c + 4 * ldc + V.Width);
            c50 = V.Load(c + 5 * ldc); c51 = V.Load(c + 5 * ldc + V.Width);
            c60 = V.Load(c + 6 * ldc); c61 = V.Load(c + 6 * ldc + V.Width);
            c70 = V.Load(c + 7 * ldc); c71 = V.Load(c + 7 * ldc + V.Width);
        }
        float* a = x.A, a4 = x.A + 4 * x.RowStride, b = x.Panel;
        long s1 = x.RowStride, s2 = 2 * x.RowStride, s3 = 3 * x.RowStride, step = x.InnerStride;
        for (long k = x.Inner; k > 0; k--)
        {
            V b0 = V.Load(b), b1 = V.Load(b + V.Width);
            V v = V.Create(*a);
            c00 = V.FusedMultiplyAdd(v, b0, c00); c01 = V.FusedMultiplyAdd(v, b1, c01);
            v = V.Create(a[s1]);
            c10 = V.FusedMultiplyAdd(v, b0, c10); c11 = V.FusedMultiplyAdd(v, b1, c11);
            v = V.Create(a[s2]);
            c20 = V.FusedMultiplyAdd(v, b0, c20); c21 = V.FusedMultiplyAdd(v, b1, c21);
            v = V.Create(a[s3]);
            c30 = V.FusedMultiplyAdd(v, b0, c30); c31 = V.FusedMultiplyAdd(v, b1, c31);
            v = V.Create(*a4);
            c40 = V.FusedMultiplyAdd(v, b0, c40); c41 = V.FusedMultiplyAdd(v, b1, c41);
            v = V.Create(a4[s1]);
            c50 = V.FusedMultiplyAdd(v, b0, c50); c51 = V.FusedMultiplyAdd(v, b1, c51);
            v = V.Create(a4[s2]);
            c60 = V.FusedMultiplyAdd(v, b0, c60); c61 = V.FusedMultiplyAdd(v, b1, c61);
            v = V.Create(a4[s3]);
            c70 = V.FusedMultiplyAdd(v, b0, c70); c71 = V.FusedMultiplyAdd(v, b1, c71);
            a += step;
            a4 += step;
            b += 2 * V.Width;
        }
        V.Store(c00, c); V.Store(c01, c + V.Width);
        V.Store(c10, c + ldc); V.Store(c11, c + ldc + V.Width);
        V.Store(c20, c + 2 * ldc); V.Store(c21, c + 2 * ldc + V.Width);
        V.Store(c30, c + 3 * ldc); V.Store(c31, c + 3 * ldc + V.Width);
        V.Store(c40, c + 4 * ldc); V.Store(c41, c + 4 * ldc + V.Width);
        V.Store(c50, c + 5 * ldc); V.Store(c51, c + 5 * ldc + V.Width);
        V.Store(c60, c + 6 * ldc); V.Store(c61, c + 6 * ldc + V.Width);
        V.Store(c70, c + 7 * ldc); V.Store(c71, c + 7 * ldc + V.Width);
    }

    /// <summary>Six rows: 12 sums, for machines with 16 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows6(in Operands x)
    {
        float* c = x.C;
        long ldc = x.StrideC;
        V c00 = default, c01 = default;
        V c10 = default, c11 = default;
        V c20 = default, c21 = default;
        V c30 = default, c31 = default;
        V c40 = default, c41 = default;
        V c50 = default, c51 = default;
        if (x.Accumulate)
        {
            c00 = V.Load(c); c01 = V.Load(c + V.Width);
            c10 = V.Load(c + ldc); c11 = V.Load(c + ldc + V.Width);
            c20 = V.Load(c + 2 * ldc); c21 = V.Load(c + 2 * ldc + V.Width);
            c30 = V.Load(c + 3 * ldc); c31 = V.Load(c + 3 * ldc + V.Width);
            c40 = V.Load(c + 4 * ldc); c41 = V.Load(c + 4 * ldc + V.Width);
            c50 = V.Load(c + 5 * ldc); c51 = V.Load(c + 5 * ldc + V.Width);
        }
        float* a = x.A, a4 = x.A + 4 * x.RowStride, b = x.Panel;
        long s1 = x.RowStride, s2 = 2 * x.RowStride, s3 = 3 * x.RowStride, step = x.InnerStride;
        for (long k = x.Inner; k > 0; k--)
        {
            V b0 = V.Load(b), b1 = V.Load(b + V.Width);
            V v = V.Create(*a);
            c00 = V.FusedMultiplyAdd(v, b0, c00); c01 = V.FusedMultiplyAdd(v, b1, c01);
            v = V.Create(a[s1]);
            c10 = V.FusedMultiplyAdd(v, b0, c10); c11 = V.FusedMultiplyAdd(v, b1, c11);
            v = V.Create(a[s2]);
            c20 = V.FusedMultiplyAdd(v, b0, c20); c21 = V.FusedMultiplyAdd(v, b1, c21);
            v = V.Create(a[s3]);
            c30 = V.FusedMultiplyAdd(v, b0, c30); c31 = V.FusedMultiplyAdd(v, b1, c31);
            v = V.Create(*a4);
            c40 = V.FusedMultiplyAdd(v, b0, c40); c41 = V.FusedMultiplyAdd(v, b1, c41);
            v = V.Create(a4[s1]);
            c50 = V.FusedMultiplyAdd(v, b0, c50); c51 = V.FusedMultiplyAdd(v, b1, c51);
            a += step;
            a4 += step;
            b += 2 * V.Width;
        }
        V.Store(c00, c); V.Store(c01, c + V.Width);
        V.Store(c10, c + ldc); V.Store(c11, c + ldc + V.Width);
        V.Store(c20, c + 2 * ldc); V.Store(c21, c + 2 * ldc + V.Width);
        V.Store(c30, c + 3 * ldc); V.Store(c31, c + 3 * ldc + V.Width);
        V.Store(c40, c + 4 * ldc); V.Store(c41, c + 4 * ldc + V.Width);
        V.Store(c50, c + 5 * ldc); V.Store(c51, c + 5 * ldc + V.Width);
    }
}

/// <summary>What is common to the tiles of all lanes.</summary>
static class RegisterTile
{
    /// <summary>Rows of the largest tile, on a machine whose widest lane is the given one: only 512-bit machines have 32 registers.</summary>
    public static int Height(int laneWidth) => laneWidth == 16 ? 8 : 6;
}
