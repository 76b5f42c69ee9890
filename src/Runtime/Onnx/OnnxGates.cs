using Recurve.Plans;

namespace Recurve.Onnx;

/// <summary>
/// LSTM and GRU, recognised in a loop by what its map computes, whatever the names and however the weights are stacked. A gate is a function of
/// W x + R h + b with weights that do not depend on anything; f, i, o = σ, g = τ, c' = f c + i g, h' = o τ(c') is an LSTM, and
/// r, z = σ, n = τ(W x + b + r (R h + d)), h' = (1 − z) n + z h a GRU.
/// </summary>
internal sealed class OnnxGates
{
    readonly OnnxPlan plan;
    readonly LoopStage loop;
    readonly Stage map;
    readonly Trace trace;
    Contracts.Signal? input;

    OnnxGates(OnnxPlan plan, LoopStage loop, Stage map, Trace trace) => (this.plan, this.loop, this.map, this.trace) = (plan, loop, map, trace);

    /// <summary>Adds the operation that the loop is.</summary>
    /// <returns>False: it is neither, and nothing was added that is read.</returns>
    public static bool TryExport(OnnxPlan plan, LoopStage loop)
    {
        if (loop.Inner.Count(s => s is ITraced) != 1 || loop.Inner.Any(s => s is not (ITraced or ProjectStage))) return false;
        var map = loop.Inner.Single(s => s is ITraced);
        var gates = new OnnxGates(plan, loop, map, ((ITraced)map).Trace());
        return loop.States.Length switch
        {
            1 => gates.TryGru(),
            2 => gates.TryLstm(0, 1) || gates.TryLstm(1, 0),
            _ => false,
        };
    }

    bool TryLstm(int h, int c)
    {
        input = null;
        if (Next(h) is not { } hidden || Next(c) is not { } memory || !IsReadAlone(h)) return false;
        if (Factors(hidden) is not { } output || Pick(output, "Sigmoid", "Tanh") is not var (o, ofMemory) || ofMemory != memory) return false;
        if (Terms(memory) is not { } terms) return false;
        foreach (var (kept, added) in Orders(terms))
        {
            if (Factors(kept) is not { } keeps || Factors(added) is not { } adds) continue;
            if (Orders(keeps).Where(k => IsOld(k.Second, c)).Select(k => Argument(k.First, "Sigmoid")).FirstOrDefault(f => f is not null) is not { } f) continue;
            if (Pick(adds, "Sigmoid", "Tanh") is not var (i, g)) continue;
            // the order of ONNX
            Gate?[] gates = [GateOf(i, h), GateOf(o, h), GateOf(f, h), GateOf(g, h)];
            if (input is null || gates.Any(gate => gate is null)) return false;
            Add("LSTM", h, [h, c], [.. gates.OfType<Gate>()], []);
            return true;
        }
        return false;
    }

    bool TryGru()
    {
        if (Next(0) is not { } hidden || !IsReadAlone(0) || Terms(hidden) is not { } terms) return false;
        foreach (var (first, second) in Orders(terms))
        {
            if (Factors(first) is not { } news || Factors(second) is not { } olds) continue;
            if (Orders(olds).Where(k => IsOld(k.Second, 0)).Select(k => (int?)k.First).FirstOrDefault() is not { } z || Argument(z, "Sigmoid") is not { } update) continue;
            if (Orders(news).Where(k => IsComplement(k.First, z)).Select(k => Argument(k.Second, "Tanh")).FirstOrDefault(n => n is not null) is not { } n) continue;
            var reset = Sum(n).Select(Factors).FirstOrDefault(p => p is not null);
            if (reset is null) continue;
            foreach (var (r, recurrent) in Orders(reset))
            {
                if (Argument(r, "Sigmoid") is not { } gate) continue;
                var product = Sum(n).Single(t => Factors(t) is { } p && p.SequenceEqual(reset));
                Gate?[] gates = [GateOf(update, 0), GateOf(gate, 0), GateOf(Sum(n).Where(t => t != product), 0), GateOf(recurrent, 0)];
                if (input is null || gates.Any(g => g is null)) return false;
                var (fromInput, fromState) = (gates[2]!, gates[3]!);
                if (fromInput.ReadsState || fromState.ReadsInput) return false;
                Add("GRU", 0, [0], [gates[0]!, gates[1]!, fromInput with { R = fromState.R, RecurrentBias = fromState.Bias }], [new("linear_before_reset", 1L)]);
                return true;
            }
        }
        return false;
    }

    void Add(string op, int hidden, int[] states, Gate[] gates, OnnxAttribute[] attributes)
    {
        var (g, units, inputs) = (plan.Graph, map.ResultWidths[0], input!.Value.Width);
        string Weights(string name, Func<Gate, float[]> part, params int[] shape) => g.Constant(name, [.. gates.SelectMany(part)], shape);
        // where both start at zero, nothing is said
        var starts = states.All(s => plan.InitialOf(s) is null) ? [] : states.Select(s => g.Add("Unsqueeze", [plan.StartOf(loop.States[s]), g.Integers(0)])).Prepend("");
        var sequence = g.AddMany(op, [
            plan.ValueOf(input.Value), Weights("W", p => p.ReadsInput ? p.W : new float[units * inputs], 1, gates.Length * units, inputs), Weights("R", p => p.R, 1, gates.Length * units, units),
            g.Constant("B", [.. gates.SelectMany(p => p.Bias), .. gates.SelectMany(p => p.RecurrentBias)], 1, 2 * gates.Length * units), .. starts], 1,
            [new("hidden_size", (long)units), .. attributes])[0];
        plan.Set(loop.Operands[hidden], g.Add("Squeeze", [sequence, g.Integers(1)]));
    }

