using System.Globalization;

namespace Recurve;

/// <summary>Sizes of axes, checked and printed.</summary>
internal static class TensorShape
{
    /// <summary>Product of the axes; 1 for a scalar.</summary>
    /// <exception cref="ArgumentException">An axis is negative, or the product exceeds 2⁶³.</exception>
    public static long Length(ReadOnlySpan<int> shape)
    {
        long length = 1;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] < 0)
                throw new ArgumentException($"Axis {axis} of shape {Text(shape)} is negative.", nameof(shape));
        }
        if (shape.Contains(0)) return 0;
        foreach (var size in shape)
        {
            if (length > long.MaxValue / sizeof(float) / size)
                throw new ArgumentException($"Shape {Text(shape)} is larger than any memory.", nameof(shape));
            length *= size;
        }
        return length;
    }

    /// <summary>As in messages: <c>(2, 3)</c>.</summary>
    public static string Text(ReadOnlySpan<int> shape)
    {
        var sizes = new string[shape.Length];
        for (var axis = 0; axis < shape.Length; axis++) sizes[axis] = shape[axis].ToString(CultureInfo.InvariantCulture);
        return $"({string.Join(", ", sizes)})";
    }
}
