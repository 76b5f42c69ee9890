using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;
using Recurve.Kernels.Scan;
using Recurve.Kernels.Sequential;
using Recurve.Kernels.Sliced;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>A fused kernel over states whose channels are independent. Results: the new states, then the body's outputs.</summary>
internal abstract class RecurrentStage(int width, BodySignature body, int[] states, Signal[] streams, double[] fixedValues)
    : Stage(streams, [.. Enumerable.Repeat(width, body.States + body.Outputs)], states)
{
    DeviceBody? text;

    public int Width => width;

    public float[] Fixed { get; } = [.. fixedValues.Select(v => (float)v)];

    public override bool IsDifferentiable(int index) => body.Differentiable[index];

    public override bool TakesEveryPrecision => true;

    public override StageRun Bind(Run run) => run.Slices is null ? new RecurrentRun(this, CreateKernel(), run)
        : CreateMaps() is { } maps ? new SlicedRecurrence(this, run, CreateKernel(), maps, new SliceOnProcessor(maps))
        : throw run.CannotSlice(this);

    public override StageRun Bind(Run run, Accelerator device)
    {
        var kernel = CreateKernel(text ??= CreateBody(run.Plan.Definition.Info), device, run.Lengths);
        if (run.Slices is null) return new RecurrentRun(this, kernel, run);
        return CreateMaps() is { } maps && kernel.Summarise is { } summarise
            ? new SlicedRecurrence(this, run, kernel, maps, new SliceOnDevice(device, summarise, maps)) : throw run.CannotSlice(this);
    }

    public override void Export(OnnxPlan plan) => plan.Recur(this, Trace());

    /// <summary>What a step computes.</summary>
    protected abstract Trace Trace();

    protected abstract RecurrentKernel CreateKernel();

    /// <summary>What many steps do to the states; null: nothing shorter than the steps says it.</summary>
    protected virtual SliceKernel? CreateMaps() => null;

    /// <summary>The kernel on a device, around the body's text; <paramref name="lengths"/> are those of the batches, on the device.</summary>
    protected abstract RecurrentKernel CreateKernel(DeviceBody body, Accelerator device, nint lengths);

    /// <summary>The body's text, under the cell that it came from.</summary>
    protected abstract DeviceBody CreateBody(CellInfo cell);

    public RecurrentLaunch ForwardOf(Run run) => Walked(run, new()
    {
        Width = width,
        Streams = [.. Operands.Select(run.ValueOf)],
        Outputs = [.. Results[body.States..].Select(run.ValueOf)],
        Fixed = Fixed,
        Steps = run.WalkOf(Rate.PerStep).Steps,
        States = [.. States.Select((s, i) => RowsOf(run, s, i))],
    });

    public RecurrentLaunch BackwardOf(Run run) => Walked(run, new()
    {
        Width = width,
        Streams = [.. Operands.Select(run.ValueOf)],
        OutputAdjoints = [.. Results[body.States..].Select(r => AdjointOf(run, r))],
        StreamAdjoints = [.. Operands.Select((_, i) => run.TargetOf(this, i))],
        Fixed = Fixed,
        Steps = run.WalkOf(Rate.PerStep).Steps,
        States = [.. States.Select((s, i) => RowsOf(run, s, i) with
        {
            SequenceAdjoint = AdjointOf(run, Results[i]),
            EndAdjoint = run.EndAdjointOf(s),
            StartAdjoint = run.StartAdjointOf(s),
            InitialAdjoint = run.InitialTotalOf(s),
        })],
    });

    StateRows RowsOf(Run run, int state, int index) => new()
    {
        Sequence = run.ValueOf(Results[index]),
        Start = run.Memory.StartOf(state),
        End = run.Memory.EndOf(state),
        Initial = run.Memory.InitialOf(state),
    };

    static Rows AdjointOf(Run run, Signal result) => run.HasAdjoint(result) ? run.AdjointOf(result) : default;

    static unsafe RecurrentLaunch Walked(Run run, RecurrentLaunch launch)
    {
        var walk = run.WalkOf(Rate.PerStep);
        launch.Lengths = walk.Lengths;
        launch.Reverse = walk.Reverse;
        launch.Resets = (float*)walk.Resets;
        return launch;
    }
}

