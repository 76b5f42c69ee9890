namespace Recurve.Runtime.Tests.Kernels.Gemm;

/// <summary>A matrix whose rows have a gap between them, filled with numbers that must survive.</summary>
sealed class Grid(int rows, int columns, int gap)
{
    public int Rows => rows;
    public int Columns => columns;
    public int Stride => columns + gap;
    public float[] Data { get; private init; } = new float[Math.Max(1, rows * (columns + gap))];

    public float this[int row, int column] => Data[row * Stride + column];

    public static Grid Random(int rows, int columns, int gap, int seed)
    {
        Random random = new(seed);
        Grid grid = new(rows, columns, gap);
        for (int i = 0; i < grid.Data.Length; i++) grid.Data[i] = 2 * random.NextSingle() - 1;
        return grid;
    }

    public Grid Copy() => new(rows, columns, gap) { Data = (float[])Data.Clone() };

    public bool GapsEqual(Grid other)
    {
        for (int i = 0; i < rows * Stride; i++)
        {
            if (i % Stride >= columns && Data[i] != other.Data[i]) return false;
        }
        return true;
    }
}
