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

    /// <summary>Channels independent of each other, in one kernel.</summary>
    Sequential,

    /// <summary>Anything else: step by step.</summary>
    Loop,
}

/// <summary>A group of states with what the schedule must know of it.</summary>
/// <param name="Linear">Of a scan: a and b, values of the program; b null: nothing is added.</param>
internal sealed record Recurrence(IReadOnlyList<State> States, Carry Carry, (Value A, Value? B)? Linear = null)
{
    public bool IsKernel => Carry is Carry.Scan or Carry.Sequential;

    /// <summary>How a group of this form runs. A group of several delays, or of states never assigned, is several of one each.</summary>
    public static IEnumerable<Recurrence> Of(RecurrenceForm form)
    {
        if (form.Held) return form.States.Select(s => new Recurrence([s], Carry.Hold));
        if (form.Kind == RecurrenceKind.FeedForward) return form.States.Select(s => new Recurrence([s], Carry.Delay));
        if (form.A is { } a) return [new(form.States, Carry.Scan, (a, form.B))];
        return [new(form.States, form.Kind is not (RecurrenceKind.Coupled or RecurrenceKind.Dense) && IsLanewise(form.States) ? Carry.Sequential : Carry.Loop)];
    }

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
