using Recurve.Generator.Support;

namespace Recurve.Generator.Frontend;

/// <summary>What an expression of Step stands for while Step is read.</summary>
internal abstract record Abstract;

/// <summary>What a Node's instruction gives.</summary>
internal enum NodeKind { Vec, CVec, Mat, Mask }

/// <summary>A value of the program: an index into the body. A CVec converted from a Vec is that Vec's instruction.</summary>
internal sealed record Node(int Index, NodeKind Kind) : Abstract;

/// <summary>double, float, int and bool.</summary>
internal enum ScalarType { Double, Float, Int, Bool }

/// <summary>A scalar that does not depend on data: known (<paramref name="Constant"/>) or fixed per cell.</summary>
/// <param name="Text">A C# expression of this type, valid anywhere in the cell.</param>
/// <param name="Size">Of an int that is a polynomial in the constructor's parameters.</param>
internal sealed record Scalar(ScalarType Type, string Text, object? Constant = null, Size? Size = null) : Abstract;

/// <summary>A tuple of values.</summary>
internal sealed record Several(EquatableArray<Abstract> Items) : Abstract
{
    public static Several Of(IEnumerable<Abstract> items) => new(new EquatableArray<Abstract>(items));
}

/// <summary>Something already reported, or not C#: whatever is computed from it is not reported again.</summary>
internal sealed record Unknown : Abstract
{
    public static Unknown Value { get; } = new();
}
