using System.Collections.Concurrent;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>Steps through time, one step of its inner stages after the other. Its results are the old states, its operands the new ones.</summary>
internal sealed class LoopStage(int[] states, int[] sizes) : Stage([], sizes, states)
{
    readonly List<Stage> inner = [];

    public override IReadOnlyList<Stage> Inner => inner;

    /// <summary>What devices run it by in one kernel, by text.</summary>
    public ConcurrentDictionary<string, DeviceProgram> Programs { get; } = [];

    public void Add(Stage stage) => inner.Add(stage);

    /// <summary>The new states, known once everything inside is described.</summary>
    public void Close(Signal[] next)
    {
        if (next.Length != States.Length)
            throw new InvalidOperationException($"A loop over {States.Length} states was closed with {next.Length} new values.");
        Operands = next;
    }

    /// <summary>Batches that one thread takes through all steps; a function of their number alone.</summary>
    public static int GroupSizeOf(int batches) => Math.Clamp((batches + 1) / 2, 1, 8);

    /// <summary>Number of such groups, at least 1.</summary>
    public static int GroupsOf(int batches) => Math.Max(1, (batches + GroupSizeOf(batches) - 1) / GroupSizeOf(batches));

    public override string Describe() => Describe("");

    public override string Describe(StageOutcome outcome)
        => Describe(outcome.Persistent is { } shape ? $" in one kernel, a group of {shape.Items} items for {shape.Sequences} of the sequences" : "");

    string Describe(string how) => $"Loop over {States.Length} states{how}: {string.Join("; ", inner.Select(s => s.Describe()))}";

    public override void Export(OnnxPlan plan)
    {
        if (OnnxGates.TryExport(plan, this)) return;
        plan.BeginLoop(States, Results);
        foreach (var stage in inner) stage.Export(plan);
        plan.EndLoop(Operands);
    }

    public override StageRun Bind(Run run) => run.Slices is null ? new LoopRun(this, run) : throw run.CannotSlice(this);

    public override StageRun Bind(Run run, Accelerator device) => run.Slices is not null ? throw run.CannotSlice(this) : new LoopOnDevice(this, run, device);
}

