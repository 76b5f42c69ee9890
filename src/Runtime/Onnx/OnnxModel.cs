namespace Recurve.Onnx;

/// <summary>A model as an ONNX file: its graph between inputs and outputs whose first axis is the batch. Inside, the first axis is time.</summary>
internal static class OnnxModel
{
    const long IrVersion = 8, Opset = 17;

    public static byte[] Of(Module model)
    {
        OnnxGraph graph = new(model is CellModule named ? named.Definition.Info.Cell : model.GetType().Name);
        if (model is CellModule cell)
        {
            string[] inputs = [.. cell.Definition.Inputs.Select(i => Input(graph, i.Name, i.Size))];
            foreach (var (value, (name, size)) in OnnxPlan.Export(graph, cell, inputs).Zip(cell.Definition.Outputs)) Output(graph, name, new(value), size);
        }
        else
        {
            var input = model.First switch
            {
                Embedding => Input(graph, "x", null),
                Linear linear => Input(graph, "x", linear.Inputs),
                LayerNorm norm => Input(graph, "x", norm.Size),
                CellModule { Definition.Inputs: [var only] } => Input(graph, "x", only.Size),
                _ => Input(graph, "x", "size"),
            };
            Output(graph, "y", model.Export(graph, new(input)), "outputs");
        }
        graph.Prune();
        return new ProtoWriter().Integer(1, IrVersion).Text(2, "Recurve").Message(7, graph.ToProto())
            .Message(8, new ProtoWriter().Text(1, "").Integer(2, Opset)).ToArray();
    }

    // (batch, time[, size]) outside, (time, batch[, size]) inside
    static string Input(OnnxGraph graph, string name, object? size)
    {
        var fresh = graph.Fresh(name);
        graph.Inputs.Add(new(fresh, size is null ? ["batch", "time"] : ["batch", "time", size]));
        return graph.Add("Transpose", [fresh], new OnnxAttribute("perm", size is null ? new long[] { 1, 0 } : [1, 0, 2]));
    }

    static void Output(OnnxGraph graph, string name, OnnxFlow value, object size)
    {
        var fresh = graph.Fresh(name);
        graph.Outputs.Add(new(fresh, value.HasTime ? ["batch", "time", size] : ["batch", size]));
        if (value.HasTime) graph.AddAs(fresh, "Transpose", [value.Name], new OnnxAttribute("perm", new long[] { 1, 0, 2 }));
        else graph.AddAs(fresh, "Identity", [value.Name]);
    }
}
