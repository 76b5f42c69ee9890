using System.Globalization;
using System.Runtime.InteropServices;

namespace Recurve.Onnx;

/// <summary>An attribute of a node: whole numbers, a number or a graph.</summary>
internal sealed record OnnxAttribute(string Name, object Value)
{
    public ProtoWriter ToProto()
    {
        var proto = new ProtoWriter().Text(1, Name);
        return Value switch
        {
            float number => proto.Single(2, number).Integer(20, 1),
            long number => proto.Integer(3, number).Integer(20, 2),
            OnnxGraph graph => proto.Message(6, graph.ToProto()).Integer(20, 5),
            long[] numbers => proto.Integers(8, numbers).Integer(20, 7),
            _ => throw new InvalidOperationException($"An attribute of type {Value.GetType().Name}."),
        };
    }
}

/// <summary>One operation; an empty input is one that is left out.</summary>
internal sealed record OnnxNode(string Op, string[] Inputs, string[] Outputs, OnnxAttribute[] Attributes)
{
    /// <summary>Names that it reads, those that graphs in its attributes take from outside included.</summary>
    public IEnumerable<string> Reads => Inputs.Concat(Attributes.Select(a => a.Value).OfType<OnnxGraph>().SelectMany(g => g.Reads));

    public ProtoWriter ToProto() => new ProtoWriter().Texts(1, Inputs).Texts(2, Outputs).Text(4, Op).Messages(5, Attributes.Select(a => a.ToProto()));
}

/// <summary>A value that comes into a graph or leaves it: floats or truth values; an axis is a size or a name, and null where nothing is said of the shape.</summary>
internal sealed record OnnxValue(string Name, object[]? Axes = null, long Type = OnnxGraph.Float)
{
    public ProtoWriter ToProto()
    {
        var tensor = new ProtoWriter().Integer(1, Type);
        if (Axes is not null)
            tensor.Message(2, new ProtoWriter().Messages(1, Axes.Select(a => a is string name ? new ProtoWriter().Text(2, name) : new ProtoWriter().Integer(1, (int)a))));
        return new ProtoWriter().Text(1, Name).Message(2, new ProtoWriter().Message(1, tensor));
    }
}

/// <summary>
/// A graph that is being written: nodes in order, and the constants they read. The body of a Scan is a graph of its own that sees the names of the one
/// around it, and whose constants are kept there.
/// </summary>
internal sealed class OnnxGraph
{
    /// <summary>ONNX's numbers for element types.</summary>
    public const long Float = 1, Int64 = 7, Bool = 9;

    readonly OnnxGraph root;
    readonly List<OnnxNode> nodes = [];
    // of the outermost graph, for all inside it
    readonly HashSet<string> names = [];
    readonly HashSet<string> truths = [];
    readonly Dictionary<string, ProtoWriter> constants = [];
    readonly Dictionary<string, string> known = [];

    /// <param name="name">Of the graph.</param>
    /// <param name="around">The graph that this one is a part of; null: none.</param>
    public OnnxGraph(string name, OnnxGraph? around = null) => (Name, root) = (name, around?.root ?? this);

    public string Name { get; }

    public List<OnnxValue> Inputs { get; } = [];

    public List<OnnxValue> Outputs { get; } = [];

    /// <summary>What the graph takes from the one around it.</summary>
    public IEnumerable<string> Reads
    {
        get
        {
            HashSet<string> own = [.. Inputs.Select(i => i.Name), .. nodes.SelectMany(n => n.Outputs)];
            return nodes.SelectMany(n => n.Reads).Concat(Outputs.Select(o => o.Name)).Where(name => !own.Contains(name)).Distinct();
        }
    }

    /// <summary>A name like this one that nothing else has.</summary>
    public string Fresh(string stem)
    {
        var name = stem;
        for (var i = 1; !root.names.Add(name); i++) name = string.Create(CultureInfo.InvariantCulture, $"{stem}_{i}");
        return name;
    }

    /// <summary>A value that comes into this graph or leaves it.</summary>
    public OnnxValue ValueOf(string name) => new(name, Type: root.truths.Contains(name) ? Bool : Float);

