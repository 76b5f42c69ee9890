using Recurve.Kernels;
using Recurve.Plans;

namespace Recurve.Contracts;

/// <summary>
/// A value of the plan: one row of <see cref="Width"/> floats for every (batch, time), or one row per call.
/// A signal may be a column range of a wider one (a view; nothing is copied).
/// </summary>
public readonly record struct Signal
{
    internal int Id { get; init; }
    internal int Start { get; init; }

    /// <summary>Whether two signals have columns in common.</summary>
    internal bool Overlaps(Signal other) => Id == other.Id && Start < other.Start + other.Width && other.Start < Start + Width;

    /// <summary>Floats per row; a matrix is stored row by row.</summary>
    public int Width { get; init; }

    /// <summary>Columns [start, start + width).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the signal.</exception>
    public Signal Slice(int start, int width) => this with { Start = Start + Shapes.Start(start, width, Width), Width = width };
}

/// <summary>
/// Generated code describes a cell's stages to this builder, in topological order, once per cell.
/// A value whose operands are all constant over the call is itself computed once per call.
/// </summary>
public sealed class PlanBuilder
{
    readonly PlanRecorder recorder;

    internal PlanBuilder(CellDefinition definition) => recorder = new(definition);

    internal Plan Finish() => recorder.Finish();

    /// <summary>Input <paramref name="index"/> of Step, (B, T, size).</summary>
    public Signal Input(int index) => recorder.Input(index);

    /// <summary>Field (weight or constant) <paramref name="index"/> of the definition; per call.</summary>
    public Signal Field(int index) => recorder.Field(index);

    /// <summary>One stacked product [m0; m1; …] · x; every matrix is constant over the call and has x.Width columns.</summary>
    public Signal Project(Signal x, params Signal[] matrices)
    {
        foreach (var matrix in matrices)
        {
            if (recorder.RateOf(matrix) == Rate.PerStep)
                throw new ArgumentException("Project: a matrix varies from step to step; that is a MatVec.", nameof(matrices));
        }
        return recorder.Add(new ProjectStage(x, matrices));
    }

    /// <summary>m · v, with a matrix that may vary from step to step.</summary>
    public Signal MatVec(Signal m, Signal v)
        => recorder.RateOf(m) == Rate.PerCall ? Project(v, m) : recorder.Add(MatMatStage.MatVec(m, v));

    /// <summary>a · b: (rows × inner) · (inner × columns).</summary>
    public Signal MatMat(Signal a, Signal b, int rows, int inner, int columns)
        => recorder.Add(new MatMatStage(a, b, rows, inner, columns));

    /// <summary>a bᵀ.</summary>
    public Signal Outer(Signal a, Signal b) => recorder.Add(MatMatStage.Outer(a, b));

    /// <summary>mᵀ for a rows × columns matrix.</summary>
    public Signal Transpose(Signal m, int rows, int columns) => recorder.Add(GatherStage.Transpose(m, rows, columns));

    /// <summary>diag(v).</summary>
    public Signal Diagonal(Signal v) => recorder.Add(GatherStage.Diagonal(v));

    /// <summary>Sum over channels, width 1.</summary>
    public Signal Sum(Signal v) => recorder.Add(new SumStage(v));

    /// <summary>Euclidean norm over channels, width 1; its derivative at zero is zero.</summary>
    public Signal Norm(Signal v) => recorder.Add(new NormStage(v));

    /// <summary>Softmax over channels.</summary>
    public Signal Softmax(Signal v) => recorder.Add(new SoftmaxStage(v));

    /// <summary>(v − mean) / sqrt(variance + ε) over channels.</summary>
    public Signal LayerNorm(Signal v, double epsilon) => recorder.Add(new NormalizeStage(v, epsilon, centred: true));

    /// <summary>v / sqrt(mean(v²) + ε) over channels.</summary>
    public Signal RmsNorm(Signal v, double epsilon) => recorder.Add(new NormalizeStage(v, epsilon, centred: false));

    /// <summary>A signal of width 1 repeated <paramref name="width"/> times.</summary>
    public Signal Broadcast(Signal v, int width) => recorder.Add(new BroadcastStage(v, width));

    /// <summary>A matrix of <paramref name="rows"/> rows, each of them v.</summary>
    public Signal AlongRows(Signal v, int rows) => recorder.Add(GatherStage.AlongRows(v, rows));

    /// <summary>A matrix of <paramref name="columns"/> columns, each of them v.</summary>
    public Signal AlongColumns(Signal v, int columns) => recorder.Add(GatherStage.AlongColumns(v, columns));

    /// <summary>Columns side by side.</summary>
    public Signal Concat(params Signal[] parts) => recorder.Add(new ConcatStage(parts));

    /// <summary>Channels in reversed order.</summary>
    public Signal Flip(Signal v) => recorder.Add(GatherStage.Flip(v));

    /// <summary>One number per column, fixed when the cell is built.</summary>
    public Signal Fill(double value, int width) => recorder.Fill((float)value, width);

    /// <summary>An elementwise map. All streams have <paramref name="width"/> columns. Returns its outputs.</summary>
    public Signal[] Map<TBody>(int width, Signal[] streams, params double[] fixedValues) where TBody : struct, IMapBody
        => recorder.AddAll(new MapStage<TBody>(width, Apart<TBody>(streams), fixedValues));

