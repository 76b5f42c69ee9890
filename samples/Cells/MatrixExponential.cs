namespace Recurve.Cells;

/// <summary>The exponential of a square matrix in double precision, by scaling, a Taylor series and squaring.</summary>
public static class MatrixExponential
{
    // of a matrix with norm at most 1/2, whose terms beyond are below 0.5¹⁷ / 17! ≈ 2e-20
    const int Terms = 16;

    /// <summary>e^m.</summary>
    /// <exception cref="ArgumentException">m is not square, or not finite.</exception>
    public static double[,] Of(double[,] m)
    {
        int size = m.GetLength(0);
        if (m.GetLength(1) != size) throw new ArgumentException($"A matrix of {size} × {m.GetLength(1)} has no exponential.", nameof(m));
        double norm = Enumerable.Range(0, size).Select(i => Enumerable.Range(0, size).Sum(j => Math.Abs(m[i, j]))).DefaultIfEmpty(0).Max();
        if (!double.IsFinite(norm)) throw new ArgumentException("The matrix has elements that are not finite.", nameof(m));
        int squarings = norm <= 0.5 ? 0 : (int)Math.Ceiling(Math.Log2(norm)) + 1;
        double scale = Math.Pow(2, -squarings);

        // Horner: I + x (I + x/2 (I + x/3 (…)))
        double[,] sum = Identity(size);
        for (int term = Terms; term > 0; term--)
        {
            sum = Product(m, sum);
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++) sum[i, j] = sum[i, j] * scale / term + (i == j ? 1 : 0);
            }
        }
        for (int i = 0; i < squarings; i++) sum = Product(sum, sum);
        return sum;
    }

    static double[,] Identity(int size)
    {
        var one = new double[size, size];
        for (int i = 0; i < size; i++) one[i, i] = 1;
        return one;
    }

    static double[,] Product(double[,] a, double[,] b)
    {
        int size = a.GetLength(0);
        var c = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int k = 0; k < size; k++)
            {
                double factor = a[i, k];
                for (int j = 0; j < size; j++) c[i, j] += factor * b[k, j];
            }
        }
        return c;
    }
}
