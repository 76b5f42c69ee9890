using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Transform;

/// <summary>One kernel's arithmetic cut out of a program: what is read from memory becomes a stream, what is not is copied.</summary>
internal sealed class Fuse
{
    readonly Materialize memory;
    readonly Place place;
    readonly Size width;
    readonly Builder builder = new();
    readonly Dictionary<Value, Value> copies = [];
    readonly Dictionary<Value, Value> epilogue = [];
    readonly List<Value> streams = [], sources = [], old = [], next = [], fresh = [];

    Fuse(Materialize memory, Place place, Size width, IReadOnlyList<State> states)
    {
        (this.memory, this.place, this.width) = (memory, place, width);
        foreach (var state in states)
        {
            old.Add(copies[state.Old] = builder.Fresh(Op.OldState, Naming.Of(state), Shape.Vector(width)));
            fresh.Add(builder.Fresh(Op.Input, Naming.Of(state), Shape.Vector(width)));
        }
    }

    /// <summary>A map of the given values.</summary>
    public static Fused Map(Materialize memory, Place place, IReadOnlyList<Value> results)
    {
        var fuse = new Fuse(memory, place, Materialize.WidthOf(results[0]), []);
        return fuse.Finish(null, results);
    }

    /// <summary>A recurrence with whatever can be computed beside it.</summary>
    public static Fused Recurrence(Materialize memory, Place place, Recurrence recurrence, IReadOnlyList<Value> results)
    {
        var fuse = new Fuse(memory, place, recurrence.States[0].Size, recurrence.States);
        (Value, Value)? linear = null;
        if (recurrence.Linear is var (a, b))
        {
            var slope = fuse.Copy(a);
            var scaled = fuse.builder.Multiply(slope, fuse.old[0]);
            linear = (slope, b is null ? fuse.builder.Literal(0) : fuse.Copy(b));
            fuse.next.Add(b is null ? scaled : fuse.builder.Add(scaled, linear.Value.Item2));
        }
        else
        {
            fuse.next.AddRange(recurrence.States.Select(s => fuse.Copy(s.New!)));
        }
        var map = recurrence.Map.Select(v => fuse.Copy(v)).ToList();
        foreach (var (state, leaf) in recurrence.States.Zip(fuse.fresh, (s, f) => (s, f)))
        {
            if (!state.New!.IsLeaf && !fuse.epilogue.ContainsKey(state.New)) fuse.epilogue.Add(state.New, leaf);
        }
        var fused = fuse.Finish(linear, results);
        return recurrence.Carry == Carry.Newton ? fused with { Region = Newton.Of(fused.Region) } : fused with { Region = fused.Region with { Map = map } };
    }

    Fused Finish((Value, Value)? linear, IReadOnlyList<Value> results)
    {
        var outputs = results.Select(r => Copy(r, true)).ToList();
        return new(new(builder.Values, streams, old, fresh, next, outputs, linear), width, sources);
    }

    Value Copy(Value value, bool after = false)
    {
        if (after && epilogue.TryGetValue(value, out var known) || copies.TryGetValue(value, out known)) return known;
        if (value.IsLeaf && value.IsScalar) return copies[value] = Scalar(value);
        if (memory.IsReadAt(value, place)) return copies[value] = Stream(value);

        var operands = value.Operands.Select(o => Copy(o, after)).ToList();
        var copy = value.Op == Op.Broadcast ? operands[0] : builder.Add(value.Op, operands, value.Name, value.Number, value.Sizes);
        // what reads a new state differs before it is there and after
        if (after && epilogue.Count > 0) epilogue[value] = copy;
        else copies[value] = copy;
        return copy;
    }

    Value Scalar(Value value) => value switch
    {
        { Op: Op.Literal } => builder.Literal(value.Number),
        { Op: Op.Fixed, Sizes.Count: 1 } => builder.Number(value.Sizes[0]),
        _ => builder.Leaf(value.Op, value.Name, Shape.Scalar),
    };

    Value Stream(Value value)
    {
        var stream = builder.Fresh(Op.Input, Naming.Of(value), Shape.Vector(width));
        streams.Add(stream);
        sources.Add(value);
        return stream;
    }
}

/// <summary>A region, and what its streams are in the cell's program.</summary>
internal sealed record Fused(Region Region, Size Width, IReadOnlyList<Value> Sources);
