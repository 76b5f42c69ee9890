using Recurve.Generator.Support;

namespace Recurve.Generator.IR;

internal enum Element { Real, Mask }

/// <summary>[] is a scalar (literal or fixed), [n] a vector, [r, c] a matrix.</summary>
internal readonly record struct Shape(EquatableArray<Size> Axes)
{
    public static Shape Scalar => default;
    public static Shape Vector(Size size) => new(new([size]));
    public static Shape Matrix(Size rows, Size columns) => new(new([rows, columns]));
    public int Rank => Axes.Count;

    /// <summary>Numbers in it.</summary>
    public Size Count => Axes.Aggregate(Size.One, (product, axis) => product * axis);

    public override string ToString() => $"[{string.Join(", ", Axes)}]";
}

/// <summary>One value in single assignment. Operands come before it in the Program.</summary>
internal sealed class Value(int id, Op op, IReadOnlyList<Value> operands, Shape shape, Element element)
{
    public int Id { get; } = id;
    public Op Op { get; } = op;
    public IReadOnlyList<Value> Operands { get; } = operands;
    public Shape Shape { get; } = shape;
    public Element Element { get; } = element;

    /// <summary>Of an input, state or field; for Fixed and FixedMask the C# expression; else a name the user gave it, or empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>Of a literal, an epsilon, a slope.</summary>
    public double Number { get; init; }

    /// <summary>Slice: start and length.</summary>
    public IReadOnlyList<Size> Sizes { get; init; } = [];

    /// <summary>Ordinal of the syntax it came from; -1: made by the compiler.</summary>
    public int Origin { get; init; } = -1;

    public bool IsScalar => Shape.Rank == 0;

    public bool IsLeaf => Operands.Count == 0;

    public bool IsLiteral(double number) => Op == Op.Literal && BitConverter.DoubleToInt64Bits(Number) == BitConverter.DoubleToInt64Bits(number);

    public override string ToString() => $"%{Id}";
}

/// <summary>A state of the program: its leaf, its new value (null: never assigned) and what was asked of it.</summary>
/// <param name="Size">Numbers in a row of it; a matrix is stored row by row.</param>
internal sealed record State(string Name, Size Size, bool Trained, string Strategy, Value Old, Value? New, int Origin)
{
    /// <summary>The user's field. A complex one is two states of the program, <c>Real(x)</c> and <c>Imaginary(x)</c>; a vector may be several, <c>Slice(x, start, length)</c>.</summary>
    public string Field { get; init; } = Name;

    /// <summary>Of a piece: the equation of the vector; else null.</summary>
    public string? Whole { get; init; }

    /// <summary>Of Newton: the change of a state that is small enough to stop.</summary>
    public double Tolerance { get; init; }

    /// <summary>Of Newton: as many at most.</summary>
    public int Iterations { get; init; }
}

/// <summary>One time step as dataflow.</summary>
internal sealed record Program(
    string Name, IReadOnlyList<Value> Values, IReadOnlyList<State> States, IReadOnlyList<(string Name, Value Value)> Outputs);
