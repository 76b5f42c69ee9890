using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Analysis;

/// <summary>Coefficients that are matrices, as values: A · (B · s) has A B, a ⊙ (A · s) has a's rows of A, s + A · s has I + A.</summary>
internal sealed partial class FormRules
{
    /// <summary>What a group's linear map is made of, row by row: null where a state does not occur. Null altogether if one is not derived.</summary>
    public IReadOnlyList<IReadOnlyList<Value?>>? Matrices(IReadOnlyList<Form> next)
    {
        var rows = next.Select(f => (IReadOnlyList<Value?>)[.. group.Select((_, s) => f.Affine!.Coefficients.GetOrNull(s) is { } c ? MatrixOf(s, c) : null)]).ToList();
        var derived = rows.Zip(next, (row, f) => row.Count(m => m is not null) == f.Affine!.Coefficients.Count).All(all => all);
        return derived ? rows : null;
    }

    /// <summary>The matrix that an operation multiplies by; null: none, or not the same at every step.</summary>
    Value? MixedBy(Value value, List<Form> f) => value.Op switch
    {
        Op.MatVec when f[0].IsFree && PerCall(value.Operands[0]) => value.Operands[0],
        Op.Sum when value.Operands[0].Shape.Rank == 1 => Ones(Size.One, value.Operands[0].Shape.Axes[0]),
        Op.Broadcast when value.Shape.Rank == 1 && value.Operands[0].Shape.Rank == 1 => Ones(value.Shape.Axes[0], Size.One),
        _ => null,
    };

    Affine Product(Value value, Value by, Affine of)
    {
        var coefficients = of.Coefficients.ToDictionary(c => c.Key, c => new Coefficient(null, c.Value.PerCall) { Matrix = Product(by, c.Value) });
        return new(coefficients, of.R is null ? null : b.Add(value.Op, [.. value.Operands.Take(value.Operands.Count - 1), of.R], sizes: value.Sizes));
    }

    Value? Product(Value by, Coefficient c)
    {
        if (!c.PerCall) return null;
        if (c.Elementwise is not { } a) return c.Matrix is null ? null : b.Add(Op.MatMat, [by, c.Matrix]);
        return b.Multiply(by, a.IsScalar ? a : b.Add(Op.Outer, [Ones(by.Shape.Axes[0]), a]));
    }

    // by · M, M / by or −M, where channel i of by stands before row i of M
    Affine Scaled(Value value, Affine of, Func<Value, Value> scale, Value? by) => new(
        of.Coefficients.ToDictionary(c => c.Key, c => c.Value.Elementwise is { } a
            ? new Coefficient(scale(a), c.Value.PerCall)
            : c.Value with { Matrix = c.Value.Matrix is { } m ? Scaled(value.Op, m, by) : null }),
        of.R is null ? null : scale(of.R));

    Value Scaled(Op op, Value matrix, Value? by)
    {
        if (by is null) return b.Negate(matrix);
        return b.Add(op, [matrix, by.IsScalar ? by : b.Add(Op.Outer, [by, Ones(matrix.Shape.Axes[1])])]);
    }

    Value? SummedMatrix(int state, Coefficient? x, Coefficient? y, bool negated)
    {
        var (left, right) = (x is null ? null : MatrixOf(state, x), y is null ? null : MatrixOf(state, y));
        return x is not null && left is null || y is not null && right is null ? null : Summed(left, right, negated);
    }

    Value? MatrixOf(int state, Coefficient c)
    {
        if (c.Elementwise is not { } a) return c.Matrix;
        var shape = group[state].Old.Shape;
        return shape.Rank != 1 || !c.PerCall ? null : b.Add(Op.Diagonal, [a.IsScalar ? b.Broadcast(a, shape) : a]);
    }

    Value Ones(Size size) => b.Broadcast(b.Literal(1), Shape.Vector(size));

    Value Ones(Size rows, Size columns) => b.Broadcast(b.Literal(1), Shape.Matrix(rows, columns));
}
