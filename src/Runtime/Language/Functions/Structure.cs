namespace Recurve;

public static partial class Functions
{
    /// <summary>The vectors one after the other.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Vec Concat(params Vec[] parts)
        => parts.Length > 0
            ? new([.. parts.SelectMany(part => part.Values)])
            : throw new ArgumentException("Concat: at least one vector is needed, but there is none.", nameof(parts));

    /// <summary>Elements [start, start + length); none where length is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vector has no such elements.</exception>
    public static Vec Slice(Vec v, int start, int length) => new(v.Values.AsSpan(Shapes.Start(start, length, v.Size), length).ToArray());

    /// <summary>The elements in reversed order.</summary>
    public static Vec Reverse(Vec v)
    {
        double[] result = v.ToArray();
        Array.Reverse(result);
        return new(result);
    }

    /// <summary>a bᵀ: a's size × b's size.</summary>
    public static Mat Outer(Vec a, Vec b)
    {
        double[] result = new double[a.Size * b.Size];
        for (int i = 0; i < result.Length; i++) result[i] = a.Values[i / b.Size] * b.Values[i % b.Size];
        return new(a.Size, b.Size, result);
    }

    /// <summary>Rows become columns.</summary>
    public static Mat Transpose(Mat m)
    {
        double[] result = new double[m.Values.Length];
        for (int i = 0; i < result.Length; i++) result[i] = m.Values[i % m.Rows * m.Columns + i / m.Rows];
        return new(m.Columns, m.Rows, result);
    }

    /// <summary>A square matrix with v on its diagonal and 0 elsewhere; products with it are elementwise.</summary>
    public static Mat Diagonal(Vec v)
    {
        double[] result = new double[v.Size * v.Size];
        for (int i = 0; i < v.Size; i++) result[i * (v.Size + 1)] = v.Values[i];
        return new(v.Size, v.Size, result) { Scales = v.Values };
    }

    /// <summary>Elementwise product of two matrices of the same shape.</summary>
    public static Mat Hadamard(Mat m, Mat n) => Lift.Map(m, n, nameof(Hadamard), static (x, y) => x * y);

    /// <summary>The elements row by row: a vector of size rows · columns.</summary>
    public static Vec Flatten(Mat m) => new(m.ToArray());
}