    /// <summary>Says that a value is of the type of another.</summary>
    public void SetType(string name, string other)
    {
        if (root.truths.Contains(other)) root.truths.Add(name);
    }

    /// <summary>An operation with one result; the same operation is written once.</summary>
    public string Add(string op, string[] inputs, params OnnxAttribute[] attributes)
    {
        var key = attributes.Any(a => a.Value is OnnxGraph) ? null
            : $"{op}({string.Join(',', inputs)}){string.Join(',', attributes.Select(a => $"{a.Name}={(a.Value is long[] n ? string.Join(' ', n) : Convert.ToString(a.Value, CultureInfo.InvariantCulture))}"))}";
        if (key is not null && known.TryGetValue(key, out var same)) return same;
        var result = AddAs(Fresh(op.ToLowerInvariant()), op, inputs, attributes);
        if (key is not null) known.Add(key, result);
        return result;
    }

    /// <summary>The same under a name that is <see cref="Fresh"/>.</summary>
    public string AddAs(string result, string op, string[] inputs, params OnnxAttribute[] attributes)
    {
        nodes.Add(new(op, inputs, [result], attributes));
        var isTruth = op switch
        {
            "Less" or "LessOrEqual" or "Greater" or "GreaterOrEqual" or "Equal" or "And" or "Or" or "Not" => true,
            "Where" => root.truths.Contains(inputs[1]),
            "Identity" or "Expand" or "Slice" => root.truths.Contains(inputs[0]),
            _ => false,
        };
        if (isTruth) root.truths.Add(result);
        return result;
    }

    /// <summary>An operation with several results.</summary>
    public string[] AddMany(string op, string[] inputs, int results, params OnnxAttribute[] attributes)
    {
        string[] names = [.. Enumerable.Range(0, results).Select(_ => Fresh(op.ToLowerInvariant()))];
        nodes.Add(new(op, inputs, names, attributes));
        return names;
    }

    /// <summary>Numbers, row by row; without a shape, one number.</summary>
    public string Constant(string name, ReadOnlySpan<float> values, params int[] shape) => Keep(name, Float, MemoryMarshal.AsBytes(values), shape);

    public string Number(float value) => Keep("number", Float, MemoryMarshal.AsBytes([value]), []);

    /// <summary>A vector of whole numbers: axes, shapes, indices.</summary>
    public string Integers(params long[] values) => Keep("integers", Int64, MemoryMarshal.AsBytes<long>(values), [values.Length]);

    string Keep(string stem, long type, ReadOnlySpan<byte> data, int[] shape)
    {
        // small ones are written once
        var key = data.Length <= 64 ? $"{type}[{string.Join(',', shape)}]{Convert.ToHexString(data)}" : null;
        if (key is not null && root.known.TryGetValue(key, out var same)) return same;
        var name = Fresh(stem);
        root.constants.Add(name, new ProtoWriter().Integers(1, shape.Select(s => (long)s)).Integer(2, type).Text(8, name).Bytes(9, data));
        if (key is not null) root.known.Add(key, name);
        return name;
    }

    /// <summary>Drops what no output is made of.</summary>
    public void Prune()
    {
        HashSet<string> wanted = [.. Outputs.Select(o => o.Name)];
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            foreach (var body in nodes[i].Attributes.Select(a => a.Value).OfType<OnnxGraph>()) body.Prune();
            if (nodes[i].Outputs.Any(wanted.Contains)) wanted.UnionWith(nodes[i].Reads);
            else nodes.RemoveAt(i);
        }
        foreach (var name in constants.Keys.Where(c => !wanted.Contains(c)).ToArray()) constants.Remove(name);
    }

    public ProtoWriter ToProto() => new ProtoWriter()
        .Messages(1, nodes.Select(n => n.ToProto())).Text(2, Name).Messages(5, constants.Values)
        .Messages(11, Inputs.Select(i => i.ToProto())).Messages(12, Outputs.Select(o => o.ToProto()));
}
