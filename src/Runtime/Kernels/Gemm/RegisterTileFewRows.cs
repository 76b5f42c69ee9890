using System.Runtime.CompilerServices;
using Recurve.Contracts;

namespace Recurve.Kernels.Gemm;

// The ends of row blocks, and the products of step-by-step cells.
static unsafe partial class RegisterTile<V> where V : unmanaged, ILane<V>
{
    /// <summary>Four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4(in Operands x)
    {
        float* c = x.C;
        long ldc = x.StrideC;
        V c00 = default, c01 = default;
        V c10 = default, c11 = default;
        V c20 = default, c21 = default;
        V c30 = default, c31 = default;
        if (x.Accumulate)
        {
            c00 = V.Load(c); c01 = V.Load(c + V.Width);
            c10 = V.Load(c + ldc); c11 = V.Load(c + ldc + V.Width);
            c20 = V.Load(c + 2 * ldc); c21 = V.Load(c + 2 * ldc + V.Width);
            c30 = V.Load(c + 3 * ldc); c31 = V.Load(c + 3 * ldc + V.Width);
        }
        float* a = x.A, b = x.Panel;
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
            a += step;
            b += 2 * V.Width;
        }
        V.Store(c00, c); V.Store(c01, c + V.Width);
        V.Store(c10, c + ldc); V.Store(c11, c + ldc + V.Width);
        V.Store(c20, c + 2 * ldc); V.Store(c21, c + 2 * ldc + V.Width);
        V.Store(c30, c + 3 * ldc); V.Store(c31, c + 3 * ldc + V.Width);
    }

    /// <summary>Two rows against two panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2Wide(in Operands x)
    {
        float* c = x.C;
        long ldc = x.StrideC;
        V c00 = default, c01 = default, c02 = default, c03 = default;
        V c10 = default, c11 = default, c12 = default, c13 = default;
        if (x.Accumulate)
        {
            c00 = V.Load(c); c01 = V.Load(c + V.Width); c02 = V.Load(c + 2 * V.Width); c03 = V.Load(c + 3 * V.Width);
            c10 = V.Load(c + ldc); c11 = V.Load(c + ldc + V.Width); c12 = V.Load(c + ldc + 2 * V.Width); c13 = V.Load(c + ldc + 3 * V.Width);
        }
        float* a = x.A, b = x.Panel, d = x.NextPanel;
        long s1 = x.RowStride, step = x.InnerStride;
        for (long k = x.Inner; k > 0; k--)
        {
            V b0 = V.Load(b), b1 = V.Load(b + V.Width), b2 = V.Load(d), b3 = V.Load(d + V.Width);
            V v = V.Create(*a);
            c00 = V.FusedMultiplyAdd(v, b0, c00); c01 = V.FusedMultiplyAdd(v, b1, c01); c02 = V.FusedMultiplyAdd(v, b2, c02); c03 = V.FusedMultiplyAdd(v, b3, c03);
            v = V.Create(a[s1]);
            c10 = V.FusedMultiplyAdd(v, b0, c10); c11 = V.FusedMultiplyAdd(v, b1, c11); c12 = V.FusedMultiplyAdd(v, b2, c12); c13 = V.FusedMultiplyAdd(v, b3, c13);
            a += step;
            b += 2 * V.Width;
            d += 2 * V.Width;
        }
        V.Store(c00, c); V.Store(c01, c + V.Width); V.Store(c02, c + 2 * V.Width); V.Store(c03, c + 3 * V.Width);
        V.Store(c10, c + ldc); V.Store(c11, c + ldc + V.Width); V.Store(c12, c + ldc + 2 * V.Width); V.Store(c13, c + ldc + 3 * V.Width);
    }

    /// <summary>Two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2(in Operands x)
    {
        float* c = x.C;
        long ldc = x.StrideC;
        V c00 = default, c01 = default;
        V c10 = default, c11 = default;
        if (x.Accumulate)
        {
            c00 = V.Load(c); c01 = V.Load(c + V.Width);
            c10 = V.Load(c + ldc); c11 = V.Load(c + ldc + V.Width);
        }
        float* a = x.A, b = x.Panel;
        long s1 = x.RowStride, step = x.InnerStride;
        for (long k = x.Inner; k > 0; k--)
        {
            V b0 = V.Load(b), b1 = V.Load(b + V.Width);
            V v = V.Create(*a);
            c00 = V.FusedMultiplyAdd(v, b0, c00); c01 = V.FusedMultiplyAdd(v, b1, c01);
            v = V.Create(a[s1]);
            c10 = V.FusedMultiplyAdd(v, b0, c10); c11 = V.FusedMultiplyAdd(v, b1, c11);
            a += step;
            b += 2 * V.Width;
        }
        V.Store(c00, c); V.Store(c01, c + V.Width);
        V.Store(c10, c + ldc); V.Store(c11, c + ldc + V.Width);
    }

    /// <summary>One row against two panels: a single panel would wait for its own sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Row1Wide(in Operands x)
    {
        float* c = x.C;
        long ldc = x.StrideC;
        V c00 = default, c01 = default, c02 = default, c03 = default;
        if (x.Accumulate)
        {
            c00 = V.Load(c); c01 = V.Load(c + V.Width); c02 = V.Load(c + 2 * V.Width); c03 = V.Load(c + 3 * V.Width);
        }
        float* a = x.A, b = x.Panel, d = x.NextPanel;
        long step = x.InnerStride;
        for (long k = x.Inner; k > 0; k--)
        {
            V b0 = V.Load(b), b1 = V.Load(b + V.Width), b2 = V.Load(d), b3 = V.Load(d + V.Width);
            V v = V.Create(*a);
            c00 = V.FusedMultiplyAdd(v, b0, c00); c01 = V.FusedMultiplyAdd(v, b1, c01); c02 = V.FusedMultiplyAdd(v, b2, c02); c03 = V.FusedMultiplyAdd(v, b3, c03);
            a += step;
            b += 2 * V.Width;
            d += 2 * V.Width;
        }
        V.Store(c00, c); V.Store(c01, c + V.Width); V.Store(c02, c + 2 * V.Width); V.Store(c03, c + 3 * V.Width);
    }

    /// <summary>One row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Row1(in Operands x)
    {
        float* c = x.C;
        long ldc = x.StrideC;
        V c00 = default, c01 = default;
        if (x.Accumulate)
        {
            c00 = V.Load(c); c01 = V.Load(c + V.Width);
        }
        float* a = x.A, b = x.Panel;
        long step = x.InnerStride;
        for (long k = x.Inner; k > 0; k--)
        {
            V b0 = V.Load(b), b1 = V.Load(b + V.Width);
            V v = V.Create(*a);
            c00 = V.FusedMultiplyAdd(v, b0, c00); c01 = V.FusedMultiplyAdd(v, b1, c01);
            a += step;
            b += 2 * V.Width;
        }
        V.Store(c00, c); V.Store(c01, c + V.Width);
    }
}
