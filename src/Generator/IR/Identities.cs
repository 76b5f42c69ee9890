using Recurve.Generator.Support;

namespace Recurve.Generator.IR;

/// <summary>
/// Replacements that give the same number for every IEEE operand (a NaN's payload aside): x·1, x/1, x − 0 and x + (−0), but not
/// x + 0 (−0 + 0 is +0); never 0·x, x − x or anything re-associated. And the same number moved elsewhere: structure of structure.
/// </summary>
internal static class Identities
{
    /// <summary>An equal value, or null.</summary>
    public static Value? Apply(Builder b, Op op, IReadOnlyList<Value> operands, IReadOnlyList<Size> sizes) => operands.Count switch
    {
        > 1 when op == Op.Concat => operands.Any(o => o.Op == Op.Concat) ? b.Add(op, [.. operands.SelectMany(o => o.Op == Op.Concat ? o.Operands : [o])]) : null,
        1 => Fold(b, op, operands[0]) ?? One(b, op, operands[0], sizes),
        2 => Fold(b, op, operands[0], operands[1]) ?? Two(b, op, operands[0], operands[1]),
        3 => Three(b, op, operands[0], operands[1], operands[2]),
        _ => null,
    };

    static Value? One(Builder b, Op op, Value x, IReadOnlyList<Size> sizes) => op switch
    {
        Op.Negate when x.Op == Op.Negate => x.Operands[0],
        Op.Not when x.Op == Op.Not => x.Operands[0],
        Op.StopGradient when x.Op == Op.StopGradient || x.IsLeaf && x.IsScalar => x,
        Op.Abs when x.Op is Op.Abs or Op.Square or Op.Exp or Op.Sigmoid or Op.Relu => x,
        Op.Flip when x.Op == Op.Flip => x.Operands[0],
        Op.Transpose when x.Op == Op.Transpose => x.Operands[0],
        Op.Transpose when x.Op == Op.Diagonal => x,
        Op.Transpose when x.Op == Op.Outer => b.Add(Op.Outer, [x.Operands[1], x.Operands[0]], origin: x.Origin),
        Op.Concat => x,
        Op.Sum when x.Shape.Axes[0].Literal == 1 => x,
        Op.Broadcast when x.Shape.Axes.SequenceEqual(sizes) => x,
        Op.Slice => SliceOf(b, x, sizes[0], sizes[1]),
        _ => null,
    };

    static Value? Two(Builder b, Op op, Value x, Value y) => op switch
    {
        Op.Multiply when y.IsLiteral(1) => x,
        Op.Multiply when x.IsLiteral(1) => y,
        Op.Multiply when y.IsLiteral(-1) => b.Negate(x),
        Op.Multiply when x.IsLiteral(-1) => b.Negate(y),
        Op.Divide when y.IsLiteral(1) => x,
        Op.Divide when y.IsLiteral(-1) => b.Negate(x),
        Op.Subtract when y.IsLiteral(0) => x,
        Op.Add when y.IsLiteral(-0.0) => x,
        Op.Add when x.IsLiteral(-0.0) => y,
        Op.Subtract when x.IsLiteral(-0.0) => b.Negate(y),
        Op.Add when y.Op == Op.Negate => b.Subtract(x, y.Operands[0]),
        Op.Add when x.Op == Op.Negate => b.Subtract(y, x.Operands[0]),
        Op.Subtract when y.Op == Op.Negate => b.Add(x, y.Operands[0]),
        Op.Pow when y.IsLiteral(1) => x,
        Op.Pow when y.IsLiteral(2) => b.Square(x),
        Op.Min or Op.Max or Op.And or Op.Or when x == y => x,
        // the language says so: elementwise
        Op.MatVec when x.Op == Op.Diagonal => b.Multiply(x.Operands[0], y),
        // a matrix that varies in time is not transposed in memory
        Op.MatVec when x.Op == Op.Transpose && Reach.From([x]).Any(v => v.Op is Op.Input or Op.OldState) => b.Add(Op.VecMat, [y, x.Operands[0]]),
        Op.MatMat when x.Op == Op.Diagonal => b.Multiply(b.Add(Op.AlongColumns, [x.Operands[0]], sizes: [.. y.Shape.Axes]), y),
        Op.MatMat when y.Op == Op.Diagonal => b.Multiply(x, b.Add(Op.AlongRows, [y.Operands[0]], sizes: [.. x.Shape.Axes])),
        _ => null,
    };

    static Value? Three(Builder b, Op op, Value x, Value y, Value z) => op switch
    {
        Op.Where when y == z => y,
        Op.Where when x.Op == Op.Not => b.Where(x.Operands[0], z, y),
        _ => null,
    };

    static Value? SliceOf(Builder b, Value x, Size start, Size length)
    {
        var whole = x.Shape.Axes[0];
        if (start.Literal == 0 && length.Equals(whole)) return x;
        if (x.Op == Op.Slice) return b.Slice(x.Operands[0], x.Sizes[0] + start, length);
        if (x.Op == Op.Broadcast) return b.Broadcast(x.Operands[0], Shape.Vector(length));
        if (x.Op != Op.Concat) return null;
        var offset = Size.Of(0);
        foreach (var part in x.Operands)
        {
            var size = part.Shape.Axes[0];
            if (offset.Equals(start) && size.Equals(length)) return part;
            // inside one part, as far as literal numbers can tell
            if ((start - offset).Literal >= 0 && (offset + size - start - length).Literal >= 0) return b.Slice(part, start - offset, length);
            offset += size;
        }
        return null;
    }

    // arithmetic of literals, in double as the eager run computes it
    static Value? Fold(Builder b, Op op, Value x)
    {
        if (x.Op != Op.Literal) return null;
        double? result = op switch
        {
            Op.Negate => -x.Number,
            Op.Square => x.Number * x.Number,
            Op.Abs => Math.Abs(x.Number),
            Op.Sqrt => Math.Sqrt(x.Number),
            Op.Exp => Math.Exp(x.Number),
            Op.Log => Math.Log(x.Number),
            _ => null,
        };
        return result is { } number ? b.Literal(number) : null;
    }

    static Value? Fold(Builder b, Op op, Value x, Value y)
    {
        if (x.Op != Op.Literal || y.Op != Op.Literal) return null;
        double? result = op switch
        {
            Op.Add => x.Number + y.Number,
            Op.Subtract => x.Number - y.Number,
            Op.Multiply => x.Number * y.Number,
            Op.Divide => x.Number / y.Number,
            _ => null,
        };
        return result is { } number ? b.Literal(number) : null;
    }
}
