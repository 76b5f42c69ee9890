namespace Recurve;

/// <summary>The sizes that eager operations accept, and what they say of others.</summary>
static class Shapes
{
    public static int Positive(int size, string parameter, string what)
        => size >= 1 ? size : throw new ArgumentOutOfRangeException(parameter, size, $"{what} must be at least 1, but it is {size}.");

    public static int Index(int index, int size, string parameter, string what)
        => (uint)index < (uint)size
            ? index
            : throw new ArgumentOutOfRangeException(parameter, index, $"The {what} has size {size}, so an index must be in 0…{size - 1}, but it is {index}.");

    /// <summary>Of elements [start, start + length) of a vector, the first.</summary>
    public static int Start(int start, int length, int size)
        => start >= 0 && length >= 0 && start <= size - length
            ? start
            : throw new ArgumentOutOfRangeException(nameof(start),
                $"Slice: elements from {start}, {length} of them, of a vector of size {size}; start and length must be at least 0, and their sum at most {size}.");

    /// <summary>The size of an elementwise result: both the same, or one of them 1.</summary>
    public static int Common(int a, int b, string operation)
        => a == b || b == 1 ? a
            : a == 1 ? b
            : throw new ArgumentException($"{operation}: operands of size {a} and {b}; sizes must be equal, or one of them 1.");

    public static void Same(Mat a, Mat b, string operation)
    {
        if (a.Rows != b.Rows || a.Columns != b.Columns)
            throw new ArgumentException($"{operation}: matrices of {a.Rows} × {a.Columns} and {b.Rows} × {b.Columns}; shapes must be equal.");
    }
}
