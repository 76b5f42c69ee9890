using System.Numerics;

namespace Recurve;

/// <summary>Loops over all elements of equally shaped tensors, in the order of memory: bit for bit repeatable.</summary>
internal static unsafe class Elementwise
{
    static readonly int Width = Vector<float>.Count;

    /// <summary>target += source.</summary>
    public static void AddTo(Tensor target, Tensor source)
    {
        Combine(target, 1f, target, 1f, source);
        target.Storage.Changes++;
    }

    /// <summary>result = p·a + q·b; the result may be an operand.</summary>
    public static void Combine(Tensor result, float p, Tensor a, float q, Tensor b)
    {
        float* r = result.Pointer, x = a.Pointer, y = b.Pointer;
        var length = result.Length;
        long i = 0;
        for (; i <= length - Width; i += Width) (Vector.Load(x + i) * p + Vector.Load(y + i) * q).Store(r + i);
        for (; i < length; i++) r[i] = x[i] * p + y[i] * q;
        KeepAlive(result, a, b);
    }

    /// <summary>result = factor · a · b, or factor · a without b.</summary>
    public static void Multiply(Tensor result, float factor, Tensor a, Tensor? b)
    {
        float* r = result.Pointer, x = a.Pointer, y = b is null ? null : b.Pointer;
        var length = result.Length;
        long i = 0;
        for (; i <= length - Width; i += Width)
        {
            var product = Vector.Load(x + i) * factor;
            (y == null ? product : product * Vector.Load(y + i)).Store(r + i);
        }
        for (; i < length; i++) r[i] = x[i] * factor * (y == null ? 1f : y[i]);
        KeepAlive(result, a, b);
    }

    /// <summary>Every element becomes <paramref name="value"/>.</summary>
    public static void Fill(Tensor result, float value)
    {
        var r = result.Pointer;
        for (long i = 0; i < result.Length; i++) r[i] = value;
        GC.KeepAlive(result);
    }

    /// <summary>Sum of all elements in float64.</summary>
    public static double Sum(Tensor a)
    {
        var x = a.Pointer;
        var length = a.Length;
        long i = 0;
        Vector<double> low = default, high = default;
        for (; i <= length - Width; i += Width)
        {
            Vector.Widen(Vector.Load(x + i), out var first, out var second);
            low += first;
            high += second;
        }
        var sum = Vector.Sum(low + high);
        for (; i < length; i++) sum += x[i];
        GC.KeepAlive(a);
        return sum;
    }

    /// <summary>Sum of squares of all elements in float64.</summary>
    public static double SumOfSquares(Tensor a)
    {
        var x = a.Pointer;
        var length = a.Length;
        long i = 0;
        Vector<double> low = default, high = default;
        for (; i <= length - Width; i += Width)
        {
            Vector.Widen(Vector.Load(x + i), out var first, out var second);
            low += first * first;
            high += second * second;
        }
        var sum = Vector.Sum(low + high);
        for (; i < length; i++) sum += (double)x[i] * x[i];
        GC.KeepAlive(a);
        return sum;
    }

    static void KeepAlive(Tensor result, Tensor a, Tensor? b)
    {
        GC.KeepAlive(result);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
    }
}
