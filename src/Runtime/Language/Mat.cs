namespace Recurve;

/// <summary>A matrix of one time step, eager and in double precision, stored row by row.</summary>
public sealed class Mat
{
    internal readonly double[] Values;

    /// <summary>A matrix of zeros.</summary>
    public Mat(int rows, int columns) => (Rows, Columns, Values) = (rows, columns, new double[rows * columns]);

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }
}
