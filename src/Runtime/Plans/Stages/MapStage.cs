using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Map;

namespace Recurve.Plans;

/// <summary>A fused elementwise kernel.</summary>
internal sealed class MapStage<TBody>(int width, Signal[] streams, double[] fixedValues)
    : Stage(streams, [.. Enumerable.Repeat(width, TBody.Signature.Outputs)]) where TBody : struct, IMapBody
{
    public int Width => width;

    public float[] Fixed { get; } = [.. fixedValues.Select(v => (float)v)];

    public override bool IsDifferentiable(int index) => TBody.Signature.Differentiable[index];

    public override string Describe() => $"Map {Operands.Length} → {ResultWidths.Length} × {width} channels";

    public override StageRun Bind(Run run) => new MapRun<TBody>(this, run);
}

internal sealed unsafe class MapRun<TBody>(MapStage<TBody> stage, Run run) : StageRun where TBody : struct, IMapBody
{
    readonly MapKernel kernel = MapKernel.Of<TBody>();
    readonly Launch forward = new()
    {
        Width = stage.Width,
        Streams = [.. stage.Operands.Select(run.ValueOf)],
        Outputs = [.. stage.Results.Select(run.ValueOf)],
        Fixed = stage.Fixed,
        Lengths = run.WalkOf(stage.Rate).Lengths,
    };
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
        backward = new()
        {
            Width = stage.Width,
            Streams = forward.Streams,
            OutputAdjoints = [.. stage.Results.Select(r => run.HasAdjoint(r) ? run.AdjointOf(r) : default)],
            StreamAdjoints = [.. stage.Operands.Select((_, i) => run.TargetOf(stage, i))],
            Fixed = stage.Fixed,
            Lengths = forward.Lengths,
        };
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
