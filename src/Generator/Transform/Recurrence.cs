using Recurve.Generator.Analysis;
using Recurve.Generator.IR;

namespace Recurve.Generator.Transform;

/// <summary>How a group of states runs.</summary>
internal enum Carry
{
    /// <summary>Never assigned.</summary>
    Hold,

    /// <summary>Does not depend on itself.</summary>
    Delay,

    /// <summary>a ⊙ h + b.</summary>
    Scan,

    /// <summary>Steps that compose as maps of their class.</summary>
    Block, Clamped, MaxPlus, LogPlus,

    /// <summary>Nonlinear, channels independent of each other: solved for all steps at once.</summary>
    Newton,

    /// <summary>A h + b with matrices constant over time.</summary>
    Dense,

    /// <summary>Channels independent of each other, in one kernel.</summary>
    Sequential,

    /// <summary>Anything else: step by step.</summary>
    Loop,
}

/// <summary>A group of states with what the schedule must know of it.</summary>
/// <param name="Linear">Of a scan: a and b, values of the program; b null: nothing is added.</param>
internal sealed record Recurrence(IReadOnlyList<State> States, Carry Carry, (Value A, Value? B)? Linear = null)
{
    /// <summary>Of steps that compose: the numbers of their map, values of the program.</summary>
    public IReadOnlyList<Value> Map { get; init; } = [];

    public bool IsKernel => Kernel is not null;

    /// <summary>The kernel that runs it, if one does.</summary>
    public KernelKind? Kernel => Carry switch
    {
        Carry.Scan => KernelKind.Scan,
        Carry.Block => KernelKind.Block,
        Carry.Clamped => KernelKind.Clamped,
        Carry.MaxPlus => KernelKind.MaxPlus,
        Carry.LogPlus => KernelKind.LogPlus,
        Carry.Newton => KernelKind.Newton,
        Carry.Sequential => KernelKind.Sequential,
        _ => null,
    };

    /// <summary>Of a dense scan: A row by row, null where a state does not occur, and b by state, null where nothing is added.</summary>
    public (IReadOnlyList<IReadOnlyList<Value?>> A, IReadOnlyList<Value?> B)? Dense { get; init; }

    /// <summary>Of a dense scan of one matrix: its rows are the vectors, not its columns.</summary>
    public bool OnRows { get; init; }

    /// <summary>Whether a stage of its own carries the states from step to step, after all it reads.</summary>
    public bool IsStage => Carry is Carry.Dense or Carry.Loop;

    /// <summary>How a group of this form runs. A group of several delays, or of states never assigned, is several of one each.</summary>
    public static IEnumerable<Recurrence> Of(RecurrenceForm form)
    {
        if (form.Held) return form.States.Select(s => new Recurrence([s], Carry.Hold));
        if (form.Kind == RecurrenceKind.FeedForward) return form.States.Select(s => new Recurrence([s], Carry.Delay));
        if (form.A is { } a && form.Strategy != "Sequential") return [new(form.States, Carry.Scan, (a, form.B))];
        if (form.Matrices.Count > 0 && form.Strategy != "Sequential") return [new(form.States, Carry.Dense) { Dense = (form.Matrices, form.Offsets), OnRows = form.OnRows }];
        if (form.Kind is RecurrenceKind.Coupled or RecurrenceKind.Dense || !IsLanewise(form.States)) return [new(form.States, Carry.Loop)];
        var carry = CarryOf(form);
        return [new(form.States, carry) { Map = carry == Carry.Sequential ? [] : form.Map }];
    }

    // of a group whose channels are independent
    static Carry CarryOf(RecurrenceForm form) => form.Kind switch
    {
        _ when form.Strategy == "Sequential" => Carry.Sequential,
        RecurrenceKind.Block when form.IsScannable => Carry.Block,
        RecurrenceKind.Clamped => Carry.Clamped,
        RecurrenceKind.MaxPlus => Carry.MaxPlus,
        RecurrenceKind.LogPlus => Carry.LogPlus,
        RecurrenceKind.Pointwise when form.UsesNewton => Carry.Newton,
        _ => Carry.Sequential,
    };

    // nothing on the way from the group's old values to its new ones moves or mixes channels
    static bool IsLanewise(IReadOnlyList<State> states)
    {
        var reaching = new HashSet<Value>(states.Select(s => s.Old));
        foreach (var value in Reach.From(states.Select(s => s.New!)))
        {
            if (!value.Operands.Any(reaching.Contains)) continue;
            if (!Timing.IsLanewise(value)) return false;
            reaching.Add(value);
        }
        return true;
    }
}
