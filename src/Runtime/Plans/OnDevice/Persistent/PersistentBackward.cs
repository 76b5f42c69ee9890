using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>A loop against the order of its steps, in one kernel. Adjoints of what a step makes lie in the group's memory; those of products leave it, for the gradients of their weights.</summary>
internal sealed class PersistentBackward : PersistentKernel
{
    readonly Stage[] live;
    readonly Signal[] kept;
    readonly HashSet<int> arriving = [], given = [];
    readonly List<DeviceSums> sums = [];

    PersistentBackward(LoopStage stage, Run run, Accelerator device) : base(stage, run, device, backward: true)
    {
        live = [.. stage.Inner.Where(run.IsLive).Reverse()];
        kept = [.. Made(stage).Where(run.HasAdjoint)];
    }

    /// <summary>Queues it; false: the loop is to go step by step.</summary>
    /// <param name="stage">The loop.</param>
    /// <param name="run">Whose.</param>
    /// <param name="device">Where.</param>
    /// <param name="states">Of the loop.</param>
    public static bool TryRun(LoopStage stage, Run run, Accelerator device, StateOnDevice[] states)
    {
        if (!Fits(stage, run, device)) return false;
        PersistentBackward kernel = new(stage, run, device);
        Storage[] starts = [.. states.Select(s => s.RentRows())], taken = [.. states.Select(s => s.RentSums())];
        var runs = kernel.TryRun(states, starts, taken);
        for (var s = 0; s < states.Length; s++)
        {
            if (runs) states[s].GiveStart(starts[s].Address);
            if (runs) states[s].GiveInitial(taken[s]);
            starts[s].Return();
            taken[s].Return();
        }
        foreach (var sum in kernel.sums) sum.Dispose();
        return runs;
    }

    // starts: by state, rows of what leaves there; taken: what resets take, a row in extended precision per batch
    bool TryRun(StateOnDevice[] states, Storage[] starts, Storage[] taken)
    {
        ProjectStage[] products = [.. live.OfType<ProjectStage>().Where(IsWanted)];
        if (!FindArriving() || !TryShape(kept, [.. products.Select(p => (p.Columns, p.Rows))])) return false;
        HandBack(states, starts, taken);
        var product = 0;
        foreach (var inner in live)
        {
            Step($"");
            Step($"// {inner.Describe()}");
            if (inner is ProjectStage project)
            {
                var place = PlaceOf(project.Results[0]);
                if (IsWanted(project)) Multiply(project, product++, place, PlaceOf(project.Operands[0]), ModeOf(project, 0) == StoreMode.Add);
                if (Enumerable.Range(0, project.Count).Any(i => Run.TargetOf(project, i + 1).IsSum))
                    Step($"store_kept(kept, limits, t, {project.Rows}, {place}, {MadeRowsOf(project.Results[0], isAdjoint: true)});");
            }
            else Map((MapStage)inner);
            Barrier();
        }
        if (!TryLaunch()) return false;
        foreach (var sum in sums) sum.Complete();
        return true;
    }

    bool IsWanted(ProjectStage product) => ModeOf(product, 0) != StoreMode.Discard;

    StoreMode ModeOf(Stage stage, int operand) => Run.TargetOf(stage, operand).Mode;

    /// <summary>Which adjoints have something from outside of the loop before a step; false: one of those that it carries itself has, which is then not what the step before receives.</summary>
    bool FindArriving()
    {
        Dictionary<int, bool[]> written = kept.ToDictionary(s => s.Id, s => new bool[s.Width]);
        for (var s = 0; s < Stage.Operands.Length; s++) Write(Stage, s);
        foreach (var inner in live)
        {
            for (var i = 0; i < inner.Operands.Length; i++) Write(inner, i);
        }
        foreach (var (id, columns) in written)
        {
            if (columns.Contains(false)) arriving.Add(id);
        }
        return Stage.Results.All(old => written.ContainsKey(old.Id) && !arriving.Contains(old.Id));

        void Write(Stage stage, int operand)
        {
            var (signal, mode) = (stage.Operands[operand], ModeOf(stage, operand));
            if (mode == StoreMode.Discard || !written.TryGetValue(signal.Id, out var columns)) return;
            var there = columns.AsSpan(signal.Start, signal.Width);
            if (mode == StoreMode.Add && there.Contains(false)) arriving.Add(signal.Id);
            there.Fill(true);
        }
    }

