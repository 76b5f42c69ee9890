using Recurve.Generator.Support;

namespace Recurve.Generator.IR;

/// <summary>What a shape rule asks about sizes. Who answers decides whether a difference is a bug, an error to report or news.</summary>
internal interface ISizes
{
    /// <summary>The common size of two axes that must agree.</summary>
    Size? Same(Size a, Size b);

    /// <summary>The common size of two axes aligned by channel.</summary>
    Size? Aligned(Size a, Size b);

    /// <summary>Whether elements [start, start + length) are among <paramref name="whole"/>, or may be.</summary>
    bool Fits(Size start, Size length, Size whole);

    /// <summary>Two shapes that no size can reconcile.</summary>
    void Mismatch(Shape a, Shape b);
}

/// <summary>The shape of a result; null: not known (and, where it is wrong, <see cref="ISizes"/> was told).</summary>
/// <param name="operands">Their shapes.</param>
/// <param name="sizes">Of the value: start and length of a slice, the axes of a broadcast.</param>
/// <param name="ask">Decides about sizes.</param>
internal delegate Shape? ShapeRule(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask);

/// <summary>The shape rules of the op table.</summary>
internal static class ShapeRules
{
    public static Shape? Elementwise(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
    {
        var result = Shape.Scalar;
        foreach (var operand in operands)
        {
            if (operand.Rank == 0) continue;
            if (result.Rank == 0) { result = operand; continue; }
            if (result.Rank != operand.Rank) { ask.Mismatch(result, operand); return null; }
            // matrices never broadcast
            var axes = result.Axes.Zip(operand.Axes, (a, b) => result.Rank == 1 ? ask.Aligned(a, b) : ask.Same(a, b)).ToList();
            if (axes.Any(a => a is null)) return null;
            result = new Shape(new(axes!));
        }
        return result;
    }

    public static Shape? MatVec(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
        => ask.Same(operands[0].Axes[1], operands[1].Axes[0]) is null ? null : Shape.Vector(operands[0].Axes[0]);

    public static Shape? VecMat(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
        => ask.Same(operands[0].Axes[0], operands[1].Axes[0]) is null ? null : Shape.Vector(operands[1].Axes[1]);

    public static Shape? MatMat(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
        => ask.Same(operands[0].Axes[1], operands[1].Axes[0]) is null ? null : Shape.Matrix(operands[0].Axes[0], operands[1].Axes[1]);

    public static Shape? Outer(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
        => Shape.Matrix(operands[0].Axes[0], operands[1].Axes[0]);

    public static Shape? One(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask) => Shape.Vector(Size.One);

    public static Shape? Same(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask) => operands[0];

    public static Shape? Broadcast(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
    {
        if (operands[0].Rank == 1) ask.Same(operands[0].Axes[0], Size.One);
        return new(new(sizes));
    }

    public static Shape? AlongRows(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
        => ask.Same(operands[0].Axes[0], sizes[1]) is null ? null : new(new(sizes));

    public static Shape? AlongColumns(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
        => ask.Same(operands[0].Axes[0], sizes[0]) is null ? null : new(new(sizes));

    public static Shape? Concat(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
        => Shape.Vector(operands.Aggregate(Size.Of(0), (sum, operand) => sum + operand.Axes[0]));

    public static Shape? Slice(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
        => ask.Fits(sizes[0], sizes[1], operands[0].Axes[0]) ? Shape.Vector(sizes[1]) : null;

    public static Shape? Transpose(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
        => Shape.Matrix(operands[0].Axes[1], operands[0].Axes[0]);

    public static Shape? Diagonal(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
        => Shape.Matrix(operands[0].Axes[0], operands[0].Axes[0]);

    public static Shape? Flatten(IReadOnlyList<Shape> operands, IReadOnlyList<Size> sizes, ISizes ask)
        => Shape.Vector(operands[0].Axes[0] * operands[0].Axes[1]);
}
