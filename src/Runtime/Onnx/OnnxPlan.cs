using Recurve.Contracts;
using Recurve.Plans;

namespace Recurve.Onnx;

/// <summary>
/// The stages of a cell as nodes. A value that is constant over the call is a row (width), one that is not (time, batch, width), and inside a loop
/// (batch, width); so elementwise operations broadcast as they are.
/// </summary>
internal sealed class OnnxPlan
{
    readonly OnnxGraph graph;
    readonly CellModule cell;
    readonly Plan plan;
    readonly string sequence;
    readonly Dictionary<int, string> values = [];
    // while a loop is open: what its body calls things
    OnnxScan? loop;
    Dictionary<int, string> inside = [];

    OnnxPlan(OnnxGraph graph, CellModule cell, string[] inputs)
    {
        (this.graph, this.cell, plan, sequence) = (graph, cell, cell.CellPlan, inputs[0]);
        foreach (var slot in plan.Slots)
        {
            if (slot.Kind == SlotKind.Input) values[slot.Id] = inputs[slot.Index];
            else if (slot.Kind == SlotKind.Field) values[slot.Id] = graph.Constant(cell.Definition.Fields[slot.Index].Name, FieldOf(slot), slot.Width);
            else if (slot.Kind == SlotKind.Fill) values[slot.Id] = graph.Constant("fill", [.. Enumerable.Repeat(slot.Number, slot.Width)], slot.Width);
        }
    }

    /// <summary>Adds a cell's nodes.</summary>
    /// <param name="graph">That they are added to.</param>
    /// <param name="cell">With the weights as they are now.</param>
    /// <param name="inputs">(time, batch, size) each.</param>
    /// <returns>Outputs, (time, batch, size) each.</returns>
    public static string[] Export(OnnxGraph graph, CellModule cell, string[] inputs)
    {
        var export = new OnnxPlan(graph, cell, inputs);
        foreach (var stage in export.plan.PerCall.Concat(export.plan.PerStep)) stage.Export(export);
        return [.. export.plan.Outputs.Select(o => export.InEveryStep(o))];
    }

    /// <summary>Where nodes are added now: the graph, or the body of the open loop.</summary>
    public OnnxGraph Graph => loop?.Body ?? graph;

    public Plan Plan => plan;

    public CellDefinition Definition => cell.Definition;

    public float[] FieldOf(Slot slot) => cell.FieldTensors[slot.Index].ToArray();

    public bool IsPerStep(Signal signal) => plan.SlotOf(signal).Rate == Rate.PerStep;

    /// <summary>The name of a signal's value here.</summary>
    public string ValueOf(Signal signal)
    {
        var slot = plan.SlotOf(signal);
        if (signal.Start == 0 && signal.Width == slot.Width) return WholeOf(slot);
        // of a weight, the part itself is kept
        if (slot.Kind == SlotKind.Field) return graph.Constant(cell.Definition.Fields[slot.Index].Name, FieldOf(slot).AsSpan(signal.Start, signal.Width), signal.Width);
        return Graph.Add("Slice", [WholeOf(slot), Graph.Integers(signal.Start), Graph.Integers(signal.Start + signal.Width), Graph.Integers(-1)]);
    }

    /// <summary>The same, repeated in every row where it is constant over the call.</summary>
    public string InEveryStep(Signal signal) => IsPerStep(signal) ? ValueOf(signal) : InEveryStep(ValueOf(signal), signal.Width);

    /// <summary>A row, or rows of all batches, repeated for every step.</summary>
    public string InEveryStep(string row, int width)
    {
        string[] rows = loop is null ? [Time, Batch] : [Batch];
        return Graph.Add("Expand", [row, Graph.Add("Concat", [.. rows, Graph.Integers(width)], new OnnxAttribute("axis", 0L))]);
    }

    /// <summary>A signal's rows as matrices.</summary>
    public string Matrix(Signal signal, int rows, int columns) => Graph.Add("Reshape", [ValueOf(signal), Graph.Integers([.. Leading(IsPerStep(signal)), rows, columns])]);

    /// <summary>Matrices as rows.</summary>
    public string Row(string matrix, bool perStep, int width) => Graph.Add("Reshape", [matrix, Graph.Integers([.. Leading(perStep), width])]);

    // the axes before a row, as they are
    long[] Leading(bool perStep) => !perStep ? [] : loop is null ? [0, 0] : [0];

    public void Set(Signal result, string value) => (loop is null ? values : inside)[result.Id] = value;

    /// <summary>Where a state starts, (batch, width).</summary>
    public string StartOf(int state) => graph.Add("Expand", [
        graph.Constant($"{plan.Definition.Planes[state].Name}_start", InitialOf(state) ?? new float[plan.Definition.Planes[state].Width], plan.Definition.Planes[state].Width),
        graph.Add("Concat", [Batch, graph.Integers(plan.Definition.Planes[state].Width)], new OnnxAttribute("axis", 0L))]);

