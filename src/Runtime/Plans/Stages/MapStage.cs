using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;
using Recurve.Kernels.Map;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>A fused elementwise kernel, of whatever body.</summary>
internal abstract class MapStage(int width, Signal[] streams, BodySignature signature, double[] fixedValues)
    : Stage(streams, [.. Enumerable.Repeat(width, signature.Outputs)])
{
    public int Width => width;

    public BodySignature Signature => signature;

    /// <summary>Numbers fixed when the cell was built.</summary>
    public float[] Fixed { get; } = [.. fixedValues.Select(v => (float)v)];

    public abstract DeviceBody BodyOn(Run run);

    public abstract Launch BackwardOf(Run run);
}

/// <summary>A fused elementwise kernel.</summary>
internal sealed class MapStage<TBody>(int width, Signal[] streams, double[] fixedValues)
    : MapStage(width, streams, TBody.Signature, fixedValues), ITraced where TBody : struct, IMapBody
{
    DeviceBody? body;

    public override bool IsDifferentiable(int index) => Signature.Differentiable[index];

    public override bool TakesEveryPrecision => true;

    public override string Describe() => $"Map {Operands.Length} → {ResultWidths.Length} × {Width} channels";

    public override StageRun Bind(Run run) => new MapRun<TBody>(this, run);

    public override StageRun Bind(Run run, Accelerator device)
        => new MapOnDevice(this, new(BodyOn(run)), ForwardOf(run), () => BackwardOf(run), run, device);

    public override DeviceBody BodyOn(Run run) => body ??= DeviceBody.Of<TBody>(run.Plan.Definition.Info);

    public Trace Trace() => Onnx.Trace.OfMap<TBody>(Fixed);

    public override void Export(OnnxPlan plan) => plan.Map(this, Trace());

    public Launch ForwardOf(Run run) => new()
    {
        Width = Width,
        Streams = [.. Operands.Select(run.ValueOf)],
        Outputs = [.. Results.Select(run.ValueOf)],
        Fixed = Fixed,
        Lengths = run.WalkOf(Rate).Lengths,
    };

    public override Launch BackwardOf(Run run) => new()
    {
        Width = Width,
        Streams = [.. Operands.Select(run.ValueOf)],
        OutputAdjoints = [.. Results.Select(r => run.HasAdjoint(r) ? run.AdjointOf(r) : default)],
        StreamAdjoints = [.. Operands.Select((_, i) => run.TargetOf(this, i))],
        Fixed = Fixed,
        Lengths = run.WalkOf(Rate).Lengths,
    };
}

internal sealed unsafe class MapRun<TBody>(MapStage<TBody> stage, Run run) : StageRun where TBody : struct, IMapBody
{
    readonly MapKernel kernel = MapKernel.Of<TBody>();
    readonly Launch forward = stage.ForwardOf(run);
    // for each group of batches that a loop runs at the same time
    readonly MapStep?[] forwardSteps = new MapStep[LoopStage.GroupsOf(run.WalkOf(stage.Rate).Batches)];
    MapStep?[] backwardSteps = [];
    Launch backward = null!;

    public override void Forward(in Window window)
    {
        if (window.IsWhole) kernel.Forward(forward, Rows(window));
        else Run(forwardSteps[window.Group] ??= kernel.Bind(forward, backward: false), window);
    }

    public override void BeginBackward(int groups)
    {
        backward = stage.BackwardOf(run);
        backwardSteps = new MapStep[groups];
    }

    public override void Backward(in Window window)
    {
        if (window.IsWhole) kernel.Adjoint(backward, Rows(window));
        else Run(backwardSteps[window.Group] ??= kernel.Bind(backward, backward: true), window);
    }

    public override void EndBackward()
    {
        foreach (var step in backwardSteps) step?.Complete();
    }

    static void Run(MapStep step, in Window window)
    {
        for (var t = window.T0; t < window.T1; t++) step.Run(window.B0, window.B1, t);
    }

    static Kernels.Window Rows(in Window window) => new(window.B0, window.B1, window.T0, window.T1);
}
