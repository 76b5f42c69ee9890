using Recurve.Generator.IR;
using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Transform;

/// <summary>
/// A value of Step as real values of the program. <paramref name="Imaginary"/> is null where the value is real, so that what is real stays so:
/// a real factor scales both parts and couples nothing. A part is a vector of the value's whole size, or a number.
/// </summary>
internal sealed record Parts(Value Real, Value? Imaginary = null)
{
    /// <summary>Both parts as vectors of that shape.</summary>
    public Parts Spread(Builder b, Shape shape) => new(Spread(b, Real, shape), Spread(b, Imaginary ?? b.Literal(0), shape));

    /// <summary>A number, or a vector of size 1, as a value of that shape.</summary>
    public static Value Spread(Builder b, Value part, Shape shape) => part.Shape.Equals(shape) ? part : b.Broadcast(part, shape);
}

/// <summary>Complex instructions → pairs of real values, by the algebra of complex numbers.</summary>
internal sealed class LowerComplex
{
    readonly Builder b;
    readonly Instruction instruction;

    LowerComplex(Builder builder, Instruction of) => (b, instruction) = (builder, of);

    /// <param name="shape">Of the result.</param>
    /// <returns>Null where nothing is complex.</returns>
    public static Parts? Translate(Builder builder, Instruction instruction, Parts[] operands, Shape shape)
    {
        var isComplex = instruction.Op is "Complex" or "Polar" or "Real" or "Imaginary" or "Conjugate" || operands.Any(o => o.Imaginary is not null);
        if (!isComplex) return null;
        var lower = new LowerComplex(builder, instruction);
        var wide = operands.Select(o => lower.Widened(o, shape)).ToList();
        var (a, c) = (wide[0], wide[Math.Min(1, wide.Count - 1)]);
        return instruction.Op switch
        {
            "Complex" => new(a.Real, c.Real),
            "Polar" => lower.Polar(a.Real, c.Real),
            "Real" => new(Parts.Spread(builder, a.Real, shape)),
            "Imaginary" => new(Parts.Spread(builder, a.Imaginary ?? builder.Literal(0), shape)),
            "Conjugate" => new(a.Real, lower.Negate(a.Imaginary)),
            "Negate" => lower.Named(Op.Negate, [a.Real], Op.Negate, [a.Imaginary!]),
            "Add" => lower.Sum(Op.Add, a, c),
            "Subtract" => lower.Sum(Op.Subtract, a, c),
            "Multiply" => lower.Product(a, c),
            "Divide" => lower.Quotient(a, c),
            "Where" => lower.Chosen(a.Real, c, wide[2]),
            "Exp" => lower.Polar(lower.Add(Op.Exp, a.Real), a.Imaginary!),
            "Abs" => new(lower.Magnitude(a.Real, a.Imaginary!)),
            var op => throw new InvalidOperationException($"{op} of a complex vector."),
        };
    }

    Parts Widened(Parts parts, Shape shape)
        => new(Widened(parts.Real, shape), parts.Imaginary is null ? null : Widened(parts.Imaginary, shape));

    Value Widened(Value part, Shape shape) => part.Shape.Rank == 1 && shape.Rank == 1 ? Parts.Spread(b, part, shape) : part;

    Value Add(Op op, params Value[] operands) => b.Add(op, operands, origin: instruction.Origin);

    /// <summary>The parts of the instruction's result, called after it.</summary>
    Parts Named(Op real, Value[] ofReal, Op imaginary, Value[] ofImaginary) => new(
        b.Add(real, ofReal, PlaneNames.Real(instruction.Name), origin: instruction.Origin),
        b.Add(imaginary, ofImaginary, PlaneNames.Imaginary(instruction.Name), origin: instruction.Origin));

    Parts Polar(Value magnitude, Value phase)
        => Named(Op.Multiply, [magnitude, Add(Op.Cos, phase)], Op.Multiply, [magnitude, Add(Op.Sin, phase)]);

