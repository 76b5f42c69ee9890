using Recurve.Generator.Analysis;
using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Transform;

/// <summary>
/// Program and recurrences → <see cref="Plan"/>. Every stage runs as early as it can; products of one vector are stacked, lanewise values
/// of one moment and width share a map, and what reads a state inside its kernel's moment is computed there.
/// </summary>
internal sealed class Schedule
{
    readonly Program program;
    readonly Timing timing;
    readonly Materialize memory;
    readonly Func<string, bool> isTrained;
    readonly Dictionary<Value, View> views = [];
    readonly Dictionary<Value, bool> differentiable = [];
    readonly HashSet<string> names = [];

    Schedule(Program program, IReadOnlyList<Recurrence> recurrences, Func<string, bool> isTrained)
    {
        this.program = program;
        this.isTrained = isTrained;
        timing = new(recurrences);
        memory = new(program, recurrences, timing);
    }

    /// <param name="classification">Of a simplified program: slices stand on what is not lanewise.</param>
    /// <param name="isTrained">Whether a field, by name, takes gradients.</param>
    public static Plan Of(Classification classification, Func<string, bool> isTrained)
    {
        var recurrences = classification.Groups.SelectMany(Recurrence.Of).ToList();
        return new Schedule(classification.Program, recurrences, isTrained).Run(recurrences);
    }

    Plan Run(IReadOnlyList<Recurrence> recurrences)
    {
        var jobs = new List<Job>();
        var live = memory.Live.ToList();
        foreach (var input in program.Values.Where(v => v.Op == Op.Input).Concat(live.Where(v => v.Op == Op.Field)))
        {
            jobs.Add(new(new(-3, 0), 0, input.Op == Op.Input ? -1 : input.Id, null, 0, () => Read(input)));
        }
        foreach (var group in live.Where(v => !v.IsLeaf && !Timing.IsLanewise(v) && !Timing.IsView(v) && !timing.IsLeft(v)).GroupBy(StackOf))
        {
            var values = group.ToList();
            var loop = timing.LoopOf(values[0]);
            jobs.Add(new(timing.At(values[0]), 1, values[0].Id, loop, timing.DepthInside(values[0]), () => [Compute(values)]));
        }
        var results = memory.Results().ToDictionary(g => g.Key, g => g.ToList());
        foreach (var recurrence in recurrences)
        {
            var at = timing.At(recurrence.States[0].Old);
            if (recurrence.IsKernel)
            {
                var place = memory.PlaceOf(recurrence.States[0].Old);
                var epilogue = results.TryGetValue(place, out var found) ? found : [];
                jobs.Add(new(at, 0, 0, null, 0, () => [Recur(recurrence, place, epilogue)]));
            }
            else if (recurrence.Dense is not null)
            {
                jobs.Add(new(new(timing.IndexOf(recurrence), 0), 0, 0, null, 0, () => [Scan(recurrence)]));
            }
            else if (recurrence.Carry != Carry.Loop)
            {
                var state = recurrence.States[0];
                jobs.Add(new(at, 1, state.Old.Id, null, 0, () => [Keep(state)]));
            }
        }
        foreach (var map in results.Where(r => !r.Key.IsKernel))
        {
            var loop = timing.LoopOf(map.Value[0]);
            jobs.Add(new(timing.At(map.Value[0]), 2, map.Value[0].Id, loop, map.Key.Moment.Depth, () => [Map(map.Key, map.Value)]));
        }
        foreach (var loop in recurrences.Where(r => r.Carry == Carry.Loop))
        {
            var inner = jobs.Where(j => j.Loop == loop).OrderBy(j => j.Depth).ThenBy(j => j.Phase).ThenBy(j => j.Order).ToList();
            jobs.Add(new(new(timing.IndexOf(loop), 0), 0, 0, null, 0, () => [Close(loop, inner)]));
        }

        var stages = jobs.Where(j => j.Loop is null).OrderBy(j => j.At).ThenBy(j => j.Phase).ThenBy(j => j.Order).SelectMany(j => j.Make()).ToList();
        return new(stages, [.. program.Outputs.Select(o => ViewOf(o.Value))]);
    }

    // products of one vector are one job, those that a loop needs at every step another; anything else is its own
    (Value, bool, Recurrence?) StackOf(Value value)
        => IsProjection(value) ? (value.Operands[1], true, timing.LoopOf(value)) : (value, false, null);

    bool IsProjection(Value value)
        => value.Op == Op.MatVec && timing.IsPerCall(value.Operands[0]) && !timing.IsPerCall(value.Operands[1]);

    IEnumerable<Stage> Read(Value leaf)
    {
        if (leaf.Op == Op.Input)
        {
            var index = program.Values.Where(v => v.Op == Op.Input).TakeWhile(v => v != leaf).Count();
            yield return new ReadInput(Bind(leaf, leaf.Name), index);
        }
        else
        {
            yield return new ReadField(Bind(leaf, leaf.Name), leaf.Name);
        }
    }

    Stage Compute(IReadOnlyList<Value> values)
    {
        if (!IsProjection(values[0]))
        {
            var operands = values[0].Operands.Select(ViewOf).ToList();
            return new Operation(Bind(values[0], Naming.Of(values[0])), values[0], operands);
        }
        var rows = values.Aggregate(Size.Of(0), (sum, v) => sum + v.Shape.Axes[0]);
        var name = values.Count == 1 ? Naming.Of(values[0]) : $"projected_{Naming.Of(values[0].Operands[1])}";
        var result = new Signal(name, rows, true, values.Any(IsDifferentiable));
        var start = Size.Of(0);
        foreach (var value in values)
        {
            views[value] = new(result, start, value.Shape.Axes[0]);
            start += value.Shape.Axes[0];
        }
        return new Project(result, ViewOf(values[0].Operands[1]), [.. values.Select(v => ViewOf(v.Operands[0]))], values);
    }

