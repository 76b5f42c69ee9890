using Recurve.Generator.IR;

namespace Recurve.Generator.Transform;

/// <summary>
/// When a value is there: <paramref name="Stage"/> −2 is once per call, −1 before every recurrence, k with recurrence k; at depth 0
/// inside that recurrence's kernel, at depth d after it and after d rows of stages that feed each other.
/// </summary>
internal readonly record struct Moment(int Stage, int Depth) : IComparable<Moment>
{
    public static readonly Moment Call = new(-2, 0), Start = new(-1, 0);

    /// <summary>When a stage that reads a value of this moment from memory leaves its own.</summary>
    public Moment Next => this with { Depth = Depth + 1 };

    public int CompareTo(Moment other) => Stage != other.Stage ? Stage.CompareTo(other.Stage) : Depth.CompareTo(other.Depth);

    public static Moment Max(Moment a, Moment b) => a.CompareTo(b) < 0 ? b : a;
}

/// <summary>Facts about when each value of a program can be computed, given the recurrences in topological order.</summary>
internal sealed class Timing
{
    readonly Dictionary<Value, Recurrence> old = [];
    readonly Dictionary<Value, Recurrence> next = [];
    readonly Dictionary<Value, Moment> moments = [];
    readonly Dictionary<Value, int> depths = [];
    readonly Dictionary<Value, Recurrence> inside = [];
    readonly List<Recurrence> order = [];

    public Timing(IReadOnlyList<Recurrence> recurrences)
    {
        foreach (var recurrence in recurrences)
        {
            var recurs = recurrence.IsKernel || recurrence.IsStage;
            if (recurs) order.Add(recurrence);
            foreach (var state in recurrence.States)
            {
                old[state.Old] = recurrence;
                // a new value that is a leaf (h = x, or two states exchanged) is known by that leaf
                if (recurs && state.New is { IsLeaf: false } value && !next.ContainsKey(value)) next.Add(value, recurrence);
            }
        }
        foreach (var loop in recurrences.Where(r => r.Carry == Carry.Loop))
        {
            foreach (var value in OnPath(loop)) inside[value] = loop;
        }
    }

    public static bool IsView(Value value) => value.Op is Op.Slice or Op.Flatten;

    /// <summary>Computed in lanes: elementwise, or a scalar spread over channels.</summary>
    public static bool IsLanewise(Value value)
        => value.Row().Family == Family.Elementwise || value.Op == Op.Broadcast && value.Operands[0].IsScalar;

    public bool IsPerCall(Value value) => At(value).Stage == Moment.Call.Stage;

    /// <summary>The recurrence of stage <paramref name="stage"/>.</summary>
    public Recurrence this[int stage] => order[stage];

    public int IndexOf(Recurrence recurrence) => order.IndexOf(recurrence);

    /// <summary>The recurrence whose state's old value this is.</summary>
    public Recurrence? OldOf(Value value) => old.TryGetValue(value, out var recurrence) ? recurrence : null;

    /// <summary>The recurrence, scanned or stepped, one of whose new values this is.</summary>
    public Recurrence? NewOf(Value value) => next.TryGetValue(value, out var recurrence) ? recurrence : null;

    /// <summary>Whether a dense scan leaves this value, so that nothing else computes it.</summary>
    public bool IsLeft(Value value) => NewOf(value) is { Carry: Carry.Dense };

    /// <summary>The loop that must compute this value at every step.</summary>
    public Recurrence? LoopOf(Value value) => inside.TryGetValue(value, out var loop) ? loop : null;

    public Moment At(Value value)
    {
        if (moments.TryGetValue(value, out var known)) return known;
        return moments[value] = Find(value);
    }

    Moment Find(Value value)
    {
        if (NewOf(value) is { } recurrence) return After(recurrence);
        if (LoopOf(value) is { } loop) return After(loop);
        if (value.Op == Op.Input) return Moment.Start;
        if (OldOf(value) is { } own)
        {
            return own.Carry switch
            {
                Carry.Hold => Moment.Start,
                Carry.Delay => Moment.Max(Moment.Start, At(own.States.Single(s => s.Old == value).New!)).Next,
                _ => After(own),
            };
        }
        if (value.IsLeaf) return Moment.Call;

        var operands = value.Operands.Select(At).Aggregate(Moment.Max);
        if (IsLanewise(value)) return operands;
        return IsView(value) && !IsComputedInLanes(value.Operands[0]) ? operands : operands.Next;
    }

    Moment After(Recurrence recurrence) => new(IndexOf(recurrence), recurrence.IsStage ? 1 : 0);

    bool IsComputedInLanes(Value value) => IsLanewise(value) || OldOf(value) is { IsKernel: true };

    /// <summary>The depth of a value within its loop: 0 for the old values and everything from outside.</summary>
    public int DepthInside(Value value)
    {
        if (LoopOf(value) is null) return 0;
        if (depths.TryGetValue(value, out var known)) return known;
        var operands = value.Operands.Max(DepthInside);
        var computed = IsLanewise(value) || IsView(value) && !(IsLanewise(value.Operands[0]) && LoopOf(value.Operands[0]) is not null);
        return depths[value] = computed ? operands : operands + 1;
    }

    // on a way from the group's old values to its new ones, these leaves excluded
    static IEnumerable<Value> OnPath(Recurrence loop)
    {
        var reaching = new Dictionary<Value, bool>();
        var leaves = new HashSet<Value>(loop.States.Select(s => s.Old));
        foreach (var value in Reach.From(loop.States.Select(s => s.New).OfType<Value>()))
        {
            reaching[value] = leaves.Contains(value) || value.Operands.Any(o => reaching[o]);
            if (reaching[value] && !value.IsLeaf) yield return value;
        }
    }
}