    Value? Negate(Value? imaginary)
        => imaginary is null ? null : b.Add(Op.Negate, [imaginary], PlaneNames.Imaginary(instruction.Name), origin: instruction.Origin);

    Parts Sum(Op op, Parts x, Parts y)
    {
        var real = b.Add(op, [x.Real, y.Real], PlaneNames.Real(instruction.Name), origin: instruction.Origin);
        if (x.Imaginary is { } own && y.Imaginary is { } other)
            return new(real, b.Add(op, [own, other], PlaneNames.Imaginary(instruction.Name), origin: instruction.Origin));
        return new(real, x.Imaginary ?? (op == Op.Subtract ? Negate(y.Imaginary) : y.Imaginary));
    }

    // (a + ib)(c + id) = ac − bd + i(ad + bc)
    Parts Product(Parts x, Parts y)
    {
        if (x.Imaginary is not { } im) return Named(Op.Multiply, [x.Real, y.Real], Op.Multiply, [x.Real, y.Imaginary!]);
        if (y.Imaginary is not { } other) return Named(Op.Multiply, [x.Real, y.Real], Op.Multiply, [im, y.Real]);
        return Named(
            Op.Subtract, [Add(Op.Multiply, x.Real, y.Real), Add(Op.Multiply, im, other)],
            Op.Add, [Add(Op.Multiply, x.Real, other), Add(Op.Multiply, im, y.Real)]);
    }

    // (a + ib)/(c + id) = (ac + bd + i(bc − ad))/(c² + d²), c and d divided by the larger of them first so that no square over- or underflows
    Parts Quotient(Parts x, Parts y)
    {
        if (y.Imaginary is not { } d) return Named(Op.Divide, [x.Real, y.Real], Op.Divide, [x.Imaginary!, y.Real]);
        var scale = Larger(y.Real, d);
        Value real = Add(Op.Divide, y.Real, scale), imaginary = Add(Op.Divide, d, scale);
        var norm = Add(Op.Add, Add(Op.Multiply, y.Real, real), Add(Op.Multiply, d, imaginary));
        var (ac, ad) = (Add(Op.Multiply, x.Real, real), Add(Op.Multiply, x.Real, imaginary));
        if (x.Imaginary is not { } b0) return Named(Op.Divide, [ac, norm], Op.Divide, [Add(Op.Negate, ad), norm]);
        return Named(
            Op.Divide, [Add(Op.Add, ac, Add(Op.Multiply, b0, imaginary)), norm],
            Op.Divide, [Add(Op.Subtract, Add(Op.Multiply, b0, real), ad), norm]);
    }

    // a fixed condition's
    Parts Chosen(Value mask, Parts x, Parts y) => Named(
        Op.Where, [mask, x.Real, y.Real], Op.Where, [mask, x.Imaginary ?? b.Literal(0), y.Imaginary ?? b.Literal(0)]);

    // √(a² + b²) with a and b divided by the larger of them, which would overflow else; at 0 (and ∞) it is that larger one, with derivative 0
    Value Magnitude(Value re, Value im)
    {
        var larger = Larger(re, im);
        var regular = Add(Op.And, Add(Op.Greater, larger, b.Literal(0)), Add(Op.Less, larger, b.Literal(double.PositiveInfinity)));
        var scale = Add(Op.Where, regular, larger, b.Literal(1));
        var squares = Add(Op.Add, Add(Op.Square, Add(Op.Divide, re, scale)), Add(Op.Square, Add(Op.Divide, im, scale)));
        var root = Add(Op.Sqrt, Add(Op.Where, regular, squares, b.Literal(1)));
        return b.Add(Op.Multiply, [larger, root], instruction.Name, origin: instruction.Origin);
    }

    // the results do not depend on what they were scaled by, so no gradient need flow through it
    Value Larger(Value x, Value y) => Add(Op.StopGradient, Add(Op.Max, Add(Op.Abs, x), Add(Op.Abs, y)));
}