    Stage Map(Place place, IReadOnlyList<Value> results)
    {
        var fused = Fuse.Map(memory, place, results);
        var streams = fused.Sources.Select(ViewOf).ToList();
        var signals = results.Select(r => Bind(r, NameOf(r))).ToList();
        return new Kernel(Unique("Map", results), KernelKind.Map, [], fused.Region, fused.Width, streams, fused.Sources,
            FixedOf(fused.Region), [], signals);
    }

    Stage Recur(Recurrence recurrence, Place place, IReadOnlyList<Value> results)
    {
        var fused = Fuse.Recurrence(memory, place, recurrence, results);
        var streams = fused.Sources.Select(ViewOf).ToList();
        var next = new List<Signal>();
        foreach (var state in recurrence.States)
        {
            next.Add(new(Naming.Of(state), state.Size, true, true));
            if (!state.New!.IsLeaf && !views.ContainsKey(state.New)) views[state.New] = View.Whole(next[next.Count - 1]);
        }
        var signals = results.Select(r => Bind(r, NameOf(r))).ToList();
        var kind = recurrence.Kernel!.Value;
        return new Kernel(Unique(kind.ToString(), [.. recurrence.States.Select(s => s.Old)]), kind, recurrence.States, fused.Region, fused.Width,
            streams, fused.Sources, FixedOf(fused.Region), next, signals);
    }

    Stage Scan(Recurrence recurrence)
    {
        var (matrices, offsets) = recurrence.Dense!.Value;
        var next = new List<Signal>();
        foreach (var state in recurrence.States)
        {
            next.Add(new(Naming.Of(state), state.Size, true, true));
            if (!state.New!.IsLeaf && !views.ContainsKey(state.New)) views[state.New] = View.Whole(next[next.Count - 1]);
        }
        var reads = recurrence.States.Any(s => memory.IsLive(s.Old));
        var old = reads ? recurrence.States.Select(s => Bind(s.Old, Naming.Of(s.Old))).ToList() : [];
        var vectors = recurrence.States[0].Old.Shape is { Rank: 2 } shape ? shape.Axes[recurrence.OnRows ? 0 : 1] : (Size?)null;
        return new DenseScan(recurrence.States, [.. matrices.Select(row => row.Select(ViewOrNone).ToList())], [.. offsets.Select(ViewOrNone)], next, old,
            Columns: recurrence.OnRows ? null : vectors, Rows: recurrence.OnRows ? vectors : null);
    }

    View? ViewOrNone(Value? value) => value is null ? null : ViewOf(value);

    Stage Keep(State state) => state.New is { } next
        ? new Delay(Bind(state.Old, Naming.Of(state.Old)), state, ViewOf(next))
        : new Hold(Bind(state.Old, Naming.Of(state)), state);

    Stage Close(Recurrence loop, IReadOnlyList<Job> inner)
    {
        var old = loop.States.Select(s => Bind(s.Old, Naming.Of(s.Old))).ToList();
        var stages = inner.SelectMany(j => j.Make()).ToList();
        return new Loop(loop.States, old, stages, [.. loop.States.Select(s => ViewOf(s.New!))]);
    }

    View ViewOf(Value value) => views.TryGetValue(value, out var view) ? view : value.Op switch
    {
        Op.Slice => ViewOf(value.Operands[0]).Slice(value.Sizes[0], value.Sizes[1]),
        Op.Flatten => ViewOf(value.Operands[0]),
        _ => throw new InvalidOperationException($"{value} = {value.Op} is read before it is computed."),
    };

    // a new value is called after its state, an output as Step calls it
    string NameOf(Value value)
        => (program.States.FirstOrDefault(s => s.New == value) is { } state ? Naming.Of(state) : null)
            ?? program.Outputs.Where(o => o.Value == value).Select(o => o.Name).FirstOrDefault() ?? Naming.Of(value);

    Signal Bind(Value value, string name)
    {
        var signal = new Signal(name, Materialize.WidthOf(value), !timing.IsPerCall(value), IsDifferentiable(value));
        views[value] = View.Whole(signal);
        return signal;
    }

    bool IsDifferentiable(Value value)
    {
        if (differentiable.TryGetValue(value, out var known)) return known;
        return differentiable[value] = value.Element == Element.Real && value.Op switch
        {
            Op.Input or Op.OldState => true,
            Op.Field => isTrained(value.Name),
            Op.StopGradient or Op.Sign => false,
            _ => value.Operands.Any(IsDifferentiable),
        };
    }

    string Unique(string kind, IReadOnlyList<Value> values)
    {
        var stem = kind + string.Concat(values.Take(3).Select(v => Pascal(v.Op == Op.OldState ? PlaneNames.Identifier(v.Name) : NameOf(v))));
        var name = stem;
        for (var i = 1; !names.Add(name); i++) name = FormattableString.Invariant($"{stem}{i}");
        return name;
    }

    static string Pascal(string name)
        => string.Concat(name.Split('_', '.').Where(part => part != "").Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));

    static IReadOnlyList<Value> FixedOf(Region region)
        => [.. Reach.From(region.Next.Concat(region.Outputs).Concat(Coefficients(region)).Concat(region.Map)).Where(v => v.Op is Op.Fixed or Op.FixedMask)];

    static IEnumerable<Value> Coefficients(Region region) => region.Linear is var (a, b) ? [a, b] : [];

    /// <summary>A stage to be made when everything before it is.</summary>
    /// <param name="Loop">The loop it runs in, at <paramref name="Depth"/>.</param>
    sealed record Job(Moment At, int Phase, int Order, Recurrence? Loop, int Depth, Func<IEnumerable<Stage>> Make);
}
