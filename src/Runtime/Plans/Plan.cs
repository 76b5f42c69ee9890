using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>A cell's stages in order, recorded once; a <see cref="Run"/> binds them to memory.</summary>
/// <param name="Slots">Every buffer, by id.</param>
/// <param name="PerCall">Stages that run once per call, before the others.</param>
/// <param name="PerStep">Stages over all (batch, time) rows; those inside a loop stand in the loop alone.</param>
/// <param name="Outputs">What Step returns.</param>
/// <param name="Definition">The cell.</param>
internal sealed record Plan(Slot[] Slots, Stage[] PerCall, Stage[] PerStep, Signal[] Outputs, CellDefinition Definition)
{
    /// <summary>Number of stages, those inside loops included; their <see cref="Stage.Index"/> counts up to it.</summary>
    public int StageCount { get; init; }

    /// <summary>By position in <see cref="PerStep"/>: slots that no later stage and no output reads.</summary>
    public int[][] LastReads => field ??= FindLastReads();

    /// <summary>By slot: whether nobody reads or writes its rows but stages that <see cref="Stage.TakesEveryPrecision"/>, outside of loops.</summary>
    public bool[] BetweenKernels => field ??= FindBetweenKernels();

    public Slot SlotOf(Signal signal) => Slots[signal.Id];

    /// <summary>By slot: the stage that can make it again for the backward pass; null: it must be kept.</summary>
    public Stage?[] Makers => field ??= FindMakers();

    public static Plan Of(CellDefinition definition)
    {
        var builder = new PlanBuilder(definition);
        definition.Plan(builder);
        return builder.Finish();
    }

    // states alone depend on the steps before, outputs are the caller's, and some stages cannot be bound to other memory
    Stage?[] FindMakers()
    {
        HashSet<int> kept = [.. Outputs.Select(o => o.Id), .. PerStep.Where(s => !s.IsRebindable).SelectMany(s => s.Inner.Append(s)).SelectMany(s => s.Operands.Concat(s.Peeks)).Select(o => o.Id)];
        var makers = new Stage?[Slots.Length];
        foreach (var stage in PerStep.Where(s => s.States.Length == 0 && s.IsRebindable && !s.Results.Any(r => kept.Contains(r.Id))))
        {
            foreach (var result in stage.Results) makers[result.Id] = stage;
        }
        return makers;
    }

    bool[] FindBetweenKernels()
    {
        bool[] between = [.. Slots.Select(s => s is { Kind: SlotKind.Stage, Rate: Rate.PerStep, InLoop: false })];
        foreach (var stage in PerCall.Concat(PerStep).SelectMany(s => s.Inner.Append(s)).Where(s => !s.TakesEveryPrecision))
        {
            foreach (var signal in stage.Operands.Concat(stage.Results).Concat(stage.Peeks)) between[signal.Id] = false;
        }
        foreach (var output in Outputs) between[output.Id] = false;
        return between;
    }

    int[][] FindLastReads()
    {
        var last = new int[Slots.Length];
        Array.Fill(last, -1);
        for (var k = 0; k < PerStep.Length; k++)
        {
            foreach (var stage in PerStep[k].Inner.Append(PerStep[k]))
            {
                foreach (var signal in stage.Operands.Concat(stage.Results).Concat(stage.Peeks)) last[signal.Id] = k;
            }
        }
        foreach (var output in Outputs) last[output.Id] = -1;
        return [.. Enumerable.Range(0, PerStep.Length).Select(k => Slots
            .Where(s => s.Kind == SlotKind.Stage && s.Rate == Rate.PerStep && last[s.Id] == k).Select(s => s.Id).ToArray())];
    }
}
