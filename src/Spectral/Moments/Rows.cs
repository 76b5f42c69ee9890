using System.Numerics;
using System.Runtime.InteropServices;

namespace Recurve.Spectral;

/// <summary>Arithmetic on rows of numbers over time, with the machine's vectors.</summary>
static class Rows
{
    /// <summary>Σ_t x_t y_t.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ReadOnlySpan<Vector<double>> xs = Vectors(x), ys = Vectors(y);
        Vector<double> even = default, odd = default;
        int i = 0;
        for (; i + 1 < xs.Length; i += 2)
        {
            even += xs[i] * ys[i];
            odd += xs[i + 1] * ys[i + 1];
        }
        if (i < xs.Length) even += xs[i] * ys[i];
        double sum = Vector.Sum(even + odd);
        for (int t = xs.Length * Vector<double>.Count; t < x.Length; t++) sum += x[t] * y[t];
        return sum;
    }

    /// <summary>Σ_t x_t.</summary>
    public static double Sum(ReadOnlySpan<double> x)
    {
        ReadOnlySpan<Vector<double>> xs = Vectors(x);
        Vector<double> sums = default;
        foreach (Vector<double> v in xs) sums += v;
        double sum = Vector.Sum(sums);
        for (int t = xs.Length * Vector<double>.Count; t < x.Length; t++) sum += x[t];
        return sum;
    }

    /// <summary>result = x y + c.</summary>
    public static void Product(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double c, Span<double> result)
    {
        ReadOnlySpan<Vector<double>> xs = Vectors(x), ys = Vectors(y);
        Span<Vector<double>> results = MemoryMarshal.Cast<double, Vector<double>>(result);
        Vector<double> constant = new(c);
        for (int i = 0; i < xs.Length; i++) results[i] = xs[i] * ys[i] + constant;
        for (int t = xs.Length * Vector<double>.Count; t < x.Length; t++) result[t] = x[t] * y[t] + c;
    }

    /// <summary>result += c x.</summary>
    public static void Add(double c, ReadOnlySpan<double> x, Span<double> result)
    {
        ReadOnlySpan<Vector<double>> xs = Vectors(x);
        Span<Vector<double>> results = MemoryMarshal.Cast<double, Vector<double>>(result);
        Vector<double> factor = new(c);
        for (int i = 0; i < xs.Length; i++) results[i] += factor * xs[i];
        for (int t = xs.Length * Vector<double>.Count; t < x.Length; t++) result[t] += c * x[t];
    }

    /// <summary>result += x y.</summary>
    public static void AddProduct(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> result)
    {
        ReadOnlySpan<Vector<double>> xs = Vectors(x), ys = Vectors(y);
        Span<Vector<double>> results = MemoryMarshal.Cast<double, Vector<double>>(result);
        for (int i = 0; i < xs.Length; i++) results[i] += xs[i] * ys[i];
        for (int t = xs.Length * Vector<double>.Count; t < x.Length; t++) result[t] += x[t] * y[t];
    }

    /// <summary>Row i of (rows, n).</summary>
    public static Span<double> Of(Span<double> rows, int i, int n) => rows.Slice(i * n, n);

    /// <inheritdoc cref="Of(Span{double}, int, int)"/>
    public static ReadOnlySpan<double> Of(ReadOnlySpan<double> rows, int i, int n) => rows.Slice(i * n, n);

    static ReadOnlySpan<Vector<double>> Vectors(ReadOnlySpan<double> x) => MemoryMarshal.Cast<double, Vector<double>>(x);
}
