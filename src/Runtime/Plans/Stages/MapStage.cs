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
    // one for each group of batches that a loop runs at the same time
    readonly MapKernel?[] kernels = new MapKernel[LoopStage.GroupsOf(run.WalkOf(stage.Rate).Batches)];
    readonly Launch forward = new()
    {
        Width = stage.Width,
        Streams = [.. stage.Operands.Select(run.ValueOf)],
        Outputs = [.. stage.Results.Select(run.ValueOf)],
        Fixed = stage.Fixed,
        Lengths = run.WalkOf(stage.Rate).Lengths,
    };
    AdjointTarget[] targets = [];
    Sums?[] sums = [];
    Launch[] backward = [];

    public override void Forward(in Window window) => Kernel(window.Group).Forward(forward, Rows(window));

    public override void BeginBackward(int groups)
    {
        targets = [.. stage.Operands.Select((_, i) => run.TargetOf(stage, i))];
        // at the top level the kernel splits the rows itself
        sums = [.. targets.Select(t => t.IsSum && groups > 0 ? new Sums(groups, stage.Width) : null)];
        backward = [.. Enumerable.Range(0, Math.Max(1, groups)).Select(LaunchOf)];
    }

    public override void Backward(in Window window) => Kernel(window.Group).Adjoint(backward[window.Group], Rows(window));

    public override void EndBackward()
    {
        for (var i = 0; i < targets.Length; i++) sums[i]?.Complete(targets[i].Total);
    }

    MapKernel Kernel(int group) => kernels[group] ??= MapKernel.Of<TBody>();

    Launch LaunchOf(int group) => new()
    {
        Width = stage.Width,
        Streams = forward.Streams,
        OutputAdjoints = [.. stage.Results.Select(r => run.HasAdjoint(r) ? run.AdjointOf(r) : default)],
        StreamAdjoints = [.. targets.Select((t, i) => sums[i] is { } sum ? AdjointTarget.Summed(sum[group]) : t)],
        Fixed = stage.Fixed,
        Lengths = forward.Lengths,
    };

    static Kernels.Window Rows(in Window window) => new(window.B0, window.B1, window.T0, window.T1);
}
