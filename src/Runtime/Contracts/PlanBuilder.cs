namespace Recurve.Contracts;

/// <summary>
/// A value of the plan: one row of <see cref="Width"/> floats for every (batch, time), or one row per call.
/// A signal may be a column range of a wider one (a view; nothing is copied).
/// </summary>
public readonly record struct Signal
{
    internal int Id { get; init; }
    internal int Start { get; init; }

    /// <summary>Floats per row; a matrix is stored row by row.</summary>
    public int Width { get; init; }

    /// <summary>Columns [start, start + width).</summary>
    public Signal Slice(int start, int width) => this with { Start = Start + start, Width = width };
}

/// <summary>
/// Generated code describes a cell's stages to this builder, in topological order, once per cell.
/// A value whose operands are all constant over the call is itself computed once per call.
/// </summary>
public sealed class PlanBuilder
{
    /// <summary>Input <paramref name="index"/> of Step, (B, T, size).</summary>
    public Signal Input(int index) => throw new NotSupportedException();

    /// <summary>Field (weight or constant) <paramref name="index"/> of the definition; per call.</summary>
    public Signal Field(int index) => throw new NotSupportedException();

    /// <summary>One stacked product [m0; m1; …] · x; every matrix is constant over the call and has x.Width columns.</summary>
    public Signal Project(Signal x, params Signal[] matrices) => throw new NotSupportedException();

    /// <summary>m · v, with a matrix that may vary from step to step.</summary>
    public Signal MatVec(Signal m, Signal v) => throw new NotSupportedException();

    /// <summary>a · b: (rows × inner) · (inner × columns).</summary>
    public Signal MatMat(Signal a, Signal b, int rows, int inner, int columns) => throw new NotSupportedException();

    /// <summary>a bᵀ.</summary>
    public Signal Outer(Signal a, Signal b) => throw new NotSupportedException();

    /// <summary>mᵀ for a rows × columns matrix.</summary>
    public Signal Transpose(Signal m, int rows, int columns) => throw new NotSupportedException();

    /// <summary>diag(v).</summary>
    public Signal Diagonal(Signal v) => throw new NotSupportedException();

    /// <summary>Sum over channels, width 1.</summary>
    public Signal Sum(Signal v) => throw new NotSupportedException();

    /// <summary>Euclidean norm over channels, width 1; its derivative at zero is zero.</summary>
    public Signal Norm(Signal v) => throw new NotSupportedException();

    /// <summary>Softmax over channels.</summary>
    public Signal Softmax(Signal v) => throw new NotSupportedException();

    /// <summary>(v − mean) / sqrt(variance + ε) over channels.</summary>
    public Signal LayerNorm(Signal v, double epsilon) => throw new NotSupportedException();

    /// <summary>v / sqrt(mean(v²) + ε) over channels.</summary>
    public Signal RmsNorm(Signal v, double epsilon) => throw new NotSupportedException();

    /// <summary>A signal of width 1 repeated <paramref name="width"/> times.</summary>
    public Signal Broadcast(Signal v, int width) => throw new NotSupportedException();

    /// <summary>Columns side by side.</summary>
    public Signal Concat(params Signal[] parts) => throw new NotSupportedException();

    /// <summary>Channels in reversed order.</summary>
    public Signal Flip(Signal v) => throw new NotSupportedException();

    /// <summary>One number per column, fixed when the cell is built.</summary>
    public Signal Fill(double value, int width) => throw new NotSupportedException();

    /// <summary>An elementwise map. All streams have <paramref name="width"/> columns. Returns its outputs.</summary>
    public Signal[] Map<TBody>(int width, Signal[] streams, params double[] fixedValues) where TBody : struct, IMapBody
        => throw new NotSupportedException();

    /// <summary>A parallel scan of state <paramref name="state"/>.</summary>
    public Stepped Scan<TBody>(int state, Signal[] streams, params double[] fixedValues) where TBody : struct, IScanBody
        => throw new NotSupportedException();

    /// <summary>Step-by-step recurrence of elementwise states, in one fused kernel.</summary>
    public Stepped Sequential<TBody>(int[] states, Signal[] streams, params double[] fixedValues) where TBody : struct, ISequentialBody
        => throw new NotSupportedException();

    /// <summary>The old value of a state whose new value <paramref name="next"/> does not depend on it (a delay).</summary>
    public Signal Delay(int state, Signal next) => throw new NotSupportedException();

    /// <summary>The value of a state that is never assigned.</summary>
    public Signal Hold(int state) => throw new NotSupportedException();

    /// <summary>
    /// Opens a step-by-step loop over time for states that mix channels. Stages described until <see cref="EndLoop"/> run once per step;
    /// returns the states' old values. Loops do not nest.
    /// </summary>
    public Signal[] BeginLoop(params int[] states) => throw new NotSupportedException();

    /// <summary>
    /// Closes the loop with the states' new values, in the order of <see cref="BeginLoop"/>. Afterwards the old values, the new
    /// values and every signal described inside are sequences like any other.
    /// </summary>
    public void EndLoop(params Signal[] next) => throw new NotSupportedException();

    /// <summary>Declares output <paramref name="index"/> of Step.</summary>
    public void Output(int index, Signal value) => throw new NotSupportedException();
}

/// <summary>What a recurrence leaves: the new states as sequences, and the body's outputs.</summary>
public sealed record Stepped(Signal[] New, Signal[] Outputs);
