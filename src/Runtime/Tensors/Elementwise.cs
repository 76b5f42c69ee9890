using System.Numerics;

namespace Recurve;

/// <summary>Loops over all elements of equally shaped tensors.</summary>
internal static unsafe class Elementwise
{
    /// <summary>target += source.</summary>
    public static void AddTo(Tensor target, Tensor source)
    {
        AddScaled(target, source, 1f);
        target.Storage.Changes++;
    }

    /// <summary>target += factor · source; in the order of memory, so bit for bit repeatable.</summary>
    public static void AddScaled(Tensor target, Tensor source, float factor)
    {
        float* t = target.Pointer, s = source.Pointer;
        var length = target.Length;
        long i = 0;
        var factors = new Vector<float>(factor);
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
            (Vector.Load(t + i) + factors * Vector.Load(s + i)).Store(t + i);
        for (; i < length; i++) t[i] += factor * s[i];
        GC.KeepAlive(target);
        GC.KeepAlive(source);
    }
}
