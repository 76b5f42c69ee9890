namespace Recurve;

/// <summary>How the new value of a group of states depends on the old one (docs/language.md).</summary>
public enum RecurrenceKind
{
    /// <summary>Does not depend on it: no scan, a map or a delay.</summary>
    FeedForward,
    /// <summary>a ⊙ h + b with a and b free of the group: a parallel scan.</summary>
    Diagonal,
    /// <summary>k states coupled elementwise and linearly: k×k per channel.</summary>
    Block,
    /// <summary>min(hi, max(lo, a ⊙ h + b)).</summary>
    Clamped,
    /// <summary>max(h + a, b).</summary>
    MaxPlus,
    /// <summary>log(exp(h + a) + exp(b)).</summary>
    LogPlus,
    /// <summary>A h + b with a matrix constant over time.</summary>
    Dense,
    /// <summary>Nonlinear, each channel only on itself.</summary>
    Pointwise,
    /// <summary>Channels mixed nonlinearly, or through a matrix that varies in time.</summary>
    Coupled,
}

/// <summary>How a state is asked to run.</summary>
public enum Strategy
{
    /// <summary>Scan where possible, otherwise step by step with a warning.</summary>
    Auto,
    /// <summary>Anything that cannot be scanned is an error.</summary>
    Scan,
    /// <summary>Nonlinear groups are solved by Newton iterations of parallel scans.</summary>
    Newton,
    /// <summary>Step by step, no warning.</summary>
    Sequential,
}

/// <summary>What the compiler decided for one state.</summary>
/// <param name="Name">The state's field; a part's state is <c>part.field</c>.</param>
/// <param name="Kind">Its class.</param>
/// <param name="Strategy">The strategy in force.</param>
/// <param name="Reason">Why, in the user's own names.</param>
public sealed record StateInfo(string Name, RecurrenceKind Kind, Strategy Strategy, string Reason);

/// <summary>What an arrow of a cell's dependency graph says.</summary>
public enum DependencyKind
{
    /// <summary>From an input to a state that reads it.</summary>
    Input,
    /// <summary>From a state to one of a later group: a known sequence to it, whatever is done with it.</summary>
    Earlier,
    /// <summary>
    /// From a state's old value to a new one of its group that is affine in it, the others held fixed; also between bounds, or in the max-plus or
    /// log-plus semiring, for a state alone.
    /// </summary>
    Linear,
    /// <summary>From a state's old value to a new one of its group, and not linear.</summary>
    Nonlinear,
    /// <summary>From a state to an output that reads it.</summary>
    Output,
    /// <summary>From an input to an output that reads it.</summary>
    Direct,
}

/// <summary>An arrow of a cell's dependency graph.</summary>
/// <param name="From">An input for <see cref="DependencyKind.Input"/> and <see cref="DependencyKind.Direct"/>, else a state.</param>
/// <param name="To">An output for <see cref="DependencyKind.Output"/> and <see cref="DependencyKind.Direct"/>, else a state.</param>
/// <param name="Kind">What it says.</param>
public sealed record Dependency(string From, string To, DependencyKind Kind);

/// <summary>What the compiler decided for a cell.</summary>
/// <param name="Cell">The cell's name.</param>
/// <param name="States">Its states in declaration order.</param>
/// <param name="Stages">One line per stage, in order.</param>
/// <param name="Program">The step as the compiler reads it, one value per line.</param>
public sealed record CellInfo(string Cell, IReadOnlyList<StateInfo> States, IReadOnlyList<string> Stages, string Program)
{
    /// <summary>Who reads whom, among inputs, states and outputs.</summary>
    public IReadOnlyList<Dependency> Dependencies { get; init; } = [];

    /// <summary>The dependency graph as a picture (SVG): linear, nonlinear and fed-forward arrows, and the class of each state.</summary>
    public string ToSvg() => DependencyPicture.Of(this);

    /// <summary>The cell, each state's class with its reason, and the stages, as text.</summary>
    public override string ToString()
    {
        IEnumerable<string> lines = [$"{Cell}", .. States.Select(s => $"  {s.Name}: {s.Kind} because {s.Reason}"), .. Stages.Select(s => $"  · {s}")];
        return string.Join('\n', lines);
    }
}
