using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>Collects slots and stages while a <see cref="PlanBuilder"/> is called.</summary>
internal sealed class PlanRecorder(CellDefinition definition)
{
    readonly List<Slot> slots = [];
    readonly List<Stage> perCall = [], perStep = [];
    readonly Signal?[] inputs = new Signal?[definition.Inputs.Length];
    readonly Signal?[] fields = new Signal?[definition.Fields.Length];
    readonly Signal?[] outputs = new Signal?[definition.Outputs.Length];
    readonly bool[] stepped = new bool[definition.Planes.Length];
    LoopStage? loop;
    int stages;

    public Rate RateOf(Signal signal) => slots[signal.Id].Rate;

    public int SizeOf(int state) => definition.Planes[state].Width;

    public Signal Input(int index)
        => inputs[index] ??= NewSlot(definition.Inputs[index].Size, Rate.PerStep, SlotKind.Input, index);

    public Signal Field(int index)
        => fields[index] ??= NewSlot(definition.Fields[index].Count, Rate.PerCall, SlotKind.Field, index);

    public Signal Fill(float value, int width) => NewSlot(width, Rate.PerCall, SlotKind.Fill, number: value);

    public Signal Add(Stage stage) => AddAll(stage)[0];

    /// <summary>Records a stage and gives its results, each a slot of its own.</summary>
    public Signal[] AddAll(Stage stage)
    {
        stage.Rate = stage.States.Length > 0 || stage.Operands.Any(o => RateOf(o) == Rate.PerStep) ? Rate.PerStep : Rate.PerCall;
        stage.Index = stages++;
        foreach (var state in stage.States)
        {
            if (stepped[state]) throw new InvalidOperationException($"State '{definition.Planes[state].Name}' is computed by two stages.");
            stepped[state] = true;
        }
        // a stage without per-step operands belongs before the loop even if it is described inside
        var inside = loop is not null && stage.Rate == Rate.PerStep;
        stage.Results = [.. stage.ResultWidths.Select(width => NewSlot(width, stage.Rate, SlotKind.Stage, inLoop: inside))];
        var list = stage.Rate == Rate.PerCall ? perCall : inside ? null : perStep;
        if (list is null) loop!.Add(stage);
        else list.Add(stage);
        return stage.Results;
    }

    /// <summary>
    /// Streams of a body, of which a copy stands for each that overlaps an earlier one at another place: lanes, threads and items of a device take channels of their own, and two of them
    /// would add to the same adjoint.
    /// </summary>
    public Signal[] Apart(Signal[] streams, bool[] differentiable)
    {
        var apart = (Signal[])streams.Clone();
        for (var i = 1; i < apart.Length; i++)
        {
            if (differentiable[i] && RateOf(apart[i]) == Rate.PerStep && Enumerable.Range(0, i).Any(j => differentiable[j] && apart[j].Start != apart[i].Start && apart[j].Overlaps(apart[i])))
                apart[i] = Add(new ConcatStage([apart[i]]));
        }
        return apart;
    }

    public Stepped AddStepped(Stage stage, int states)
    {
        if (loop is not null) throw new InvalidOperationException("A recurrent stage inside a loop.");
        var results = AddAll(stage);
        return new(results[..states], results[states..]);
    }

    public Stepped AddDense(DenseStage stage)
    {
        if (loop is not null) throw new InvalidOperationException("A recurrent stage inside a loop.");
        foreach (var block in stage.Blocks)
        {
            if (RateOf(stage.Operands[block.Operand]) == Rate.PerStep) throw new InvalidOperationException("A dense scan by a matrix that varies in time.");
        }
        AddAll(stage);
        Signal[][] parts = [.. stage.Results.Select(r => stage.Sizes.Select((size, s) => r.Slice(stage.Starts[s], size * stage.Layout.Vectors)).ToArray())];
        return new(parts[0], parts.Length > 1 ? parts[1] : []);
    }

    public Signal[] BeginLoop(int[] states)
    {
        if (loop is not null) throw new InvalidOperationException("Loops do not nest.");
        var opened = new LoopStage(states, [.. states.Select(SizeOf)]);
        AddAll(opened);
        opened.Results = [.. opened.Results.Select(old => MarkInLoop(old))];
        loop = opened;
        return opened.Results;
    }

    public void EndLoop(Signal[] next)
    {
        if (loop is null) throw new InvalidOperationException("EndLoop without BeginLoop.");
        for (var i = 0; i < next.Length; i++) CheckWidth(next[i], SizeOf(loop.States[i]), $"new value of '{definition.Planes[loop.States[i]].Name}'");
        loop.Close(next);
        loop = null;
    }

    public void Output(int index, Signal value)
    {
        CheckWidth(value, definition.Outputs[index].Size, $"output '{definition.Outputs[index].Name}'");
        outputs[index] = value;
    }

    public Plan Finish()
    {
        if (loop is not null) throw new InvalidOperationException("A loop is still open.");
        for (var i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is null) throw new InvalidOperationException($"Output '{definition.Outputs[i].Name}' was not declared.");
        }
        for (var s = 0; s < stepped.Length; s++)
        {
            // a state that nothing reads is still carried from call to call
            if (!stepped[s]) Add(new HoldStage(s, SizeOf(s)));
        }
        var plan = new Plan([.. slots], [.. perCall], [.. perStep], [.. outputs.Select(o => o!.Value)], definition) { StageCount = stages };
        foreach (var dense in perStep.OfType<DenseStage>())
        {
            dense.Input = WrittenInput.Of(plan, dense);
            dense.IsConstant = dense.Blocks.All(b => plan.SlotOf(dense.Operands[b.Operand]) is { Kind: SlotKind.Field } slot && !definition.Fields[slot.Index].Trained);
        }
        return plan;
    }

    static void CheckWidth(Signal signal, int size, string what)
    {
        if (signal.Width != size) throw new InvalidOperationException($"The {what} has width {signal.Width}, expected {size}.");
    }

    Signal MarkInLoop(Signal old)
    {
        slots[old.Id] = slots[old.Id] with { InLoop = true };
        return old;
    }

    Signal NewSlot(int width, Rate rate, SlotKind kind, int index = 0, float number = 0, bool inLoop = false)
    {
        slots.Add(new(slots.Count, width, rate, kind, index, number, inLoop));
        return slots[^1].Whole;
    }
}