/// <summary>Batches go in groups, each on one thread for all steps; groups depend on the number of batches alone.</summary>
internal sealed unsafe class LoopRun(LoopStage stage, Run run) : StageRun
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly int groupSize = LoopStage.GroupSizeOf(run.WalkOf(Rate.PerStep).Batches);
    readonly StageRun[] inner = [.. stage.Inner.Select(run.BoundOf)];
    StageRun[] live = [];
    readonly StateCells[] states = [.. stage.States.Select(s => new StateCells(run, s))];
    readonly Rows[] old = [.. stage.Results.Select(run.ValueOf)], next = [.. stage.Operands.Select(run.ValueOf)];
    readonly int[] widths = stage.ResultWidths;
    Rows[] adjoints = [], carries = [];
    Storage[] carryStorage = [];
    AdjointTarget[] targets = [];
    Sums?[] sums = [];

    int Groups => LoopStage.GroupsOf(walk.Batches);

    public override void BeginForward()
    {
        foreach (var run in inner) run.BeginForward();
    }

    public override void Forward(in Window window)
    {
        if (window.IsWhole && Groups > 1) Workers.For(Groups, ForwardGroup);
        else
        {
            for (var g = 0; g < Groups; g++) ForwardGroup(g);
        }
    }

    void ForwardGroup(int group)
    {
        var (b0, b1) = Batches(group);
        for (var (n, t) = (0, walk.Reverse ? walk.Steps - 1 : 0); n < walk.Steps; n++, t += walk.Stride)
        {
            for (var b = b0; b < b1; b++)
            {
                if (walk.IsActive(b, t)) ReadOld(b, t);
            }
            var step = new Window(b0, b1, t, t + 1, group, false);
            foreach (var run in inner) run.Forward(step);
        }
        for (var b = b0; b < b1; b++)
        {
            for (var s = 0; s < states.Length; s++)
                RowMath.Copy(states[s].End(b), walk.Length(b) == 0 ? states[s].Start(b) : next[s].At(b, walk.Last(b)), widths[s]);
        }
    }

    void ReadOld(int b, int t)
    {
        for (var s = 0; s < states.Length; s++)
        {
            var previous = walk.IsReset(b, t) ? states[s].Initial
                : t == walk.First(b) ? states[s].Start(b)
                : next[s].At(b, t - walk.Stride);
            RowMath.Copy(old[s].At(b, t), previous, widths[s]);
        }
    }

    public override void BeginBackward(int groups)
    {
        adjoints = [.. stage.Results.Select((_, i) => run.AdjointOf(stage, i))];
        targets = [.. stage.Operands.Select((_, i) => run.TargetOf(stage, i))];
        sums = [.. targets.Select((t, i) => t.IsSum ? new Sums(Groups, widths[i]) : null)];
        carryStorage = [.. widths.Select(w => Storage.Rent((long)walk.Batches * w, clear: true))];
        carries = [.. widths.Select((w, i) => new Rows(carryStorage[i].Pointer, w, 0))];
        foreach (var state in states) state.BeginBackward(Groups);
        live = [.. stage.Inner.Where(run.IsLive).Select(run.BoundOf).Reverse()];
        foreach (var run in live) run.BeginBackward(Groups);
    }

    public override void Backward(in Window window)
    {
        if (Groups == 1) BackwardGroup(0);
        else Workers.For(Groups, BackwardGroup);
    }

    void BackwardGroup(int group)
    {
        var (b0, b1) = Batches(group);
        for (var b = b0; b < b1; b++)
        {
            for (var s = 0; s < states.Length; s++)
            {
                var end = states[s].EndAdjoint(b);
                if (end != null) RowMath.Copy(carries[s].At(b, 0), end, widths[s]);
            }
        }
        for (var (n, t) = (0, walk.Reverse ? 0 : walk.Steps - 1); n < walk.Steps; n++, t -= walk.Stride)
        {
            for (var b = b0; b < b1; b++)
            {
                if (walk.IsActive(b, t)) GiveCarry(group, b, t);
            }
            var step = new Window(b0, b1, t, t + 1, group, false);
            foreach (var run in live) run.Backward(step);
            for (var b = b0; b < b1; b++)
            {
                if (walk.IsActive(b, t)) TakeCarry(group, b, t);
            }
        }
        for (var b = b0; b < b1; b++)
        {
            for (var s = 0; s < states.Length; s++) states[s].SetStartAdjoint(group, b, carries[s].At(b, 0));
        }
    }

    void GiveCarry(int group, int b, int t)
    {
        for (var s = 0; s < states.Length; s++)
        {
            if (sums[s] is { } sum) sum.Add(group, carries[s].At(b, 0));
            else states[s].AddTo(targets[s], b, t, carries[s].At(b, 0));
        }
    }

    void TakeCarry(int group, int b, int t)
    {
        for (var s = 0; s < states.Length; s++)
        {
            var carry = carries[s].At(b, 0);
            RowMath.Copy(carry, adjoints[s].At(b, t), widths[s]);
            if (!walk.IsReset(b, t)) continue;
            states[s].AddInitial(group, carry);
            RowMath.Clear(carry, widths[s]);
        }
    }

    public override void EndBackward()
    {
        foreach (var run in live) run.EndBackward();
        for (var s = 0; s < states.Length; s++)
        {
            sums[s]?.Complete(targets[s].Total);
            states[s].EndBackward();
            carryStorage[s].Return();
        }
    }

    public override void Release()
    {
        foreach (var run in inner) run.Release();
    }

    (int First, int End) Batches(int group) => (group * groupSize, Math.Min((group + 1) * groupSize, walk.Batches));
}
