using System.Numerics;
using Recurve.Kernels.Gemm;

namespace Recurve.Kernels.Dense;

/// <summary>
/// A, A², A⁴, … of one matrix, squared in double precision, each with its norm and packed for products once it is asked for. No power is used whose norm (largest sum of a
/// row's magnitudes) exceeds <see cref="LargestNorm"/>: a carry through it would drown what the chunk itself adds.
/// </summary>
internal sealed unsafe class DensePowers
{
    public const double LargestNorm = 1e4;

    readonly int size;
    readonly float[] matrix;
    readonly List<Square> squares = [];
    readonly Lock gate = new();

    public DensePowers(float* matrix, int size)
    {
        this.size = size;
        this.matrix = new ReadOnlySpan<float>(matrix, checked(size * size)).ToArray();
    }

    /// <summary>Whether these are the powers of a matrix.</summary>
    public bool AreOf(float* other) => new ReadOnlySpan<float>(other, matrix.Length).SequenceEqual(matrix);

    /// <summary><paramref name="exponent"/>, or less where the norm of A^(2^exponent) is too large.</summary>
    public int ExponentAtMost(int exponent)
    {
        lock (gate)
        {
            while (exponent > 0 && !(Of(exponent).Norm <= LargestNorm)) exponent--;
            return exponent;
        }
    }

    /// <summary>Rows times A (<paramref name="transposed"/>: Aᵀ) to the power of 2^<paramref name="exponent"/>.</summary>
    public PackedMatrix Packed(int exponent, bool transposed)
    {
        lock (gate) return Of(exponent).Packed(transposed);
    }

    /// <summary>v ← Aⁿ v, or (Aᵀ)ⁿ v. False: a power on the way is so large that v might be lost in what it carries.</summary>
    public bool TryApply(int n, double* v, bool transposed)
    {
        var product = stackalloc double[size];
        for (var bit = 0; n >> bit != 0; bit++)
        {
            if ((n >> bit & 1) == 0) continue;
            Square square;
            lock (gate) square = Of(bit);
            if (!(square.Norm <= LargestNorm)) return false;
            new Span<double>(product, size).Clear();
            var values = square.Values;
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

    Square Of(int exponent)
    {
        if (squares.Count == 0) squares.Add(new(Doubles(), size));
        while (squares.Count <= exponent)
        {
            var square = Storage.Rent(2L * size * size);
            DoubleProduct.Multiply(squares[^1].Values, squares[^1].Values, (double*)square.Pointer, size);
            squares.Add(new(square, size));
        }
        return squares[exponent];
    }

    Storage Doubles()
    {
        var doubles = Storage.Rent(2L * size * size);
        var values = (double*)doubles.Pointer;
        for (var i = 0; i < matrix.Length; i++) values[i] = matrix[i];
        return doubles;
    }

    sealed class Square(Storage values, int size)
    {
        PackedMatrix? plain, transposed;

        public double* Values => (double*)values.Pointer;

        /// <summary>Largest sum of a row's magnitudes.</summary>
        public double Norm { get; } = NormOf((double*)values.Pointer, size);

        public PackedMatrix Packed(bool isTransposed) => isTransposed ? transposed ??= Pack(true) : plain ??= Pack(false);

        PackedMatrix Pack(bool isTransposed)
        {
            var floats = new float[size * size];
            var doubles = Values;
            for (var i = 0; i < floats.Length; i++) floats[i] = (float)doubles[i];
            fixed (float* p = floats) return isTransposed ? PackedMatrix.PackTransposed(p, size, size, size) : PackedMatrix.Pack(p, size, size, size);
        }

        static double NormOf(double* values, int size)
        {
            double largest = 0;
            for (var i = 0; i < size; i++)
            {
                double sum = 0;
                for (var j = 0; j < size; j++) sum += Math.Abs(values[i * size + j]);
                // a NaN must stay
                if (!(sum <= largest)) largest = sum;
            }
            return largest;
        }
    }
}