    /// <summary>A trained initial state; null: zero.</summary>
    public float[]? InitialOf(int state) => cell.InitialPlanes()[state]?.ToArray();

    string Time => graph.Add("Slice", [graph.Add("Shape", [sequence]), graph.Integers(0), graph.Integers(1)]);

    string Batch => graph.Add("Slice", [graph.Add("Shape", [sequence]), graph.Integers(1), graph.Integers(2)]);

    /// <summary>A loop over the cell's steps.</summary>
    public OnnxScan BeginScan() => new(graph, sequence);

    /// <summary>Opens a loop of these states; their old values are the values of <paramref name="old"/>.</summary>
    public void BeginLoop(int[] states, Signal[] old)
    {
        string[] starts = [.. states.Select(StartOf)];
        (loop, inside) = (BeginScan(), []);
        for (var s = 0; s < states.Length; s++) inside[old[s].Id] = loop.Carry(starts[s]);
    }

    /// <summary>Closes it with the new values; everything inside is known outside as a sequence.</summary>
    public void EndLoop(Signal[] next)
    {
        var (closed, known) = (loop!, inside);
        string[] ends = [.. next.Select(InEveryStep)];
        int[] slots = [.. known.Keys.Where(id => plan.Slots[id].InLoop)];
        (loop, inside) = (null, []);
        var sequences = closed.Close(ends, [.. slots.Select(id => known[id])]);
        for (var i = 0; i < slots.Length; i++) values[slots[i]] = sequences[i];
    }

    /// <summary>A map's outputs.</summary>
    public void Map(Stage stage, Trace trace)
    {
        var names = new Dictionary<int, string>();
        var isRow = new bool[trace.Operations.Count];
        for (var i = 0; i < isRow.Length; i++)
        {
            names[i] = Emit(Graph, trace.Operations[i], names, stream => ValueOf(stage.Operands[stream]));
            isRow[i] = trace.Operations[i].Name == Trace.Stream || trace.Operations[i].Operands.Any(o => isRow[o]);
        }
        for (var i = 0; i < stage.Results.Length; i++)
        {
            var (result, value) = (stage.Results[i], names[trace.Results[i]]);
            Set(result, isRow[trace.Results[i]] ? value : Graph.Add("Expand", [value, Graph.Integers(result.Width)]));
        }
    }

    /// <summary>A recurrence within channels. What does not depend on the old states is computed for all steps before the loop.</summary>
    public void Recur(Stage stage, Trace trace)
    {
        var scan = BeginScan();
        var depends = new bool[trace.Operations.Count];
        var varies = new bool[trace.Operations.Count];
        Dictionary<int, string> before = [], body = [];
        string[] old = [.. stage.States.Select(s => scan.Carry(StartOf(s)))];
        string Inside(int index) => body.TryGetValue(index, out var known) ? known : body[index] = varies[index] ? scan.Each(before[index]) : before[index];
        for (var i = 0; i < depends.Length; i++)
        {
            var operation = trace.Operations[i];
            depends[i] = operation.Name == Trace.Old || operation.Operands.Any(o => depends[o]);
            varies[i] = operation.Name == Trace.Stream ? IsPerStep(stage.Operands[(int)operation.Number]) : operation.Operands.Any(o => varies[o]);
            if (operation.Name == Trace.Old) body[i] = old[(int)operation.Number];
            else if (!depends[i]) before[i] = Emit(graph, operation, before, stream => ValueOf(stage.Operands[stream]));
            else body[i] = TracedOperations.Add(scan.Body, operation.Name, [.. operation.Operands.Select(Inside)]);
        }
        // what is constant over the call is a row, and a result is one for every batch
        string[] results = [.. trace.Results.Select(i => depends[i] || varies[i] ? Inside(i) : scan.Body.Add("Expand", [Inside(i), graph.Add("Shape", [StartOf(stage.States[0])])]))];
        var sequences = scan.Close(results[..old.Length], results);
        for (var i = 0; i < stage.Results.Length; i++) Set(stage.Results[i], sequences[i]);
    }

    static string Emit(OnnxGraph graph, Traced operation, Dictionary<int, string> names, Func<int, string> stream) => operation.Name switch
    {
        Trace.Stream => stream((int)operation.Number),
        Trace.Constant => graph.Number(operation.Number),
        _ => TracedOperations.Add(graph, operation.Name, [.. operation.Operands.Select(o => names[o])]),
    };

    string WholeOf(Slot slot)
    {
        if (loop is null) return values[slot.Id];
        if (inside.TryGetValue(slot.Id, out var known)) return known;
        return inside[slot.Id] = slot.Rate == Rate.PerStep ? loop.Each(values[slot.Id]) : values[slot.Id];
    }
}