/// <summary>The two directions of a kernel, and what it decided in the last forward call, where it had a choice.</summary>
internal readonly record struct RecurrentKernel(
    Action<RecurrentLaunch, Kernels.Window> Forward, Action<RecurrentLaunch, Kernels.Window> Backward, Func<StageOutcome>? Outcome = null)
{
    /// <summary>Of a device whose kernel composes: what a window's steps do, in order or against it (<see cref="DeviceRecurrence.Summarise"/>).</summary>
    public Func<RecurrentLaunch, Kernels.Window, bool, Storage>? Summarise { get; init; }

    /// <summary>On a device.</summary>
    public static RecurrentKernel Of(DeviceRecurrence kernel, Accelerator device, nint lengths) => new(
        (launch, window) => kernel.Forward(device, launch, window, lengths), (launch, window) => kernel.Backward(device, launch, window, lengths))
    {
        Summarise = kernel.Composes(backward: false) ? (launch, window, backward) => kernel.Summarise(device, launch, window, backward, lengths) : null,
    };
}

/// <summary>A linear recurrence, in parallel.</summary>
internal sealed class ScanStage<TBody>(int width, int state, Signal[] streams, double[] fixedValues)
    : RecurrentStage(width, TBody.Signature, [state], streams, fixedValues) where TBody : struct, IScanBody
{
    protected override Trace Trace() => Onnx.Trace.OfScan<TBody>(Fixed);

    public override string Describe() => $"Scan over {Width} channels";

    protected override RecurrentKernel CreateKernel()
    {
        var kernel = ScanKernel.Of<TBody>();
        return new(kernel.Forward, kernel.Backward);
    }

    protected override SliceKernel CreateMaps() => SliceKernel.OfScan<TBody>();

    protected override RecurrentKernel CreateKernel(DeviceBody body, Accelerator device, nint lengths)
        => RecurrentKernel.Of(DeviceRecurrence.Scan(body), device, lengths);

    protected override DeviceBody CreateBody(CellInfo cell) => DeviceBody.Of<TBody>(cell);
}

/// <summary>Any recurrence within channels, step by step.</summary>
internal sealed class SequentialStage<TBody>(int width, int[] states, Signal[] streams, double[] fixedValues)
    : RecurrentStage(width, TBody.Signature, states, streams, fixedValues) where TBody : struct, ISequentialBody
{
    protected override Trace Trace() => Onnx.Trace.OfStep<TBody>(Fixed);

    public override string Describe() => $"Step by step over {Width} channels, {States.Length} states";

    protected override RecurrentKernel CreateKernel()
    {
        var kernel = SequentialKernel.Of<TBody>();
        return new(kernel.Forward, kernel.Backward);
    }

    protected override RecurrentKernel CreateKernel(DeviceBody body, Accelerator device, nint lengths)
        => RecurrentKernel.Of(DeviceRecurrence.Sequential(body), device, lengths);

    protected override DeviceBody CreateBody(CellInfo cell) => DeviceBody.Of<TBody>(cell);
}

internal sealed class RecurrentRun(RecurrentStage stage, RecurrentKernel kernel, Run run) : StageRun
{
    readonly RecurrentLaunch forward = stage.ForwardOf(run);
    RecurrentLaunch? backward;

    public override void Forward(in Window window) => kernel.Forward(forward, run.WholeWindow);

    public override StageOutcome? Outcome => kernel.Outcome?.Invoke();

    public override void BeginBackward(int groups) => backward = stage.BackwardOf(run);

    public override void Backward(in Window window) => kernel.Backward(backward!, run.WholeWindow);

    public override void EndBackward() { }
}
