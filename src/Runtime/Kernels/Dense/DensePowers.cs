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
        if (squares.Count == 0) squares.Add(Doubles());
        while (squares.Count <= exponent)
        {
            var square = Storage.Rent(2L * size * size);
            DoubleProduct.Multiply(Values(squares.Count - 1), Values(squares.Count - 1), (double*)square.Pointer, size);
            squares.Add(square);
        }
        while (exponent > 0 && !(Norm(exponent) <= LargestNorm)) exponent--;
        var power = new float[size * size];
        for (var i = 0; i < power.Length; i++) power[i] = (float)Values(exponent)[i];
        return power;
    }

    double* Values(int exponent) => (double*)squares[exponent].Pointer;

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