    /// <summary>A parallel scan of state <paramref name="state"/>.</summary>
    public Stepped Scan<TBody>(int state, Signal[] streams, params double[] fixedValues) where TBody : struct, IScanBody
        => recorder.AddStepped(new ScanStage<TBody>(recorder.SizeOf(state), state, Apart<TBody>(streams), fixedValues), states: 1);

    /// <summary>Step-by-step recurrence of elementwise states, in one fused kernel.</summary>
    public Stepped Sequential<TBody>(int[] states, Signal[] streams, params double[] fixedValues) where TBody : struct, ISequentialBody
        => recorder.AddStepped(new SequentialStage<TBody>(recorder.SizeOf(states[0]), states, Apart<TBody>(streams), fixedValues), states.Length);

    /// <summary>A linear recurrence of at most 4 states that read each other within channels: s = A ⊙ p + b.</summary>
    public Stepped Block<TBody>(int[] states, Signal[] streams, params double[] fixedValues) where TBody : struct, IComposedBody
        => Composed<TBody>(StepClass.Block, states, streams, fixedValues);

    /// <summary>s = min(hi, max(lo, a ⊙ p + b)) in one state.</summary>
    public Stepped Clamped<TBody>(int state, Signal[] streams, params double[] fixedValues) where TBody : struct, IComposedBody
        => Composed<TBody>(StepClass.Clamped, [state], streams, fixedValues);

    /// <summary>s = max(p + a, b) in one state.</summary>
    public Stepped MaxPlus<TBody>(int state, Signal[] streams, params double[] fixedValues) where TBody : struct, IComposedBody
        => Composed<TBody>(StepClass.MaxPlus, [state], streams, fixedValues);

    /// <summary>s = logaddexp(p + a, b) in one state.</summary>
    public Stepped LogPlus<TBody>(int state, Signal[] streams, params double[] fixedValues) where TBody : struct, IComposedBody
        => Composed<TBody>(StepClass.LogPlus, [state], streams, fixedValues);

    /// <summary>
    /// A nonlinear recurrence of at most 4 elementwise states, by Newton's method over all steps at once where that may win, otherwise step by step.
    /// </summary>
    /// <param name="states">The states of the group.</param>
    /// <param name="streams">Streams of the body.</param>
    /// <param name="tolerance">Greatest change of a state in the last iteration.</param>
    /// <param name="iterations">Iterations after which a sequence is run step by step.</param>
    /// <param name="fixedValues">Numbers fixed when the cell is built.</param>
    public Stepped Newton<TBody>(int[] states, Signal[] streams, double tolerance, int iterations, params double[] fixedValues) where TBody : struct, INewtonBody
        => recorder.AddStepped(new NewtonStage<TBody>(recorder.SizeOf(states[0]), states, Apart<TBody>(streams), tolerance, iterations, fixedValues), states.Length);

    Stepped Composed<TBody>(StepClass kind, int[] states, Signal[] streams, double[] fixedValues) where TBody : struct, IComposedBody
        => recorder.AddStepped(new ComposedStage<TBody>(kind, recorder.SizeOf(states[0]), states, Apart<TBody>(streams), fixedValues), states.Length);

    /// <summary>
    /// s' = A s + b for a group of states one below the other. <paramref name="matrices"/> are A row by row: what each old state gives to
    /// each new one, constant over the call; null: nothing. <paramref name="offsets"/> are b; null: nothing is added.
    /// The outputs are the old states, if they are read. One state may be a matrix: then A acts on each of its <paramref name="columns"/>, or of its
    /// <paramref name="rows"/>.
    /// </summary>
    public Stepped DenseScan(int[] states, Signal?[] matrices, Signal?[] offsets, bool readsOld = false, int columns = 1, int rows = 1)
        => recorder.AddDense(new DenseStage(states, [.. states.Select(recorder.SizeOf)], matrices, offsets, readsOld, columns, rows));

    /// <summary>The old value of a state whose new value <paramref name="next"/> does not depend on it (a delay).</summary>
    public Signal Delay(int state, Signal next) => recorder.Add(new DelayStage(state, next));

    /// <summary>The value of a state that is never assigned.</summary>
    public Signal Hold(int state) => recorder.Add(new HoldStage(state, recorder.SizeOf(state)));

    /// <summary>
    /// Opens a step-by-step loop over time for states that mix channels. Stages described until <see cref="EndLoop"/> run once per step;
    /// returns the states' old values. Loops do not nest.
    /// </summary>
    public Signal[] BeginLoop(params int[] states) => recorder.BeginLoop(states);

    /// <summary>
    /// Closes the loop with the states' new values, in the order of <see cref="BeginLoop"/>. Afterwards the old values, the new
    /// values and every signal described inside are sequences like any other.
    /// </summary>
    public void EndLoop(params Signal[] next) => recorder.EndLoop(next);

    /// <summary>Declares output <paramref name="index"/> of Step.</summary>
    public void Output(int index, Signal value) => recorder.Output(index, value);

    Signal[] Apart<TBody>(Signal[] streams) where TBody : struct, IBody => recorder.Apart(streams, TBody.Signature.Differentiable);
}

/// <summary>What a recurrence leaves: the new states as sequences, and the body's outputs.</summary>
public sealed record Stepped(Signal[] New, Signal[] Outputs);
