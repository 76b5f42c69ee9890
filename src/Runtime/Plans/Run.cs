using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>
/// One execution of a plan over B × T rows: the memory of every slot, forward in the order of the stages. Kept until the backward pass
/// when there will be one, otherwise every buffer goes back after its last reader.
/// </summary>
internal sealed unsafe partial class Run
{
    readonly Plan plan;
    readonly Walk walk;
    readonly bool keep;
    readonly Precision stored;
    readonly Rows[] values;
    readonly Storage?[] owned;
    readonly StageRun?[] bound;
    Storage? lengths;

    /// <param name="plan">What to run.</param>
    /// <param name="walk">Rows and their order.</param>
    /// <param name="memory">What the caller gives and wants.</param>
    /// <param name="keep">Whether a backward pass, or another step, follows.</param>
    /// <param name="stored">How a device stores what the stages leave each other.</param>
    /// <exception cref="DeviceException">The device cannot store so.</exception>
    public Run(Plan plan, Walk walk, RunMemory memory, bool keep, Precision stored)
    {
        if (stored != Precision.Single && memory.Device.Accelerator is null)
            throw new DeviceException($"{plan.Definition.Info.Cell}: Precision.{stored} is for CUDA and OpenCL devices, but the inputs are on the processor; move the cell and its inputs with To, or Store in Precision.Single.");
        (this.plan, this.walk, Memory, this.keep, this.stored) = (plan, walk, memory, keep, stored);
        values = new Rows[plan.Slots.Length];
        owned = new Storage?[plan.Slots.Length];
        bound = new StageRun?[plan.StageCount];
        foreach (var slot in plan.Slots) BindLeaf(slot);
    }

    public RunMemory Memory { get; }

    /// <summary>What runs the stages; null: the processor.</summary>
    public Accelerator? OnDevice => Memory.Device.Accelerator;

    /// <summary>Every row of the call, for kernels of a device.</summary>
    public RowSpace Space => new(walk.Batches, walk.Steps, 0, Lengths);

    /// <summary>Valid steps of each batch, as ints on the device; 0: all.</summary>
    public nint Lengths => walk.Lengths is { } values ? (lengths ??= OnDevice!.Upload(values)).Address : 0;

    /// <summary>The rows of a window, for kernels of a device.</summary>
    public RowSpace SpaceOf(Rate rate, in Window window) => rate == Rate.PerCall ? RowSpace.Of(1)
        : Space with { Steps = window.T1 - window.T0, First = window.T0 };

    /// <summary>By position in <see cref="Plan.PerStep"/>: what <see cref="Forward"/> left to the stages.</summary>
    public StageOutcome?[] Outcomes => field ??= new StageOutcome?[plan.PerStep.Length];

    public Plan Plan => plan;

    /// <summary>All batches, all steps in processing order: a recurrence is always run as a whole.</summary>
    public Kernels.Window WholeWindow => new(0, walk.Batches, 0, walk.Steps);

    public Walk WalkOf(Rate rate) => rate == Rate.PerCall ? Walk.PerCall : walk;

    /// <summary>Rows of a signal's value.</summary>
    public Rows ValueOf(Signal signal) => values[signal.Id].From(signal.Start);

    public StatePlane StateOf(int state) => plan.Definition.Planes[state];

    /// <summary>Runs all stages.</summary>
    public void Forward()
    {
        using var flushed = FlushSubnormals();
        ForwardPerCall();
        for (var k = 0; k < plan.PerStep.Length; k++)
        {
            var stage = plan.PerStep[k];
            var run = BindStage(stage);
            run.BeginForward();
            run.Forward(Window.Whole(walk));
            Outcomes[k] = run.Outcome;
            if (keep)
            {
                GiveBack(k);
                continue;
            }
            run.Release();
            foreach (var id in plan.LastReads[k]) Return(ref owned[id]);
        }
        ShareEnds();
        GC.KeepAlive(Memory);
    }

