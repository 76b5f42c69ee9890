using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Scan;
using Recurve.Kernels.Sequential;

namespace Recurve.Plans;

/// <summary>A fused kernel over states whose channels are independent. Results: the new states, then the body's outputs.</summary>
internal abstract class RecurrentStage(int width, BodySignature body, int[] states, Signal[] streams, double[] fixedValues)
    : Stage(streams, [.. Enumerable.Repeat(width, body.States + body.Outputs)], states)
{
    public int Width => width;

    public BodySignature Body => body;

    public float[] Fixed { get; } = [.. fixedValues.Select(v => (float)v)];

    public override bool IsDifferentiable(int index) => body.Differentiable[index];

    public override StageRun Bind(Run run) => new RecurrentRun(this, run);

    public abstract RecurrentKernel CreateKernel();
}

/// <summary>The two directions of a kernel, and what it decided in the last forward call, where it had a choice.</summary>
internal readonly record struct RecurrentKernel(
    Action<RecurrentLaunch, Kernels.Window> Forward, Action<RecurrentLaunch, Kernels.Window> Backward, Func<StageOutcome>? Outcome = null);

/// <summary>A linear recurrence, in parallel.</summary>
internal sealed class ScanStage<TBody>(int width, int state, Signal[] streams, double[] fixedValues)
    : RecurrentStage(width, TBody.Signature, [state], streams, fixedValues) where TBody : struct, IScanBody
{
    public override string Describe() => $"Scan over {Width} channels";

    public override RecurrentKernel CreateKernel()
    {
        var kernel = ScanKernel.Of<TBody>();
        return new(kernel.Forward, kernel.Backward);
    }
}

/// <summary>Any recurrence within channels, step by step.</summary>
internal sealed class SequentialStage<TBody>(int width, int[] states, Signal[] streams, double[] fixedValues)
    : RecurrentStage(width, TBody.Signature, states, streams, fixedValues) where TBody : struct, ISequentialBody
{
    public override string Describe() => $"Step by step over {Width} channels, {States.Length} states";

    public override RecurrentKernel CreateKernel()
    {
        var kernel = SequentialKernel.Of<TBody>();
        return new(kernel.Forward, kernel.Backward);
    }
}

internal sealed unsafe class RecurrentRun(RecurrentStage stage, Run run) : StageRun
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly RecurrentKernel kernel = stage.CreateKernel();
    readonly RecurrentLaunch forward = Complete(run.WalkOf(Rate.PerStep), new()
    {
        Width = stage.Width,
        Streams = [.. stage.Operands.Select(run.ValueOf)],
        Outputs = [.. stage.Results[stage.Body.States..].Select(run.ValueOf)],
        Fixed = stage.Fixed,
        Steps = run.WalkOf(Rate.PerStep).Steps,
        States = [.. stage.States.Select((s, i) => new StateRows
        {
            Sequence = run.ValueOf(stage.Results[i]),
            Start = run.Memory.StartOf(s),
            End = run.Memory.EndOf(s),
            Initial = run.Memory.InitialOf(s),
        })],
    });
    RecurrentLaunch? backward;

    // a recurrence is always run as a whole: all batches, all steps in processing order
    Kernels.Window Whole => new(0, walk.Batches, 0, walk.Steps);

    public override void Forward(in Window window) => kernel.Forward(forward, Whole);

    public override StageOutcome? Outcome => kernel.Outcome?.Invoke();

    public override void BeginBackward(int groups) => backward = Complete(walk, new()
    {
        Width = stage.Width,
        Streams = forward.Streams,
        OutputAdjoints = [.. stage.Results[stage.Body.States..].Select(AdjointOf)],
        StreamAdjoints = [.. stage.Operands.Select((_, i) => run.TargetOf(stage, i))],
        Fixed = stage.Fixed,
        Steps = walk.Steps,
        States = [.. stage.States.Select((s, i) => forward.States[i] with
        {
            SequenceAdjoint = AdjointOf(stage.Results[i]),
            EndAdjoint = run.EndAdjointOf(s),
            StartAdjoint = run.StartAdjointOf(s),
            InitialAdjoint = run.InitialTotalOf(s),
        })],
    });

    public override void Backward(in Window window) => kernel.Backward(backward!, Whole);

    public override void EndBackward() { }

    Rows AdjointOf(Signal result) => run.HasAdjoint(result) ? run.AdjointOf(result) : default;

    static RecurrentLaunch Complete(Walk walk, RecurrentLaunch launch)
    {
        launch.Lengths = walk.Lengths;
        launch.Reverse = walk.Reverse;
        launch.Resets = (float*)walk.Resets;
        return launch;
    }
}
