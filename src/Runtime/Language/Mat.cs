using System.Numerics;

namespace Recurve;

/// <summary>A matrix of one time step, eager and in double precision, stored row by row.</summary>
public sealed class Mat
{
    // The runtime writes here before an eager run (weights); operators only ever write into fresh arrays.
    internal readonly double[] Values;

    /// <summary>A matrix of zeros.</summary>
    /// <param name="rows">At least 1.</param>
    /// <param name="columns">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Mat(int rows, int columns)
    {
        Rows = Shapes.Positive(rows, nameof(rows), "A matrix's number of rows");
        Columns = Shapes.Positive(columns, nameof(columns), "A matrix's number of columns");
        Values = new double[checked(rows * columns)];
    }

    /// <summary>A matrix of given values: those of a constant, or a weight's start.</summary>
    /// <param name="rows">At least 1.</param>
    /// <param name="columns">At least 1.</param>
    /// <param name="value">Element (row, column); called once for each, row by row.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public Mat(int rows, int columns, Func<int, int, double> value) : this(rows, columns)
    {
        ArgumentNullException.ThrowIfNull(value);
        for (int i = 0; i < Values.Length; i++) Values[i] = value(i / columns, i % columns);
        HasValues = true;
    }

    internal Mat(int rows, int columns, double[] values) => (Rows, Columns, Values) = (rows, columns, values);

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Whether the values were given where it was declared, so that a weight starts from them.</summary>
    internal bool HasValues { get; }

    /// <summary>Of a matrix made by <c>Diagonal</c>, the diagonal: products with it are elementwise, so that what is not finite stays in its channel. Null: any matrix.</summary>
    internal double[]? Scales { get; init; }

    /// <summary>The element in this row and column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public double this[int row, int column]
        => Values[Shapes.Index(row, Rows, nameof(row), "matrix's row axis") * Columns
            + Shapes.Index(column, Columns, nameof(column), "matrix's column axis")];

    /// <summary>The elements row by row, as a new array.</summary>
    public double[] ToArray() => (double[])Values.Clone();

    /// <summary>Sum; both have the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Mat operator +(Mat a, Mat b) => Lift.Map(a, b, "+", static (x, y) => x + y);

    /// <summary>Difference; both have the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Mat operator -(Mat a, Mat b) => Lift.Map(a, b, "-", static (x, y) => x - y);

    /// <summary>Every element negated.</summary>
    public static Mat operator -(Mat a) => Lift.Map(a, static x => -x);

    /// <summary>Every element scaled.</summary>
    public static Mat operator *(Mat a, double scale) => new(a.Rows, a.Columns, Array.ConvertAll(a.Values, x => x * scale));

    /// <summary>Every element scaled.</summary>
    public static Mat operator *(double scale, Mat a) => a * scale;

    /// <summary>Product of a matrix (rows × columns) and a vector of its columns' number; nothing broadcasts.</summary>
    /// <exception cref="ArgumentException">The sizes do not match.</exception>
    public static Vec operator *(Mat m, Vec v)
    {
        if (m.Columns != v.Size)
            throw new ArgumentException($"Mat * Vec: the matrix is {m.Rows} × {m.Columns}, so the vector must have size {m.Columns}, but it has {v.Size}.");
        if (m.Scales is { } scales) return new(Lift.Zip(scales, v.Values, m.Rows, static (x, y) => x * y));
        double[] result = new double[m.Rows];
        for (int i = 0; i < m.Rows; i++) result[i] = Dot(m.Values.AsSpan(i * m.Columns, m.Columns), v.Values);
        return new(result);
    }

    /// <summary>Product of two matrices, (r × n) (n × c).</summary>
    /// <exception cref="ArgumentException">The sizes do not match.</exception>
    public static Mat operator *(Mat a, Mat b)
    {
        if (a.Columns != b.Rows)
            throw new ArgumentException($"Mat * Mat: the left one is {a.Rows} × {a.Columns}, so the right one must have {a.Columns} rows, but it is {b.Rows} × {b.Columns}.");
        double[] result = new double[a.Rows * b.Columns];
        if (a.Scales is { } rows)
        {
            for (int i = 0; i < result.Length; i++) result[i] = rows[i / b.Columns] * b.Values[i];
            return new(a.Rows, b.Columns, result);
        }
        if (b.Scales is { } columns)
        {
            for (int i = 0; i < result.Length; i++) result[i] = a.Values[i] * columns[i % b.Columns];
            return new(a.Rows, b.Columns, result);
        }
        for (int i = 0; i < a.Rows; i++)
        {
            for (int k = 0; k < a.Columns; k++)
            {
                double left = a.Values[i * a.Columns + k];
                for (int j = 0; j < b.Columns; j++) result[i * b.Columns + j] += left * b.Values[k * b.Columns + j];
            }
        }
        return new(a.Rows, b.Columns, result);
    }

    // Nearly all the time of an eager run is spent here.
    static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector<double> lanes = Vector<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count) lanes += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        double sum = Vector.Sum(lanes);
        for (; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
