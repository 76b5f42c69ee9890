using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>
/// Who writes which columns of an adjoint first. Stages run backward in reverse order; the first writer of a column stores and the
/// others add, and columns that a stage reads but nobody wrote are zeroed before. Depends on which leaves need a gradient.
/// </summary>
internal sealed class AdjointSchedule
{
    readonly Plan plan;
    readonly bool[] leaves;
    readonly bool[]?[] written;
    readonly int[] writers;

    /// <param name="plan">The stages.</param>
    /// <param name="leaves">For each slot that is an input or field: whether its gradient is wanted.</param>
    /// <param name="states">For each state: whether the gradient of its start or initial value is wanted.</param>
    public AdjointSchedule(Plan plan, bool[] leaves, bool[] states)
    {
        (this.plan, this.leaves, States) = (plan, leaves, states);
        Needed = (bool[])leaves.Clone();
        written = new bool[plan.Slots.Length][];
        writers = new int[plan.Slots.Length];
        Modes = new StoreMode[plan.StageCount][];
        OutputModes = new StoreMode[plan.Outputs.Length];
        Live = new bool[plan.StageCount];
        Zeroed = [.. Enumerable.Range(0, plan.PerStep.Length + 1).Select(_ => new List<Signal>())];
        Opened = [.. Enumerable.Range(0, plan.PerStep.Length + 1).Select(_ => new List<int>())];
        foreach (var stage in plan.PerCall) Propagate(stage);
        foreach (var stage in plan.PerStep) Propagate(stage);
        Walk();
        foreach (var stage in plan.PerCall)
        {
            Live[stage.Index] = stage.Results.Any(r => Needed[r.Id]);
            Modes[stage.Index] = [.. stage.Operands.Select((o, i) => IsWanted(stage, i) ? StoreMode.Add : StoreMode.Discard)];
        }
    }

    /// <summary>By slot: something below it wants a gradient.</summary>
    public bool[] Needed { get; }

    /// <summary>By state: the gradient of what it starts from is wanted, or needed by its operands' path.</summary>
    public bool[] States { get; }

    /// <summary>By stage and operand; always Add for operands that are constant over the call.</summary>
    public StoreMode[][] Modes { get; }

    /// <summary>By output of Step.</summary>
    public StoreMode[] OutputModes { get; }

    /// <summary>By stage: it runs backward at all.</summary>
    public bool[] Live { get; }

    /// <summary>By position in the order of the stages (the last one: the outputs): columns to clear before it runs.</summary>
    public List<Signal>[] Zeroed { get; }

    /// <summary>By position: slots whose adjoint is written there for the first time.</summary>
    public List<int>[] Opened { get; }

    public bool IsFor(Plan plan, bool[] leaves, bool[] states) => plan == this.plan && leaves.SequenceEqual(this.leaves) && states.SequenceEqual(States);

    /// <summary>Whether any column of a slot's adjoint is written.</summary>
    public bool IsWritten(int slot) => written[slot] is not null;

    /// <summary>Whether every column of a slot's adjoint is written.</summary>
    public bool IsComplete(int slot) => written[slot] is { } columns && !columns.Contains(false);

    /// <summary>Whether the adjoint of a slot is nothing but the gradient of one output.</summary>
    public bool IsGivenWhole(int slot)
        => Enumerable.Range(0, plan.Outputs.Length).Any(i => plan.Outputs[i].Id == slot && IsOnlyWriter(i));

    /// <summary>Whether the adjoint of output <paramref name="index"/> is nothing but the gradient that arrives there.</summary>
    public bool IsOnlyWriter(int index)
    {
        var output = plan.Outputs[index];
        return plan.SlotOf(output) is { Kind: SlotKind.Stage, Rate: Rate.PerStep } slot && output == slot.Whole && writers[slot.Id] == 1;
    }

    void Propagate(Stage stage)
    {
        if (stage.Inner.Count > 0) PropagateInLoop(stage);
        var needed = stage.States.Any(s => States[s]) || stage.Operands.Where((_, i) => stage.IsDifferentiable(i)).Any(o => Needed[o.Id]);
        foreach (var result in stage.Results) Needed[result.Id] |= needed;
    }

    // what a loop carries depends on what is computed inside, and the other way round: twice around reaches everything
    void PropagateInLoop(Stage loop)
    {
        for (var round = 0; round < 2; round++)
        {
            foreach (var inner in loop.Inner) Propagate(inner);
            var carried = loop.States.Any(s => States[s]) || loop.Operands.Any(o => Needed[o.Id]);
            foreach (var old in loop.Results) Needed[old.Id] |= carried;
        }
    }

    void Walk()
    {
        var end = plan.PerStep.Length;
        for (var i = 0; i < plan.Outputs.Length; i++)
            OutputModes[i] = Needed[plan.Outputs[i].Id] ? Write(plan.Outputs[i], end, shared: false) : StoreMode.Discard;
        for (var k = end - 1; k >= 0; k--)
        {
            var stage = plan.PerStep[k];
            Visit(stage, k);
            for (var i = stage.Inner.Count - 1; i >= 0; i--) Visit(stage.Inner[i], k);
            foreach (var result in stage.Inner.SelectMany(s => s.Results).Concat(stage.Results)) ZeroRest(result, k);
        }
    }

    void Visit(Stage stage, int position)
    {
        // a recurrence also hands back the gradient of its end state
        Live[stage.Index] = stage.Results.Any(r => Needed[r.Id]) && (stage.States.Length > 0 || stage.Results.Any(r => IsWritten(r.Id)));
        Modes[stage.Index] = new StoreMode[stage.Operands.Length];
        for (var i = 0; i < stage.Operands.Length; i++)
        {
            var operand = stage.Operands[i];
            var twice = stage.Operands.Where((other, j) => j != i && other.Overlaps(operand)).Any();
            Modes[stage.Index][i] = Live[stage.Index] && IsWanted(stage, i) ? Write(operand, position, twice) : StoreMode.Discard;
        }
    }

    bool IsWanted(Stage stage, int operand) => stage.IsDifferentiable(operand) && Needed[stage.Operands[operand].Id];

    StoreMode Write(Signal signal, int position, bool shared)
    {
        var slot = plan.SlotOf(signal);
        if (slot.Rate == Rate.PerCall) return StoreMode.Add;
        if (written[slot.Id] is null)
        {
            written[slot.Id] = new bool[slot.Width];
            Opened[position].Add(slot.Id);
        }
        writers[slot.Id]++;
        var columns = written[slot.Id].AsSpan(signal.Start, signal.Width);
        var mode = !shared && !columns.Contains(true) ? StoreMode.Store : StoreMode.Add;
        if (mode == StoreMode.Add) Zero(signal, position);
        columns.Fill(true);
        return mode;
    }

    void ZeroRest(Signal result, int position)
    {
        if (IsWritten(result.Id)) Zero(plan.SlotOf(result).Whole, position);
    }

    /// <summary>Clears the columns of a signal that nobody wrote yet.</summary>
    void Zero(Signal signal, int position)
    {
        var columns = written[signal.Id].AsSpan(signal.Start, signal.Width);
        for (var start = 0; start < signal.Width;)
        {
            if (columns[start])
            {
                start++;
                continue;
            }
            var end = start;
            while (end < signal.Width && !columns[end]) end++;
            Zeroed[position].Add(signal with { Start = signal.Start + start, Width = end - start });
            start = end;
        }
    }
}
