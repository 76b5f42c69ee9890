using Recurve.Contracts;
using Recurve.Plans;

namespace Recurve;

/// <summary>The generated half of every cell derives from this.</summary>
public abstract partial class CellModule : Module
{
    /// <summary>What the last call of Forward decided; null before the first.</summary>
    public RunReport? LastRun { get; private set; }

    /// <summary>How a device stores what the stages leave each other.</summary>
    internal Precision Stored { get; set; }

    // bound on first use: field initializers of the user's half run before this class's constructor
    internal CellDefinition Definition => field ??= WithParts(Define());

    internal Plan CellPlan => field ??= Plan.Of(Definition);

    CellDefinition WithParts(CellDefinition definition)
    {
        foreach (var (name, part) in definition.Parts) Register(name, part);
        return definition;
    }

    /// <summary>Describes the cell to the runtime; called once, on first use.</summary>
    protected abstract CellDefinition Define();

    /// <summary>(B, T, inputs) to (B, T, outputs), from the cell's initial states.</summary>
    /// <exception cref="ArgumentException">A shape, device or length does not fit.</exception>
    /// <exception cref="NotSupportedException">The cell has several inputs or outputs.</exception>
    public override Tensor Forward(Tensor x, Sequence? sequence = null)
    {
        if (Definition.Inputs.Length != 1 || Definition.Outputs.Length != 1) throw SeveralInputsOrOutputs(nameof(Forward));
        return Run([x], null, sequence).Outputs[0];
    }

    /// <summary>Runs the compiled stages. Inputs (B, T, size) in Step's order; start null: the cell's initial states.</summary>
    /// <exception cref="ArgumentException">A shape, device or length does not fit.</exception>
    protected (Tensor[] Outputs, CellStates End) Run(Tensor[] inputs, CellStates? start, Sequence? sequence)
    {
        EnsureInitialized();
        Tensor[]? starts = start is null ? null : [.. start.Tensors];
        var walk = CallCheck.Walk(Definition, inputs, starts, sequence, FieldTensors.Concat(InitialTensors.OfType<Tensor>()));
        Tensor[]? planes = starts is null ? null : [.. StatePlanes.Split(Definition, starts).OfType<Tensor>()];
        var (outputs, end) = RunPlan(CellPlan, inputs, planes, walk, sequence);
        return (outputs, Definition.WrapStates(StatePlanes.Join(Definition, end)));
    }

    /// <summary>Runs the cell's plan, or one for a part of its work: with its fields and, if it has states, with the cell's.</summary>
    (Tensor[] Outputs, Tensor[] End) RunPlan(Plan plan, Tensor[] inputs, Tensor[]? starts, Walk walk, Sequence? sequence)
    {
        if (walk.Slices is { } slices && starts is not null) starts = SlicedStart.Of(slices, walk, starts);
        var memory = new RunMemory(plan, walk, inputs, FieldTensors, plan.Definition.States.Length > 0 ? InitialPlanes() : [], starts);
        Tensor[] leaves = [.. inputs, .. memory.Start ?? [], .. TrainedTensors(memory)];
        var keep = Autograd.Wants(leaves);
        var run = new Run(plan, walk, memory, keep, Stored);
        run.Forward();
        memory.CompleteOutputs(run, walk);
        LastRun = new RunReport(plan, walk, keep, run.Outcomes) { RecomputedBytes = run.GivenBack };
        if (keep) Autograd.Record(Definition.Info.Cell, leaves, [.. memory.Outputs, .. memory.End], Differentiation(run, walk, sequence));
        else run.Release();
        GC.KeepAlive(walk);
        return (memory.Outputs, memory.End);
    }

    /// <summary>Any cell's <see cref="Run"/>, for whoever does not know its generated half.</summary>
    internal (Tensor[] Outputs, CellStates End) RunAny(Tensor[] inputs, CellStates? start, Sequence? sequence) => Run(inputs, start, sequence);

    /// <summary>The initial states for a batch: zero, or trained; gradients flow to the trained ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The batch is negative.</exception>
    protected CellStates CreateInitialStates(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        EnsureInitialized();
        return Definition.WrapStates([.. InitialTensors.Select((row, s) => InitialRows.Repeat(Place, row, batch, Definition.States[s].Shape))]);
    }

    /// <summary>A run of this cell one time step at a time, with the weights as they are now.</summary>
    /// <param name="batch">Number of sequences that run side by side, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is not positive.</exception>
    public CellStream CreateStream(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        EnsureInitialized();
        return new CellStream(this, batch);
    }

    Func<Tensor?[], Tensor?[]> Differentiation(Run run, Walk walk, Sequence? sequence)
    {
        var memory = run.Memory;
        // whether a gradient is wanted is settled now, as everything else about the call
        var schedule = ScheduleFor(run.Plan, memory);
        return gradients =>
        {
            var outputs = memory.Outputs.Length;
            var leaving = run.Backward(schedule, new(gradients[..outputs], gradients[outputs..]));
            // the walk points into the mask's memory, and nobody else may hold the mask by now
            GC.KeepAlive(sequence);
            return [.. leaving.Inputs, .. leaving.Start, .. TrainedGradients(memory, leaving)];
        };
    }

    AdjointSchedule? lastSchedule;

    AdjointSchedule ScheduleFor(Plan plan, RunMemory memory)
    {
        var leaves = new bool[plan.Slots.Length];
        foreach (var slot in plan.Slots)
        {
            leaves[slot.Id] = slot.Kind == SlotKind.Input && memory.Inputs[slot.Index].RequiresGrad
                || slot.Kind == SlotKind.Field && memory.Fields[slot.Index].RequiresGrad;
        }
        bool[] states = [.. memory.Initial.Select((initial, s) => initial is { RequiresGrad: true } || memory.Start?[s].RequiresGrad == true)];
        if (lastSchedule?.IsFor(plan, leaves, states) == true) return lastSchedule;
        return lastSchedule = new AdjointSchedule(plan, leaves, states);
    }

    NotSupportedException SeveralInputsOrOutputs(string method) => new(
        $"{Definition.Info.Cell} has inputs ({string.Join(", ", Definition.Inputs.Select(i => i.Name))}) and outputs "
        + $"({string.Join(", ", Definition.Outputs.Select(o => o.Name))}); {method} with one tensor needs one of each. Call the cell's own {method}.");
}
