namespace Recurve.Onnx;

/// <summary>A loop over the first axis, time: what is carried from step to step, what is read at each, what is written at each.</summary>
/// <param name="around">The graph that it stands in.</param>
/// <param name="steps">A sequence with as many steps, for a loop that reads none: ONNX counts the steps of what is read.</param>
internal sealed class OnnxScan(OnnxGraph around, string steps)
{
    readonly List<string> starts = [], sequences = [];
    readonly List<OnnxValue> carried = [], read = [];
    readonly Dictionary<string, string> known = [];

    /// <summary>One step.</summary>
    public OnnxGraph Body { get; } = new("step", around);

    /// <summary>A value that begins as <paramref name="start"/>; the result is its old value, inside.</summary>
    public string Carry(string start)
    {
        starts.Add(start);
        carried.Add(new(Body.Fresh("old")));
        return carried[^1].Name;
    }

    /// <summary>A sequence's value at this step, inside.</summary>
    public string Each(string sequence)
    {
        if (known.TryGetValue(sequence, out var same)) return same;
        sequences.Add(sequence);
        var at = Body.Fresh("at");
        Body.SetType(at, sequence);
        read.Add(Body.ValueOf(at));
        return known[sequence] = at;
    }

    /// <summary>Ends the loop with the new values of what is carried; the result is the sequence of each of <paramref name="written"/>.</summary>
    public string[] Close(string[] next, string[] written)
    {
        if (sequences.Count == 0) Each(steps);
        Body.Inputs.AddRange([.. carried, .. read]);
        // a result is a node's own: neither an input, nor a value from outside, nor another result
        foreach (var name in next.Concat(written)) Body.Outputs.Add(Body.ValueOf(Body.AddAs(Body.Fresh("result"), "Identity", [name])));
        var results = around.AddMany("Scan", [.. starts, .. sequences], next.Length + written.Length, new("body", Body), new("num_scan_inputs", (long)sequences.Count))[next.Length..];
        for (var i = 0; i < written.Length; i++) around.SetType(results[i], written[i]);
        return results;
    }
}
