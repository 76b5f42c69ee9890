using System.Numerics;
using Recurve.Kernels.Gemm;

namespace Recurve.Kernels.Dense;

/// <summary>
/// What the inputs of h' = A h + B u make of its states, without the states between: chunks of L steps write K u, with K = [A^(L−1) B, …, A B, B], one product for all of them,
/// and A^L carries from chunk to chunk (Chilkuri and Eliasmith 2021, equation 25, with its sum cut into chunks). Backward the same in reverse:
/// ū = Kᵀ λ, λ ← (A^L)ᵀ λ.
/// </summary>
internal sealed unsafe class DenseImpulse
{
    // K may hold so many numbers: few long chunks cost little more than reading it
    const int MostNumbers = 1 << 18, Longest = 10, Shortest = 3;

    // so large, the steps themselves might not be finite
    const float Tame = 1e30f;

    readonly DensePowers powers;
    readonly float[] written, responses;
    readonly int width, columns, asked, exponent;
    readonly PackedMatrix write;
    PackedMatrix? writeTransposed;

    /// <param name="powers">Of A.</param>
    /// <param name="a">A, width × width.</param>
    /// <param name="b">B, width × columns.</param>
    /// <param name="width">Channels of h.</param>
    /// <param name="columns">Channels of u.</param>
    /// <param name="exponent">L is 2^exponent, or less where the norm of A^L is too large.</param>
    public DenseImpulse(DensePowers powers, float* a, float* b, int width, int columns, int exponent)
    {
        (this.powers, this.width, this.columns, asked) = (powers, width, columns, exponent);
        written = new ReadOnlySpan<float>(b, width * columns).ToArray();
        this.exponent = powers.ExponentAtMost(exponent);
        responses = Responses(a);
        fixed (float* k = responses) write = PackedMatrix.Pack(k, width, Steps * columns, width);
    }

    /// <summary>L.</summary>
    public int Steps => 1 << exponent;

    /// <summary>Chunks so long that fewer of them would not pay for a larger K.</summary>
    public static int LongestExponent(int width, int columns)
        => Math.Clamp(BitOperations.Log2((uint)Math.Max(1, MostNumbers / ((long)width * columns))), Shortest, Longest);

    /// <summary>Whether these are the responses of a recurrence over so many steps.</summary>
    public bool IsOf(float* a, float* b, int exponent)
        => exponent == asked && powers.AreOf(a) && new ReadOnlySpan<float>(b, written.Length).SequenceEqual(written);

    /// <summary>
    /// From the inputs of all chunks, chunk by chunk (each batch × L × columns, the first ones padded with zeros in front), to the last states,
    /// batch × width. False: a number on the way is not finite, or so large that the steps might not be.
    /// </summary>
    public bool Forward(float* inputs, float* last, int batches, int chunks)
    {
        var (size, rows) = ((long)batches * width, (long)chunks * batches);
        var states = Storage.Rent(rows * width);
        Respond(inputs, states.Pointer, rows);
        var carry = powers.Packed(exponent, transposed: true);
        for (var chunk = 1; chunk < chunks; chunk++)
            MatrixProduct.MultiplyParallel(states.Pointer + (chunk - 1) * size, width, carry, states.Pointer + chunk * size, width, batches, accumulate: true);
        var isTame = Magnitudes.AreBelow(Tame, states.Pointer, rows * width);
        new ReadOnlySpan<float>(states.Pointer + (chunks - 1) * size, (int)size).CopyTo(new(last, (int)size));
        states.Return();
        return isTame;
    }

    /// <summary>From the inputs of chunks (each L × columns) to the states behind each from zero.</summary>
    public void Respond(float* inputs, float* states, long chunks) => MatrixProduct.MultiplyParallel(inputs, Steps * columns, write, states, width, chunks);

    /// <summary>From the adjoint of the last states to those of the inputs, stored in the order of <see cref="Forward"/>.</summary>
    public void Backward(float* adjoint, float* inputs, int batches, int chunks)
    {
        var size = (long)batches * width;
        var carries = Storage.Rent(chunks * size);
        new ReadOnlySpan<float>(adjoint, (int)size).CopyTo(new(carries.Pointer + (chunks - 1) * size, (int)size));
        fixed (float* k = responses) writeTransposed ??= PackedMatrix.PackTransposed(k, width, Steps * columns, width);
        var carry = powers.Packed(exponent, transposed: false);
        for (var chunk = chunks - 1; chunk > 0; chunk--)
            MatrixProduct.MultiplyParallel(carries.Pointer + chunk * size, width, carry, carries.Pointer + (chunk - 1) * size, width, batches);
        MatrixProduct.MultiplyParallel(carries.Pointer, width, writeTransposed, inputs, Steps * columns, (long)chunks * batches);
        carries.Return();
    }

    /// <summary>K transposed: row (step, column) is A^(L−1−step) B's column, in float64 until the end.</summary>
    float[] Responses(float* a)
    {
        var all = new float[Steps * columns * width];
        var rows = Enumerable.Range(0, columns).Select(c => Enumerable.Range(0, width).Select(i => (double)written[i * columns + c]).ToArray()).ToArray();
        double[] doubles = Array.ConvertAll(new ReadOnlySpan<float>(a, width * width).ToArray(), v => (double)v);
        for (var step = Steps - 1; step >= 0; step--)
        {
            for (var c = 0; c < columns; c++)
            {
                for (var i = 0; i < width; i++) all[(step * columns + c) * width + i] = (float)rows[c][i];
                rows[c] = Times(doubles, rows[c]);
            }
        }
        return all;
    }

    double[] Times(double[] m, double[] v)
    {
        var product = new double[width];
        for (var i = 0; i < width; i++) product[i] = DotOf(m.AsSpan(i * width, width), v);
        return product;
    }

    static double DotOf(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sum = Vector<double>.Zero;
        var i = 0;
        for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count)
            sum += new Vector<double>(x[i..]) * new Vector<double>(y[i..]);
        var total = Vector.Sum(sum);
        for (; i < x.Length; i++) total += x[i] * y[i];
        return total;
    }
}
