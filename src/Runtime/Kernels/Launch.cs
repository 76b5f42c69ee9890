using Recurve.Contracts;

namespace Recurve.Kernels;

/// <summary>
/// What a kernel works on: bound once by a plan, then run on any number of windows, by several threads at once on different batches.
/// Arrays follow the order of the body's <see cref="BodySignature"/>. Every buffer has <see cref="Width"/> channels per row.
/// </summary>
internal class Launch
{
    /// <summary>Channels F ≥ 0 of the body.</summary>
    public required int Width { get; init; }

    /// <summary>A row per step, or strides (0, 0) where constant over the call.</summary>
    public Rows[] Streams { get; init; } = [];

    /// <summary>Forward: written; null rows: nobody reads that output.</summary>
    public Rows[] Outputs { get; init; } = [];

    /// <summary>Backward: what arrives at the outputs; null rows: zero.</summary>
    public Rows[] OutputAdjoints { get; init; } = [];

    /// <summary>Backward: where the adjoints of streams go.</summary>
    public AdjointTarget[] StreamAdjoints { get; init; } = [];

    /// <summary>Numbers fixed when the cell was built.</summary>
    public float[] Fixed { get; init; } = [];

    /// <summary>Valid steps of each batch; null: all. Rows past them are neither read nor written.</summary>
    public int[]? Lengths { get; set; }

    public int Length(int batch) => Lengths is { } lengths ? lengths[batch] : int.MaxValue;
}

/// <summary>A launch of a recurrence: its states, and the order in which its steps are walked.</summary>
internal sealed unsafe class RecurrentLaunch : Launch
{
    /// <summary>One entry per state of the body.</summary>
    public required StateRows[] States { get; init; }

    /// <summary>Steps of the padded sequence, T; with Reverse, processing step 0 is row min(length, T) − 1.</summary>
    public required int Steps { get; set; }

    /// <summary>Walk each sequence from its last valid row to its first.</summary>
    public bool Reverse { get; set; }

    /// <summary>(batch, T): where not 0, the old state of that row is the initial state; null: never.</summary>
    public float* Resets { get; set; }

    public int ValidSteps(int batch) => Math.Min(Length(batch), Steps);

    /// <summary>The row in memory of a processing step.</summary>
    public int Row(int batch, int step) => Reverse ? ValidSteps(batch) - 1 - step : step;

    public bool IsReset(int batch, int row) => Resets != null && Resets[(long)batch * Steps + row] != 0;
}

/// <summary>
/// The memory of one state. Start, End and their adjoints are one row per batch and belong to the window: the state before its first
/// and after its last valid step; with no valid step the end is the start.
/// </summary>
internal readonly record struct StateRows
{
    /// <summary>New states, row by row; needed by the backward pass.</summary>
    public Rows Sequence { get; init; }

    /// <summary>Backward: what arrives at the new states as a sequence; null: nothing.</summary>
    public Rows SequenceAdjoint { get; init; }

    /// <summary>State before the window; null: the initial state.</summary>
    public Rows Start { get; init; }

    /// <summary>Forward: state after the window; null: not wanted. May be the same memory as Start.</summary>
    public Rows End { get; init; }

    /// <summary>Initial state, one row; 0: zeros.</summary>
    public nint Initial { get; init; }

    /// <summary>Backward: adjoint of End; null: zero.</summary>
    public Rows EndAdjoint { get; init; }

    /// <summary>Backward: adjoint of Start, stored; may be the same memory as EndAdjoint. Without Start it belongs to the initial state.</summary>
    public Rows StartAdjoint { get; init; }

    /// <summary>Backward: double accumulators, one per channel, for the adjoint of the initial state; 0: not wanted.</summary>
    public nint InitialAdjoint { get; init; }
}
