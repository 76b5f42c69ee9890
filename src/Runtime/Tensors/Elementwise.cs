using System.Numerics;
using Recurve.Devices;

namespace Recurve;

/// <summary>Loops over all elements of equally shaped tensors, in the order of memory: bit for bit repeatable.</summary>
internal static unsafe class Elementwise
{
    static readonly int Width = Vector<float>.Count;
    /// <summary>Elementwise.cl.</summary>
    public static readonly DeviceProgram Text = DeviceProgram.Of("Elementwise.cl");

    /// <summary>target += source.</summary>
    public static void AddTo(Tensor target, Tensor source)
    {
        Combine(target, 1f, target, 1f, source);
        target.Storage.Changes++;
    }

    /// <summary>result = p·a + q·b; the result may be an operand.</summary>
    public static void Combine(Tensor result, float p, Tensor a, float q, Tensor b)
    {
        if (Launch(result, "combine", result, p, a, q, b, result.Length)) return;
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
        if (Launch(result, "multiply", result, factor, a, b, result.Length)) return;
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
        if (Launch(result, "fill", result, value, result.Length)) return;
        var r = result.Pointer;
        for (long i = 0; i < result.Length; i++) r[i] = value;
        GC.KeepAlive(result);
    }

    /// <summary>Every element becomes <paramref name="factor"/> times a scalar.</summary>
    public static void FillScaled(Tensor result, double factor, Tensor scalar)
    {
        if (Launch(result, "fill_scaled", result, (float)factor, scalar, result.Length)) return;
        Fill(result, (float)(scalar.Item() * factor));
    }

    /// <summary>factor · (a − b), times a scalar; without b, factor · a.</summary>
    public static Tensor ScaledDifference(double factor, Tensor scalar, Tensor a, Tensor? b)
    {
        var result = Tensor.Uninitialized(a.Device, a.Shape);
        if (Launch(result, "scaled_difference", result, (float)factor, scalar, a, b, result.Length)) return result;
        var scale = (float)(factor * scalar.Item());
        if (b is null) Multiply(result, scale, a, null);
        else Combine(result, scale, a, -scale, b);
        return result;
    }

    /// <summary>factor times the sum of all elements, which is taken in float64: a scalar.</summary>
    public static Tensor Sum(Tensor a, double factor)
    {
        if (a.Accelerator is { } device) return device.Reduce("sum", a.Length, factor, a.Storage);
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
        return Tensor.Scalar(Device.Cpu, (float)(sum * factor));
    }

    /// <summary>Sum of squares of all elements in float64.</summary>
    public static double SumOfSquares(Tensor a)
    {
        if (a.Accelerator is { } device) return device.ReduceNow("sum_squares", a.Length, a.Storage);
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

    /// <summary>result = the doubles at x, rounded.</summary>
    public static void Round(Tensor result, Storage x)
    {
        if (Launch(result, "round_to_real", result, x, result.Length)) return;
        for (long i = 0; i < result.Length; i++) result.Pointer[i] = (float)((double*)x.Pointer)[i];
        GC.KeepAlive(result);
        GC.KeepAlive(x);
    }

    /// <summary>Runs a kernel of Elementwise.cl over all elements of a result, if that is on a device.</summary>
    static bool Launch(Tensor result, string kernel, params ReadOnlySpan<Argument> arguments)
    {
        result.Accelerator?.Launch(Text, kernel, Grid.Over(result.Length), arguments);
        return result.Accelerator is not null;
    }

    static void KeepAlive(Tensor result, Tensor a, Tensor? b)
    {
        GC.KeepAlive(result);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
    }
}
