namespace Recurve.Onnx;

/// <summary>What goes from module to module: (time, batch, size), or (batch, size) behind a <see cref="LastStep"/>.</summary>
/// <param name="Name">Of the value.</param>
/// <param name="HasTime">Whether it has an axis of time.</param>
internal readonly record struct OnnxFlow(string Name, bool HasTime = true);

/// <summary>Operations on rows that several parts of a model are made of.</summary>
internal static class OnnxRows
{
    /// <summary>(v − mean) / √(variance + ε) over the last axis; not centred: v / √(mean v² + ε).</summary>
    public static string Normalized(OnnxGraph g, string v, double epsilon, bool centred)
    {
        string Mean(string of) => g.Add("ReduceMean", [of], new OnnxAttribute("axes", new long[] { -1 }), new OnnxAttribute("keepdims", 1L));
        if (centred) v = g.Add("Sub", [v, Mean(v)]);
        return g.Add("Div", [v, g.Add("Sqrt", [g.Add("Add", [Mean(g.Add("Mul", [v, v])), g.Number((float)epsilon)])])]);
    }

    /// <summary>A sequence from its end to its beginning.</summary>
    public static OnnxFlow Reversed(OnnxGraph g, OnnxFlow x)
        => x with { Name = g.Add("Slice", [x.Name, g.Integers(-1), g.Integers(long.MinValue), g.Integers(0), g.Integers(-1)]) };
}
