using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Transform;

/// <summary>A place where lanewise values are computed: a recurrence's kernel, or a map at one moment, perhaps inside a loop.</summary>
internal readonly record struct Place(Moment Moment, Recurrence? Recurrence, Size? Width)
{
    /// <summary>Whether this is a recurrence's own kernel.</summary>
    public bool IsKernel => Recurrence is { IsKernel: true };
}

/// <summary>
/// Which lanewise values are written to memory, and where: operands of everything that is not lanewise, outputs, what a delay or a loop
/// keeps, and what is computed once per call but read at every step. All others are recomputed where they are read.
/// </summary>
internal sealed class Materialize
{
    readonly Timing timing;
    readonly HashSet<Value> written = [];
    readonly HashSet<Value> live = [];

    public Materialize(Program program, IReadOnlyList<Recurrence> recurrences, Timing timing)
    {
        this.timing = timing;
        foreach (var recurrence in recurrences)
        {
            if (recurrence.Dense is var (matrices, offsets))
            {
                foreach (var operand in matrices.SelectMany(row => row).Concat(offsets).OfType<Value>())
                {
                    Visit(operand);
                    Write(operand);
                }
            }
            if (recurrence.Carry == Carry.Scan)
            {
                foreach (var coefficient in RootsOf(recurrence))
                {
                    Visit(coefficient);
                    OncePerCall(coefficient);
                }
            }
            foreach (var next in recurrence.States.Select(s => s.New).OfType<Value>())
            {
                if (recurrence.Carry is not (Carry.Scan or Carry.Dense)) Visit(next);
                if (!recurrence.IsKernel && recurrence.Carry != Carry.Dense) Write(next);
                live.Add(next);
            }
        }
        foreach (var (_, value) in program.Outputs)
        {
            Visit(value);
            Write(value);
        }
        WriteOldStates(recurrences);
    }

    /// <summary>All values in use, operands first.</summary>
    public IEnumerable<Value> Live => live.OrderBy(v => v.Id);

    public bool IsLive(Value value) => live.Contains(value);

    public bool IsWritten(Value value) => written.Contains(value);

    /// <summary>Lanewise values that a kernel must write besides its new states, with the kernel.</summary>
    public IEnumerable<IGrouping<Place, Value>> Results() => written
        .Where(v => Timing.IsLanewise(v) && timing.NewOf(v) is not { IsKernel: true } && !timing.IsLeft(v) || timing.OldOf(v) is { IsKernel: true })
        .OrderBy(v => v.Id).GroupBy(PlaceOf);

    /// <summary>Where a lanewise value, or the old value of a kernel's state, is computed if it is written.</summary>
    public Place PlaceOf(Value value)
    {
        if (timing.LoopOf(value) is { } loop) return new(new(timing.IndexOf(loop), timing.DepthInside(value)), loop, WidthOf(value));
        if ((timing.NewOf(value) ?? timing.OldOf(value)) is { IsKernel: true } own) return new(timing.At(value), own, null);
        var moment = timing.At(value);
        var recurrence = moment is { Stage: >= 0, Depth: 0 } ? timing[moment.Stage] : null;
        return new(moment, recurrence, recurrence is null ? WidthOf(value) : null);
    }

    public static Size WidthOf(Value value) => value.Shape.Count;

    /// <summary>What a kernel at <paramref name="place"/> reads in order to compute the roots: streams, and its own states' old values.</summary>
    public IEnumerable<Value> LeavesOf(IEnumerable<Value> roots, Place place)
    {
        var seen = new HashSet<Value>();
        var leaves = new List<Value>();
        foreach (var root in roots) Walk(root);
        return leaves;

        void Walk(Value value)
        {
            if (!seen.Add(value) || value.IsLeaf && value.IsScalar) return;
            if (IsReadAt(value, place)) leaves.Add(value);
            else foreach (var operand in value.Operands) Walk(operand);
        }
    }

    /// <summary>Whether a kernel at <paramref name="place"/> finds the value in memory (or in its state) instead of computing it.</summary>
    public bool IsReadAt(Value value, Place place)
    {
        if (!Timing.IsLanewise(value) || timing.IsLeft(value)) return true;
        if (timing.NewOf(value) is { IsKernel: true } own) return own != place.Recurrence || own.Carry == Carry.Scan;
        return IsWritten(value) && PlaceOf(value) != place;
    }

    void Visit(Value value)
    {
        if (!live.Add(value) || timing.NewOf(value) is { Carry: Carry.Scan or Carry.Dense }) return;
        foreach (var operand in value.Operands)
        {
            Visit(operand);
            if (!Timing.IsLanewise(value)) Write(operand);
            else if (!timing.IsPerCall(value)) OncePerCall(operand);
        }
    }

    void Write(Value value)
    {
        if (Timing.IsView(value)) Write(value.Operands[0]);
        else written.Add(value);
    }

    // masks are never written: they are recomputed from what they compare
    void OncePerCall(Value value)
    {
        if (!timing.IsPerCall(value) || value.IsLeaf || value.IsScalar) return;
        if (value.Element == Element.Real) Write(value);
        else foreach (var operand in value.Operands) OncePerCall(operand);
    }

    // a state's old value is at hand in its own kernel alone; others need the sequence
    void WriteOldStates(IReadOnlyList<Recurrence> recurrences)
    {
        foreach (var recurrence in recurrences.Where(r => r.IsKernel))
        {
            Read(PlaceOf(recurrence.States[0].Old), RootsOf(recurrence));
        }
        foreach (var results in Results().ToList()) Read(results.Key, results);

        void Read(Place place, IEnumerable<Value> roots)
        {
            foreach (var leaf in LeavesOf(roots, place))
            {
                if (timing.OldOf(leaf) is { IsKernel: true } own && own != place.Recurrence) Write(leaf);
            }
        }
    }

    // what a recurrence's kernel computes before its outputs; the numbers of a map are a little arithmetic on what the step reads as well
    static IEnumerable<Value> RootsOf(Recurrence recurrence)
        => recurrence.Linear is var (a, b) ? new[] { a, b }.OfType<Value>() : recurrence.States.Select(s => s.New).OfType<Value>();
}
