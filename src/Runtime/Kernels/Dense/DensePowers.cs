using System.Numerics;

namespace Recurve.Kernels.Dense;

/// <summary>
/// A, A², A⁴, … of one matrix, squared in double precision. Squaring ends before a power whose norm (largest sum of a row's magnitudes)
/// exceeds <see cref="LargestNorm"/>: a carry through it would drown what the chunk itself adds.
/// </summary>
internal sealed unsafe class DensePowers
{
    public const double LargestNorm = 1e4;

    readonly int size;
    readonly float[] matrix;
    readonly List<Storage> squares = [];

    public DensePowers(float* matrix, int size)
    {
        this.size = size;
        this.matrix = new ReadOnlySpan<float>(matrix, checked(size * size)).ToArray();
    }

    /// <summary>Whether these are the powers of a matrix.</summary>
    public bool AreOf(float* other) => new ReadOnlySpan<float>(other, matrix.Length).SequenceEqual(matrix);

    /// <summary>A to the power of 2^<paramref name="exponent"/>, or of less where its norm is too large: then the exponent is lowered.</summary>
    public float[] Power(ref int exponent)
    {
        Square(exponent);
        while (exponent > 0 && !(Norm(exponent) <= LargestNorm)) exponent--;
        var power = new float[size * size];
        for (var i = 0; i < power.Length; i++) power[i] = (float)Values(exponent)[i];
        return power;
    }

    /// <summary>v ← Aⁿ v, or (Aᵀ)ⁿ v. False: a power on the way is so large that v might be lost in what it carries.</summary>
    public bool TryApply(int n, double* v, bool transposed)
    {
        var exponent = n == 0 ? 0 : BitOperations.Log2((uint)n);
        Square(exponent);
        var product = stackalloc double[size];
        for (var bit = 0; bit <= exponent && n != 0; bit++)
        {
            if ((n >> bit & 1) == 0) continue;
            if (!(Norm(bit) <= LargestNorm)) return false;
            new Span<double>(product, size).Clear();
            var values = Values(bit);
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    if (transposed) product[j] += values[i * size + j] * v[i];
                    else product[i] += values[i * size + j] * v[j];
                }
            }
            new ReadOnlySpan<double>(product, size).CopyTo(new(v, size));
        }
        return true;
    }

    double* Values(int exponent) => (double*)squares[exponent].Pointer;

    void Square(int exponent)
    {
        if (squares.Count == 0) squares.Add(Doubles());
        while (squares.Count <= exponent)
        {
            var square = Storage.Rent(2L * size * size);
            DoubleProduct.Multiply(Values(squares.Count - 1), Values(squares.Count - 1), (double*)square.Pointer, size);
            squares.Add(square);
        }
    }

    double Norm(int exponent)
    {
        double largest = 0;
        for (var i = 0; i < size; i++)
        {
            double sum = 0;
            for (var j = 0; j < size; j++) sum += Math.Abs(Values(exponent)[i * size + j]);
            // a NaN must stay
            if (!(sum <= largest)) largest = sum;
        }
        return largest;
    }

    Storage Doubles()
    {
        var doubles = Storage.Rent(2L * size * size);
        for (var i = 0; i < matrix.Length; i++) ((double*)doubles.Pointer)[i] = matrix[i];
        return doubles;
    }
}