    // on the processor alone: a device's driver may start threads, which would begin as this one is
    Subnormals.Scope FlushSubnormals() => OnDevice is null ? Subnormals.Flush() : Subnormals.Unchanged;

    /// <summary>Runs the stages whose values are constant over the call.</summary>
    public void ForwardPerCall()
    {
        foreach (var stage in plan.PerCall)
        {
            var run = BindStage(stage);
            run.BeginForward();
            run.Forward(Window.Whole(Walk.PerCall));
        }
    }

    /// <summary>Binds every stage at once, for <see cref="Step"/>; needs the per-call values.</summary>
    public void Bind()
    {
        foreach (var stage in plan.PerStep) BindStage(stage).BeginForward();
    }

    /// <summary>Runs the bound stages again over the same memory, on this thread, without allocating.</summary>
    public void Step()
    {
        using var flushed = FlushSubnormals();
        var window = Window.Whole(walk) with { IsWhole = false };
        foreach (var stage in plan.PerStep) bound[stage.Index]!.Forward(window);
    }

    /// <summary>Gives back everything the run owns.</summary>
    public void Release()
    {
        foreach (var run in bound) run?.Release();
        for (var id = 0; id < owned.Length; id++) Return(ref owned[id]);
        Return(ref lengths);
    }

    StageRun BindStage(Stage stage)
    {
        foreach (var result in stage.Results) Allocate(plan.SlotOf(result));
        foreach (var inner in stage.Inner)
        {
            foreach (var result in inner.Results) Allocate(plan.SlotOf(result));
        }
        foreach (var inner in stage.Inner) bound[inner.Index] = BindAlone(inner);
        return bound[stage.Index] = BindAlone(stage);
    }

    StageRun BindAlone(Stage stage) => OnDevice is { } device ? stage.Bind(this, device) : stage.Bind(this);

    /// <summary>The bound form of a stage inside a loop.</summary>
    public StageRun BoundOf(Stage stage) => bound[stage.Index]!;

    void BindLeaf(Slot slot)
    {
        switch (slot.Kind)
        {
            case SlotKind.Input:
                values[slot.Id] = BatchMajor(Memory.Inputs[slot.Index].Address, slot.Width);
                break;
            case SlotKind.Field:
                values[slot.Id] = new(Memory.Fields[slot.Index].Address, 0, 0);
                break;
            case SlotKind.Fill:
                var storage = owned[slot.Id] = Rent(slot.Width);
                Elementwise.Fill(new Tensor(storage, [slot.Width]), slot.Number);
                values[slot.Id] = new(storage.Address, 0, 0);
                break;
        }
    }

    void Allocate(Slot slot)
    {
        if (slot.Rate == Rate.PerCall) values[slot.Id] = new((owned[slot.Id] = Rent(slot.Width)).Address, 0, 0);
        else if (Memory.Shared(slot.Id) is { } tensor) values[slot.Id] = BatchMajor(tensor.Address, slot.Width);
        else values[slot.Id] = Layout(slot, out owned[slot.Id]);
    }

    Storage Rent(long floats, bool clear = false) => Storage.Rent(Memory.Device, floats, clear);

    /// <summary>Rows of a fresh buffer. Inside a loop the rows of one step lie side by side: they are one small matrix of a product.</summary>
    Rows Layout(Slot slot, out Storage? storage)
    {
        var precision = plan.BetweenKernels[slot.Id] ? stored : Precision.Single;
        var numbers = (long)walk.Batches * walk.Steps * slot.Width;
        storage = Rent((numbers * precision.Bytes + sizeof(float) - 1) / sizeof(float));
        var rows = slot.InLoop ? new(storage.Address, slot.Width, (long)walk.Batches * slot.Width) : BatchMajor(storage.Address, slot.Width);
        return rows with { Precision = precision };
    }

    Rows BatchMajor(nint start, int width) => new(start, (long)walk.Steps * width, width);

    static void Return(ref Storage? storage)
    {
        storage?.Return();
        storage = null;
    }
}
