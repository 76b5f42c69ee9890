using Recurve.Generator.IR;
using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Transform;

/// <summary>A finding about shapes, to be reported at the syntax <paramref name="Origin"/> stands for.</summary>
/// <param name="Id">RCV3001 (arguments: one shape, the other, the operation) or RCV3002 (argument: the input).</param>
internal sealed record ShapeError(string Id, int Origin, EquatableArray<string> Arguments);

/// <summary>What Lower found.</summary>
/// <param name="Program">Null where there are errors.</param>
/// <param name="Inputs">The size of each input; null where nothing fixes it.</param>
internal sealed record Lowered(Program? Program, IReadOnlyList<ShapeError> Errors, IReadOnlyList<Size?> Inputs);

/// <summary>
/// Body → Program. Before: instructions without shapes, vectors of size 1 beside wider ones, Mean and Dot. After: every size known and checked,
/// broadcasts explicit (numbers of shape [] stay as they are and mix freely), Mean and Dot spelled with Sum, complex values and states as pairs of
/// real ones (<see cref="LowerComplex"/>).
/// </summary>
internal static class Lower
{
    public static Lowered Run(CellSpec spec)
    {
        var sizes = new LowerSizes(spec);
        sizes.Infer();
        IReadOnlyList<Size?> inputs = [.. spec.Inputs.Select((_, i) => sizes.OfInput(i))];
        return sizes.Errors.Count > 0
            ? new(null, sizes.Errors, inputs)
            : new(Build(spec, sizes, inputs), [], inputs);
    }

    static Program Build(CellSpec spec, LowerSizes sizes, IReadOnlyList<Size?> inputs)
    {
        var builder = new Builder();
        for (var i = 0; i < inputs.Count; i++)
            builder.Leaf(Op.Input, spec.Inputs[i].Name, Shape.Vector(inputs[i]!), spec.Inputs[i].Origin);
        var old = spec.States.Select(s => OldOf(builder, s)).ToList();

        var values = new List<Parts>();
        for (var i = 0; i < spec.Body.Count; i++)
        {
            var instruction = spec.Body[i];
            Parts[] operands = [.. instruction.Operands.Select(o => values[o])];
            values.Add(instruction.Op == "OldState" ? old[StateIndex(spec, instruction.Name)]
                : LowerComplex.Translate(builder, instruction, operands, sizes.Shapes[i]!.Value)
                ?? new(Translate(builder, instruction, [.. operands.Select(o => o.Real)], sizes.Shapes[i]!.Value)));
        }

        var states = spec.States.SelectMany((s, i) => StatesOf(builder, s, old[i], spec.NewStates[i] is >= 0 and var next ? values[next] : old[i])).ToList();
        var outputs = spec.Outputs.Select((name, i) => (name, AsVector(builder, values[spec.Results[i]].Real))).ToList();
        return new(spec.Name, builder.Values, states, outputs);
    }

    static int StateIndex(CellSpec spec, string name) => spec.States.TakeWhile(s => s.Name != name).Count();

    static Parts OldOf(Builder b, StateSpec state)
    {
        Value Leaf(string name) => b.Leaf(Op.OldState, name, LowerSizes.ShapeOf(state), state.Origin);
        return state.IsComplex ? new(Leaf(PlaneNames.Real(state.Name)), Leaf(PlaneNames.Imaginary(state.Name))) : new(Leaf(state.Name));
    }

    // a part that is assigned itself is not assigned
    static IEnumerable<State> StatesOf(Builder b, StateSpec state, Parts old, Parts next)
    {
        State Of(Value old, Value next) => new(old.Name, old.Shape.Count, state.Trained, state.Strategy, old, next == old ? null : next, state.Origin)
        {
            Field = state.Name,
            Tolerance = state.Tolerance,
            Iterations = state.Iterations,
        };
        if (!state.IsComplex) return [Of(old.Real, AsVector(b, next.Real))];
        var spread = next.Spread(b, Shape.Vector(state.Size));
        return [Of(old.Real, spread.Real), Of(old.Imaginary!, spread.Imaginary!)];
    }

    static Value Translate(Builder b, Instruction instruction, Value[] operands, Shape shape)
    {
        var origin = instruction.Origin;
        switch (instruction.Op)
        {
            case "Literal":
                return b.Literal(instruction.Number);
            case "Mean":
                var vector = AsVector(b, operands[0]);
                var share = b.Divide(b.Literal(1), b.Number(vector.Shape.Axes[0]));
                return b.Add(Op.Multiply, [b.Add(Op.Sum, [vector], origin: origin), share], instruction.Name, origin: origin);
            case "Dot":
                var product = b.Add(Op.Multiply, Widened(b, operands, LowerSizes.Broadcast(operands)), origin: origin);
                return b.Add(Op.Sum, [AsVector(b, product)], instruction.Name, origin: origin);
        }

        var op = LowerSizes.OpOf(instruction);
        if (OpTable.Of(op).Family == Family.Leaf) return b.Leaf(op, instruction.Name, shape, origin);
        operands = OpTable.Of(op).Family == Family.Elementwise
            ? Widened(b, operands, shape)
            : [.. operands.Select(o => AsVector(b, o))];
        return b.Add(op, operands, instruction.Name, instruction.Number, [.. instruction.Sizes], origin);
    }

    // a vector of size 1 meets a wider one
    internal static Value[] Widened(Builder b, Value[] operands, Shape shape) =>
    [
        .. operands.Select(o => o.Shape.Rank == 1 && shape.Rank == 1 && !o.Shape.Equals(shape)
            ? b.Add(Op.Broadcast, [o], sizes: [.. shape.Axes], origin: o.Origin)
            : o),
    ];

    static Value AsVector(Builder b, Value value) => value.IsScalar ? b.Broadcast(value, Shape.Vector(Size.One)) : value;
}
