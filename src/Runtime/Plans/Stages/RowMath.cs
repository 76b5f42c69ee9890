using System.Numerics;
using System.Runtime.CompilerServices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>Small loops over one row, in a fixed order.</summary>
internal static unsafe class RowMath
{
    /// <summary>y += a x.</summary>
    public static void AddScaled(float* y, float a, float* x, int n)
    {
        var i = 0;
        var scale = new Vector<float>(a);
        for (; i <= n - Vector<float>.Count; i += Vector<float>.Count)
            Unsafe.WriteUnaligned(y + i, Vector.FusedMultiplyAdd(scale, Load(x + i), Load(y + i)));
        for (; i < n; i++) y[i] = MathF.FusedMultiplyAdd(a, x[i], y[i]);
    }

    /// <summary>y += x.</summary>
    public static void Add(float* y, float* x, int n)
    {
        var i = 0;
        for (; i <= n - Vector<float>.Count; i += Vector<float>.Count) Unsafe.WriteUnaligned(y + i, Load(y + i) + Load(x + i));
        for (; i < n; i++) y[i] += x[i];
    }

    /// <summary>y += x in float64.</summary>
    public static void AddTo(double* y, float* x, int n)
    {
        for (var i = 0; i < n; i++) y[i] += x[i];
    }

    /// <summary>y += x, both in float64.</summary>
    public static void AddTo(double* y, double* x, int n)
    {
        for (var i = 0; i < n; i++) y[i] += x[i];
    }

    public static void Copy(float* y, float* x, int n) => new ReadOnlySpan<float>(x, n).CopyTo(new Span<float>(y, n));

    /// <summary>The rows of consecutive steps one after the other into y; at once where they lie so.</summary>
    public static void CopyRows(float* y, Rows rows, long batch, long first, long steps, int width)
    {
        if (rows.StepStride == width) Buffer.MemoryCopy(rows.At(batch, first), y, steps * width * sizeof(float), steps * width * sizeof(float));
        else for (var t = first; t < first + steps; t++, y += width) Copy(y, rows.At(batch, t), width);
    }

    public static void Clear(float* y, int n) => new Span<float>(y, n).Clear();

    /// <summary>Σ x y, accumulated in float64.</summary>
    public static double Dot(float* x, float* y, int n)
    {
        double sum = 0;
        for (var i = 0; i < n; i++) sum += (double)x[i] * y[i];
        return sum;
    }

    /// <summary>Σ x, accumulated in float64.</summary>
    public static double Sum(float* x, int n)
    {
        double sum = 0;
        for (var i = 0; i < n; i++) sum += x[i];
        return sum;
    }

    static Vector<float> Load(float* x) => Unsafe.ReadUnaligned<Vector<float>>(x);
}