    /// <summary>W x + R h + b of what is under a gate; null where it is something else.</summary>
    Gate? GateOf(int index, int hidden) => GateOf(Sum(index), hidden);

    Gate? GateOf(IEnumerable<int> leaves, int hidden)
    {
        var units = map.ResultWidths[0];
        Gate gate = new([], new float[units * units], new float[units], new float[units]);
        foreach (var leaf in leaves)
        {
            if (trace.Operations[leaf] is not { Name: Trace.Stream, Number: var stream }) return null;
            var signal = map.Operands[(int)stream];
            var slot = plan.Plan.SlotOf(signal);
            if (slot.Kind == SlotKind.Field) AddTo(gate.Bias, plan.FieldOf(slot).AsSpan(signal.Start, units));
            else if (ProjectOf(loop.Inner, slot) is { } recurrent && recurrent.Operands[0] == loop.Results[hidden] && RowsOf(recurrent, signal.Start, units) is { } r)
            {
                AddTo(gate.R, r);
                gate = gate with { ReadsState = true };
            }
            else if (ProjectOf(plan.Plan.PerStep, slot) is { } project && (input ??= project.Operands[0]) == project.Operands[0] && RowsOf(project, signal.Start, units) is { } w)
            {
                if (gate.W.Length == 0) gate = gate with { W = new float[w.Length], ReadsInput = true };
                AddTo(gate.W, w);
            }
            else return null;
        }
        return gate;
    }

    static ProjectStage? ProjectOf(IEnumerable<Stage> stages, Slot slot) => stages.OfType<ProjectStage>().FirstOrDefault(p => p.Results[0].Id == slot.Id);

    /// <summary>Rows of the stacked matrices of a product; null where they are not weights.</summary>
    float[]? RowsOf(ProjectStage project, int start, int count)
    {
        if (project.Operands[1..].Any(m => plan.Plan.SlotOf(m).Kind != SlotKind.Field)) return null;
        float[] stack = [.. project.Operands[1..].SelectMany(m => plan.FieldOf(plan.Plan.SlotOf(m)).AsSpan(m.Start, m.Width).ToArray())];
        return stack[(start * project.Columns)..((start + count) * project.Columns)];
    }

    static void AddTo(float[] sum, ReadOnlySpan<float> term)
    {
        for (var i = 0; i < sum.Length; i++) sum[i] += term[i];
    }

    /// <summary>What the map makes of a state; null where it is not the map's.</summary>
    int? Next(int state)
    {
        var result = Array.FindIndex(map.Results, r => r == loop.Operands[state]);
        return result < 0 ? null : trace.Results[result];
    }

    /// <summary>Whether nothing outside reads what the loop computes except the new value of this state.</summary>
    bool IsReadAlone(int state) => plan.Plan.PerStep.Where(s => s != loop).SelectMany(s => s.Operands).Concat(plan.Plan.Outputs)
        .All(s => s.Id == loop.Operands[state].Id || !loop.Inner.Append(loop).Any(i => i.Results.Any(r => r.Id == s.Id)));

    bool IsOld(int index, int state) => trace.Operations[index] is { Name: Trace.Stream, Number: var stream } && map.Operands[(int)stream] == loop.Results[state];

    bool IsComplement(int index, int of) => trace.Operations[index] is { Name: "Subtract", Operands: [var one, var gate] } && gate == of
        && trace.Operations[one] is { Name: Trace.Constant, Number: 1 };

    int? Argument(int index, string function) => trace.Operations[index] is { Operands: [var x] } operation && operation.Name == function ? x : null;

    /// <summary>The arguments of two functions, whichever comes first.</summary>
    (int First, int Second)? Pick(int[] pair, string first, string second)
    {
        foreach (var (a, b) in Orders(pair))
            if (Argument(a, first) is { } x && Argument(b, second) is { } y) return (x, y);
        return null;
    }

    int[]? Factors(int index) => trace.Operations[index] is { Name: "Multiply", Operands: var pair } ? pair : null;

    int[]? Terms(int index) => trace.Operations[index] is { Name: "Add", Operands: var pair } ? pair : null;

    IEnumerable<int> Sum(int index) => Terms(index) is { } terms ? terms.SelectMany(Sum) : [index];

    static IEnumerable<(int First, int Second)> Orders(int[] pair) => [(pair[0], pair[1]), (pair[1], pair[0])];

    /// <param name="W">(units, inputs); empty where x is not read.</param>
    /// <param name="R">(units, units).</param>
    /// <param name="Bias">(units).</param>
    /// <param name="RecurrentBias">(units); what is added to R h itself.</param>
    sealed record Gate(float[] W, float[] R, float[] Bias, float[] RecurrentBias)
    {
        public bool ReadsInput { get; init; }

        public bool ReadsState { get; init; }
    }
}

/// <summary>A stage whose arithmetic can be traced.</summary>
internal interface ITraced
{
    /// <summary>What it computes.</summary>
    Trace Trace();
}