    // what arrives, and what the step after this one hands back
    void HandBack(StateOnDevice[] states, Storage[] starts, Storage[] taken)
    {
        if (HasResets)
        {
            Open($"SHARED real* const flags = kept + {Shape.Limits + Shape.Sequences};");
            Open($"if (LANE < SEQUENCES) flags[LANE] = 0.0f;");
            Open($"real flag = load_flag(REALS(resets), limits, first, steps, start);");
        }
        foreach (var signal in kept.Where(k => arriving.Contains(k.Id)))
        {
            var (id, width, rows) = (signal.Id, signal.Width, MadeRowsOf(signal, isAdjoint: true));
            Open($"real arriving{id}[ROUNDS({width})];");
            Open($"load_ahead(limits, start, 0, {width}, {rows}, arriving{id});");
            Step($"keep_ahead(kept, limits, t, {width}, {PlaceOf(signal)}, arriving{id});");
            Step($"load_ahead(limits, t + direction, 1, {width}, {rows}, arriving{id});");
        }
        // rows of their own are the same items' in both
        var isWhole = Stage.Operands.All(next => next == Run.Plan.SlotOf(next).Whole);
        for (var s = 0; s < states.Length; s++)
        {
            var (old, width, mode) = (PlaceOf(Stage.Results[s]), states[s].Width, ModeOf(Stage, s));
            Add($"ADDRESS(end{s})", states[s].EndAdjoint);
            Add($"ADDRESS(start{s})", starts[s].Address);
            Add($"ADDRESS(taken{s})", taken[s].Address);
            Open($"load_states(kept, first, batches, {width}, {old}, REALS(end{s}), 0);");
            if (!isWhole) Barrier();
            if (mode != StoreMode.Discard)
                Step($"hand_back(kept, limits, {Flags}, t, first, {width}, {old}, {PlaceOf(Stage.Operands[s])}, {(mode == StoreMode.Add ? "true" : "false")}, EXTENDED(taken{s}));");
            Close($"store_starts(kept, {Flags}, first, batches, {width}, {old}, REALS(start{s}), EXTENDED(taken{s}));");
        }
        Barrier();
        if (!HasResets) return;
        Step($"put_flag(flags, limits, t, flag);");
        Step($"flag = load_flag(REALS(resets), limits, first, steps, t + direction);");
    }

    void Map(MapStage map)
    {
        var m = map.Index;
        var signature = map.Signature;
        OpenMap(map);
        LoadStreams(map, _ => true);
        int[] summed = SumsOf(map);
        // what another stage's items gave to a signal of the outside, this one adds to
        int[] outside = [.. map.Operands.Where((o, i) => !IsKept(o) && Run.TargetOf(map, i).IsRows).Select(o => o.Id).Distinct()];
        if (outside.Any(given.Contains)) Step($"MEMORY_BARRIER();");
        given.UnionWith(outside);
        Step($"if (IS_STEP(t, limit{m}))");
        Step($"{{");
        Step($"    real arrives{m}[{signature.Outputs}], dx{m}[{signature.Streams + 1}];");
        for (var i = 0; i < map.Results.Length; i++)
        {
            if (Run.HasAdjoint(map.Results[i])) Step($"    arrives{m}[{i}] = KEPT_OF(sequence{m}, {PlaceOf(map.Results[i])} + channel{m});");
            else Step($"    arrives{m}[{i}] = 0.0f;");
        }
        Step($"    adjoint{m}(x{m}, fixed{m}, arrives{m}, dx{m});");
        for (var i = 0; i < map.Operands.Length; i++)
        {
            var (operand, target) = (map.Operands[i], Run.TargetOf(map, i));
            if (!target.IsRows) continue;
            var adds = target.Mode == StoreMode.Add;
            if (IsKept(operand)) Step($"    KEPT_OF(sequence{m}, {PlaceOf(operand)} + channel{m}) {(adds ? "+=" : "=")} dx{m}[{i}];");
            else Step($"    {(adds ? "add_at" : "store_at")}({RowsOf(operand, isAdjoint: true)}, sequence{m}, {ChannelOf(map, i)}, dx{m}[{i}]);");
        }
        for (var j = 0; j < summed.Length; j++) Step($"    recent{m}[{j}] += dx{m}[{summed[j]}];");
        Step($"}}");
        if (summed.Length > 0) Step($"if ((n & 255) == 255) flush_sums({summed.Length}, recent{m}, total{m});");
    }

    // streams whose adjoints are summed over steps; none, where nobody wants one
    int[] SumsOf(MapStage map)
    {
        var launch = map.BackwardOf(Run);
        var signature = DeviceSignature.Of(map.Signature, launch);
        if (DeviceSums.Of(Device, signature, launch, Walk.Batches) is not { } sum) return [];
        sums.Add(sum);
        int[] summed = [.. Enumerable.Range(0, map.Signature.Streams).Where(i => DeviceSignature.Has(signature.Summed, i))];
        var (m, count) = (map.Index, summed.Length);
        Add($"ADDRESS(sums{m})", sum.Partials);
        Open($"real recent{m}[{count}];");
        Open($"extended total{m}[{count}];");
        Open($"clear_sums({count}, recent{m}, total{m});");
        Close($"flush_sums({count}, recent{m}, total{m});");
        Close($"if (LANE < SEQUENCES * {map.Width} && first + sequence{m} < batches) leave_sums({count}, total{m}, EXTENDED(sums{m}), first + sequence{m}, {map.Width}, channel{m});");
        return summed;
    }
}
