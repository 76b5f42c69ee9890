using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Transform;

/// <summary>A materialised value: one row of numbers per (batch, time), or one per call. Known by identity.</summary>
/// <param name="name">Suggested by what it holds; not unique.</param>
/// <param name="width">Numbers per row; a matrix is stored row by row.</param>
/// <param name="perStep">False: one row per call.</param>
/// <param name="differentiable">Whether a gradient may flow into it.</param>
internal sealed class Signal(string name, Size width, bool perStep, bool differentiable)
{
    public string Name { get; } = name;
    public Size Width { get; } = width;
    public bool PerStep { get; } = perStep;
    public bool Differentiable { get; } = differentiable;
}

/// <summary>Columns of a signal; nothing is copied.</summary>
internal readonly record struct View(Signal Signal, Size Start, Size Width)
{
    public static View Whole(Signal signal) => new(signal, Size.Of(0), signal.Width);

    public bool IsWhole => Start.Literal == 0 && Width.Equals(Signal.Width);

    public View Slice(Size start, Size width) => new(Signal, Start + start, width);
}

/// <summary>One step of the plan. Stages stand in topological order.</summary>
internal abstract record Stage;

/// <summary>Binds input number <paramref name="Index"/> of Step.</summary>
internal sealed record ReadInput(Signal Result, int Index) : Stage;

/// <summary>Binds a field by its name.</summary>
internal sealed record ReadField(Signal Result, string Field) : Stage;

/// <summary>[m0; m1; …] · x for all steps at once; the parts lie side by side in the result.</summary>
/// <param name="Values">The products, as values of the cell's program.</param>
internal sealed record Project(Signal Result, View Vector, IReadOnlyList<View> Matrices, IReadOnlyList<Value> Values) : Stage;

/// <summary>Any other operation that is not elementwise; <paramref name="Value"/> gives op, shapes, numbers.</summary>
internal sealed record Operation(Signal Result, Value Value, IReadOnlyList<View> Operands) : Stage;

/// <summary>Named as the runtime's method and, but for those that share one, its interface.</summary>
internal enum KernelKind { Map, Scan, Block, Clamped, MaxPlus, LogPlus, Newton, Sequential }

/// <summary>One fused elementwise kernel.</summary>
/// <param name="Name">Of the body; unique in the plan.</param>
/// <param name="States">One for a scan, none for a map.</param>
/// <param name="Region">Its arithmetic.</param>
/// <param name="Width">Channels of everything it reads and writes.</param>
/// <param name="Streams">What each stream of the region reads.</param>
/// <param name="Sources">What each stream is, as a value of the cell's program.</param>
/// <param name="Fixed">Leaves Fixed and FixedMask, in the order of the body's fixed numbers.</param>
/// <param name="New">New states as sequences.</param>
/// <param name="Results">One per output of the region.</param>
internal sealed record Kernel(
    string Name,
    KernelKind Kind,
    IReadOnlyList<State> States,
    Region Region,
    Size Width,
    IReadOnlyList<View> Streams,
    IReadOnlyList<Value> Sources,
    IReadOnlyList<Value> Fixed,
    IReadOnlyList<Signal> New,
    IReadOnlyList<Signal> Results) : Stage
{
    /// <summary>Of Newton: the change of a state that is small enough to stop.</summary>
    public double Tolerance => States.Min(s => s.Tolerance);

    /// <summary>Of Newton: as many at most.</summary>
    public int Iterations => States.Max(s => s.Iterations);
}

/// <summary>s' = A s + b with matrices constant over the call.</summary>
/// <param name="Matrices">A row by row; null where a state does not occur.</param>
/// <param name="Offsets">b by state; null where nothing is added.</param>
/// <param name="New">New states as sequences.</param>
/// <param name="Old">Old states as sequences; empty where nobody reads one.</param>
/// <param name="Columns">Of a state that is a matrix: so many columns, each a vector of the recurrence.</param>
/// <param name="Rows">So many rows instead.</param>
internal sealed record DenseScan(
    IReadOnlyList<State> States,
    IReadOnlyList<IReadOnlyList<View?>> Matrices,
    IReadOnlyList<View?> Offsets,
    IReadOnlyList<Signal> New,
    IReadOnlyList<Signal> Old,
    Size? Columns,
    Size? Rows) : Stage;

/// <summary>The old value of a state whose new value does not depend on it.</summary>
internal sealed record Delay(Signal Result, State State, View Next) : Stage;

/// <summary>A state that is never assigned.</summary>
internal sealed record Hold(Signal Result, State State) : Stage;

/// <summary>Step by step over time, because the group mixes channels.</summary>
/// <param name="Old">The old values, inside and afterwards.</param>
/// <param name="Inner">Run once per step.</param>
/// <param name="Next">The new values.</param>
internal sealed record Loop(
    IReadOnlyList<State> States, IReadOnlyList<Signal> Old, IReadOnlyList<Stage> Inner, IReadOnlyList<View> Next) : Stage;

/// <summary>How a cell runs.</summary>
/// <param name="Outputs">One view per output of Step.</param>
internal sealed record Plan(IReadOnlyList<Stage> Stages, IReadOnlyList<View> Outputs)
{
    /// <summary>All kernels, in loops too.</summary>
    public IEnumerable<Kernel> Kernels() => Stages.SelectMany(s => s is Loop loop ? loop.Inner : [s]).OfType<Kernel>();
}
