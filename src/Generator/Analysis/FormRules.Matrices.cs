using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Analysis;

/// <summary>
/// Coefficients that are matrices, as values: A · (B · s) has A B, a ⊙ (A · s) has a's rows of A, s + A · s has I + A. A state that is a matrix
/// is that many vectors under the same one: its columns under A · s, its rows under s · A, which has Aᵀ.
/// </summary>
internal sealed partial class FormRules
{
    /// <summary>What a group's linear map is made of, row by row: null where a state does not occur. Null altogether if one is not derived.</summary>
    public IReadOnlyList<IReadOnlyList<Value?>>? Matrices(IReadOnlyList<Form> next)
    {
        // several states are one vector below the other
        if (group.Count > 1 && group.Any(s => s.Old.Shape.Rank != 1)) return null;
        var rows = next.Select(f => (IReadOnlyList<Value?>)[.. group.Select((_, s) => f.Affine!.Coefficients.GetOrNull(s) is { } c ? MatrixOf(s, c, c.OnRows) : null)]).ToList();
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

    Affine Product(Value value, Value by, Affine of, bool onRows = false)
    {
        var coefficients = of.Coefficients.ToDictionary(c => c.Key, c => new Coefficient(null, c.Value.PerCall) { Matrix = Product(by, c.Value, onRows), OnRows = onRows });
        if (of.R is not { } r) return new(coefficients, null);
        var place = onRows ? 0 : value.Operands.Count - 1;
        // a number stands for all elements
        if (r.IsScalar) r = b.Broadcast(r, value.Operands[place].Shape);
        return new(coefficients, b.Add(value.Op, [.. value.Operands.Select((o, i) => i == place ? r : o)], sizes: value.Sizes));
    }

    Value? Product(Value by, Coefficient c, bool onRows)
    {
        if (!c.PerCall) return null;
        if (c.Elementwise is { } a) return Channels(a, onRows) is { } scale ? b.Multiply(by, scale.IsScalar ? scale : b.Add(Op.Outer, [Ones(by.Shape.Axes[0]), scale])) : null;
        return c.Matrix is null || c.OnRows != onRows ? null : b.Add(Op.MatMat, [by, c.Matrix]);
    }

    // of an elementwise factor what it is to each channel of a vector, for columns or rows of a matrix; null: they differ in it
    Value? Channels(Value factor, bool onRows)
    {
        if (factor.Shape.Rank < 2) return factor;
        if (factor.Op == (onRows ? Op.AlongRows : Op.AlongColumns)) return factor.Operands[0];
        if (factor.Op == Op.Broadcast && factor.Operands[0].IsScalar) return factor.Operands[0];
        if (factor.Row().Family != Family.Elementwise || factor.IsLeaf) return null;
        var operands = factor.Operands.Select(o => Channels(o, onRows)).ToList();
        return operands.All(o => o is not null) ? b.Add(factor.Op, [.. operands.OfType<Value>()]) : null;
    }

    // by · M, M / by or −M, where channel i of by stands before row i of M
    Affine Scaled(Value value, Affine of, Func<Value, Value> scale, Value? by) => new(
        of.Coefficients.ToDictionary(c => c.Key, c => c.Value.Elementwise is { } a
            ? new Coefficient(scale(a), c.Value.PerCall)
            : c.Value with { Matrix = c.Value.Matrix is { } m ? Scaled(value.Op, m, by, c.Value.OnRows) : null }),
        of.R is null ? null : scale(of.R));

    Value? Scaled(Op op, Value matrix, Value? by, bool onRows)
    {
        if (by is null) return b.Negate(matrix);
        if (Channels(by, onRows) is not { } scale) return null;
        return b.Add(op, [matrix, scale.IsScalar ? scale : b.Add(Op.Outer, [scale, Ones(matrix.Shape.Axes[1])])]);
    }

    Value? SummedMatrix(int state, Coefficient? x, Coefficient? y, bool negated)
    {
        var onRows = x?.OnRows == true || y?.OnRows == true;
        var (left, right) = (x is null ? null : MatrixOf(state, x, onRows), y is null ? null : MatrixOf(state, y, onRows));
        return x is not null && left is null || y is not null && right is null ? null : Summed(left, right, negated);
    }

    Value? MatrixOf(int state, Coefficient c, bool onRows)
    {
        if (c.Elementwise is not { } a) return c.OnRows == onRows ? c.Matrix : null;
        if (!c.PerCall || Channels(a, onRows) is not { } scale) return null;
        return b.Add(Op.Diagonal, [scale.IsScalar ? b.Broadcast(scale, Shape.Vector(group[state].Old.Shape.Axes[onRows ? 1 : 0])) : scale]);
    }

    Value Ones(Size size) => b.Broadcast(b.Literal(1), Shape.Vector(size));

    Value Ones(Size rows, Size columns) => b.Broadcast(b.Literal(1), Shape.Matrix(rows, columns));
}
