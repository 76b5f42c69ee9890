using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>The classes of docs/language.md; the same names as <c>Recurve.RecurrenceKind</c>.</summary>
internal enum RecurrenceKind { FeedForward, Diagonal, Block, Clamped, MaxPlus, LogPlus, Dense, Pointwise, Coupled }

/// <summary>What is known of one group of states.</summary>
/// <param name="States">Its states, in declaration order.</param>
/// <param name="Strategy">Asked for: that of its states that is not Auto, else Auto.</param>
/// <param name="Conflict">Its states ask for different strategies (RCV1005).</param>
internal sealed record RecurrenceForm(IReadOnlyList<State> States, RecurrenceKind Kind, string Strategy, bool Conflict)
{
    /// <summary>Diagonal and Block: row by row, the factor of each old state in each new one; null where it is exactly absent.</summary>
    public IReadOnlyList<IReadOnlyList<Value?>> Coefficients { get; init; } = [];

    /// <summary>
    /// Dense: row by row, the matrix from each old state to each new one; null where one does not occur. Empty where it is not derived,
    /// because channels move in it (Slice, Concat, Reverse, Transpose), rows and columns of a matrix mix, matrices stand in a group of several
    /// states, or its gradient is stopped: then the group runs step by step.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<Value?>> Matrices { get; init; } = [];

    /// <summary>Dense, one state that is a matrix: its rows are the vectors of the recurrence, not its columns.</summary>
    public bool OnRows { get; init; }

    /// <summary>Diagonal, Block and Dense: what is added, per state; null where nothing is.</summary>
    public IReadOnlyList<Value?> Offsets { get; init; } = [];

    /// <summary>
    /// Block, Clamped, MaxPlus and LogPlus: the step as the numbers of a map of its class, in the runtime's order (<c>StepMap</c>): A row by
    /// row, then b; a, b, lo, hi; a, b. What is absent stands there as a literal: 0, or ±∞ for no bound and no second operand.
    /// </summary>
    public IReadOnlyList<Value> Map { get; init; } = [];

    /// <summary>Diagonal: a in h' = a ⊙ h + b; a scalar or a vector.</summary>
    public Value? A => Kind == RecurrenceKind.Diagonal && !Held ? Coefficients[0][0] : null;

    /// <summary>Diagonal: b; null: nothing is added.</summary>
    public Value? B => Kind == RecurrenceKind.Diagonal && !Held ? Offsets[0] : null;

    /// <summary>The most states per channel whose maps are composed; larger blocks run step by step.</summary>
    public const int MostStates = 4;

    /// <summary>Whether time can be split: the steps compose, or the group has no past.</summary>
    public bool IsScannable => Kind is RecurrenceKind.FeedForward or RecurrenceKind.Diagonal or RecurrenceKind.Clamped
        or RecurrenceKind.MaxPlus or RecurrenceKind.LogPlus || Kind == RecurrenceKind.Block && States.Count <= MostStates || Matrices.Count > 0;

    /// <summary>Whether it is solved by Newton iterations: asked for, and of maps that can be composed.</summary>
    public bool UsesNewton => Strategy == "Newton" && Kind == RecurrenceKind.Pointwise && States.Count <= MostStates;

    /// <summary>Never assigned.</summary>
    public bool Held => States[0].New is null;

    /// <summary>How it runs, as the end of a sentence.</summary>
    public string Runs => Kind switch
    {
        _ when Held => "is kept",
        RecurrenceKind.FeedForward => "needs no scan",
        _ when UsesNewton => "is solved by Newton iterations",
        _ when !IsScannable || Strategy == "Sequential" => "runs step by step",
        RecurrenceKind.Dense => "runs in chunks of steps side by side",
        _ => "runs as a parallel scan",
    };

    /// <summary>Why, in the user's names.</summary>
    public required string Reason { get; init; }

    /// <summary>The first operation that keeps the group from being Diagonal; null if it is, or has no past.</summary>
    public Value? Offence { get; init; }

    /// <summary>Origins from an old state to the offence, both included, where they have one.</summary>
    public IReadOnlyList<int> Chain { get; init; } = [];

    /// <summary>Linear, but through a matrix that changes from step to step (RCV1003).</summary>
    public bool VariesInTime { get; init; }

    /// <summary>Diagonal: |a| ≤ 1 is proved.</summary>
    public bool Bounded { get; init; }
}

/// <summary>All groups of a program, each after those it reads; their coefficients are values of <paramref name="Program"/>.</summary>
internal sealed record Classification(Program Program, IReadOnlyList<RecurrenceForm> Groups)
{
    /// <summary>
    /// The groups of a user's state, the one furthest from Diagonal first: the parts of a complex state may each be in a group of their own, as a real
    /// factor couples nothing, and so may the pieces of a vector.
    /// </summary>
    public IReadOnlyList<RecurrenceForm> GroupsOf(string field)
        => [.. Groups.Where(g => g.States.Any(s => s.Field == field)).OrderByDescending(g => g.Held ? RecurrenceKind.FeedForward : g.Kind)];

    /// <summary>
    /// Class and reason of a user's state: those of its group, or the hardest of its groups; of a vector in pieces that read each other's past, where it is a vector still, at
    /// least <see cref="RecurrenceKind.Dense"/>.
    /// </summary>
    public (RecurrenceKind Kind, string Reason) Of(string field)
    {
        var groups = GroupsOf(field);
        var kind = groups[0].Kind;
        if (groups.All(g => g.Held)) return (kind, groups.Count == 1 ? groups[0].Reason : $"{field} is never assigned");
        if (groups[0].States[0].Whole is not { } whole) return (kind, groups.Count == 1 ? groups[0].Reason : Apart(groups));
        var moves = Moves([.. Program.States.Where(s => s.Field == field)]);
        return (moves && kind < RecurrenceKind.Dense ? RecurrenceKind.Dense : kind,
            moves && groups.All(g => g.Held || g.Kind == RecurrenceKind.FeedForward) ? $"{whole} moves the channels of {field} on, and none comes back" : Apart(groups));
    }

    static string Apart(IReadOnlyList<RecurrenceForm> groups) => $"its parts are apart: {string.Join("; ", groups.Select(g => g.Reason))}";

    static bool Moves(IReadOnlyList<State> pieces)
        => pieces.Any(p => p.New is { } next && Reach.From([next]) is var read && pieces.Any(other => other != p && read.Contains(other.Old)));
}
