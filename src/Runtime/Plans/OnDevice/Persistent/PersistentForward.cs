using Recurve.Devices;

namespace Recurve.Plans;

/// <summary>A loop in the order of its steps, in one kernel.</summary>
internal sealed class PersistentForward : PersistentKernel
{
    PersistentForward(LoopStage stage, Run run, Accelerator device) : base(stage, run, device, backward: false) { }

    /// <summary>Queues it, with the states at the end; null: the loop is to go step by step.</summary>
    public static PersistentShape? TryRun(LoopStage stage, Run run, Accelerator device, StateOnDevice[] states)
        => Fits(stage, run, device) && new PersistentForward(stage, run, device) is var kernel && kernel.TryRun(states) ? kernel.Shape : null;

    bool TryRun(StateOnDevice[] states)
    {
        ProjectStage[] products = [.. Stage.Inner.OfType<ProjectStage>()];
        if (!TryShape(Made(Stage), [.. products.Select(p => (p.Rows, p.Columns))])) return false;
        HandOn(states);
        var product = 0;
        foreach (var inner in Stage.Inner)
        {
            Step($"");
            Step($"// {inner.Describe()}");
            if (inner is ProjectStage project)
            {
                Multiply(project, product++, PlaceOf(project.Operands[0]), PlaceOf(project.Results[0]), adds: false);
                Step($"store_product(kept, limits, t, {project.Rows}, {Shape.Products[product - 1].Each}, {PlaceOf(project.Results[0])}, {MadeRowsOf(project.Results[0])});");
            }
            else Map((MapStage)inner);
            Barrier();
        }
        return TryLaunch();
    }

    void HandOn(StateOnDevice[] states)
    {
        if (HasResets)
        {
            Open($"real flag = load_flag(REALS(resets), limits, first, steps, start);");
            Open($"SHARED real* const flags = kept + {Shape.Limits + Shape.Sequences};");
            Open($"put_flag(flags, limits, start, flag);");
            Open($"flag = load_flag(REALS(resets), limits, first, steps, start + direction);");
        }
        for (var s = 0; s < states.Length; s++)
        {
            var (old, next, width) = (PlaceOf(Stage.Results[s]), PlaceOf(Stage.Operands[s]), states[s].Width);
            Add($"ADDRESS(start{s})", states[s].Start.Start);
            Add($"ADDRESS(initial{s})", states[s].Initial);
            Add($"ADDRESS(end{s})", states[s].End);
            Open($"load_states(kept, first, batches, {width}, {old}, REALS(start{s}), REALS(initial{s}));");
            Step($"hand_on(kept, limits, {Flags}, t, {width}, {old}, {next}, REALS(initial{s}), {MadeRowsOf(Stage.Results[s])});");
            Close($"store_ends(kept, limits, first, batches, {width}, {old}, {next}, REALS(end{s}));");
        }
        Barrier();
        if (!HasResets) return;
        Step($"put_flag(flags, limits, t + direction, flag);");
        Step($"flag = load_flag(REALS(resets), limits, first, steps, t + 2 * direction);");
    }

    void Map(MapStage map)
    {
        var (m, width) = (map.Index, map.Width);
        OpenMap(map);
        LoadStreams(map, i => !IsKept(map.Operands[i]));
        Step($"if (IS_STEP(t, limit{m}))");
        Step($"{{");
        for (var i = 0; i < map.Operands.Length; i++)
        {
            if (IsKept(map.Operands[i])) Step($"    x{m}[{i}] = KEPT_OF(sequence{m}, {PlaceOf(map.Operands[i])} + channel{m});");
        }
        Step($"    real out{m}[{map.Results.Length}];");
        Step($"    forward{m}(x{m}, fixed{m}, out{m});");
        for (var i = 0; i < map.Results.Length; i++)
        {
            Step($"    KEPT_OF(sequence{m}, {PlaceOf(map.Results[i])} + channel{m}) = out{m}[{i}];");
            Step($"    store_at({RowsOf(map.Results[i])}, sequence{m}, channel{m}, out{m}[{i}]);");
        }
        Step($"}}");
    }
}
