using Recurve.Generator.IR;
using Recurve.Generator.Transform;

namespace Recurve.Generator.Emit.Lanes;

/// <summary>A kernel's body as a C# struct: its arithmetic and its adjoint on lanes.</summary>
internal sealed class BodyWriter(SourceWriter writer, Kernel kernel, AdjointRegion adjoint)
{
    const string Generic = "<V>(in Frame<V> row", Where = ") where V : unmanaged, ILane<V>";

    readonly Region region = kernel.Region;

    string Interface => kernel.Kind switch
    {
        KernelKind.Block or KernelKind.Clamped or KernelKind.MaxPlus or KernelKind.LogPlus => "Composed",
        var kind => kind.ToString(),
    };

    /// <summary>Whether the body writes an adjoint of each stream.</summary>
    IReadOnlyList<bool> Differentiable
        => [.. kernel.Streams.Select((s, i) => s.Signal.Differentiable && adjoint.Streams[i] is not null)];

    /// <summary>Streams whose adjoints are one value: where they are constant over the call, one sum over rows serves all.</summary>
    string SameAdjoint()
    {
        var first = Differentiable.Select((d, i) => d ? adjoint.Streams.ToList().IndexOf(adjoint.Streams[i]) : i).ToList();
        return first.Where((f, i) => f < i).Any() ? $", SameAdjoint: [{string.Join(", ", first.Select(f => Literal.Integer(f)))}]" : "";
    }

    public void Write()
    {
        for (var i = 0; i < region.Streams.Count; i++) writer.Line($"// stream {Literal.Integer(i)}: {Naming.Describe(kernel.Sources[i])}");
        for (var i = 0; i < kernel.Results.Count; i++) writer.Line($"// output {Literal.Integer(i)}: {kernel.Results[i].Name}");
        using (writer.Open($"file readonly struct {kernel.Name} : I{Interface}Body"))
        {
            var read = new HashSet<Value>(Reach.From(AdjointRoots().Concat(adjoint.Map).OfType<Value>()));
            var flags = string.Join(", ", Differentiable.Select(Literal.Boolean));
            writer.Line("public static BodySignature Signature { get; } = new(").Line(
                $"    Streams: {Literal.Integer(region.Streams.Count)}, Outputs: {Literal.Integer(region.Outputs.Count)}, States: {Literal.Integer(region.Old.Count)}, Differentiable: [{flags}],");
            writer.Line($"    AdjointReadsOld: {Literal.Boolean(region.Old.Any(read.Contains))}, AdjointReadsNew: {Literal.Boolean(region.New.Any(read.Contains))}{SameAdjoint()});");
            switch (kernel.Kind)
            {
                case KernelKind.Map: WriteMap(); break;
                case KernelKind.Scan: WriteScan(); break;
                default: WriteSequential(); break;
            }
            if (Interface is "Composed" or "Newton") WriteMaps();
        }
    }

    void WriteMap()
    {
        var forward = new LaneMethod();
        forward.Begin(region.Outputs, Leaves());
        Method($"void Forward{Generic}{Where}", forward, Outputs(forward));

        var backward = new LaneMethod();
        backward.Begin(AdjointRoots(), Leaves());
        Method($"void Adjoint{Generic}{Where}", backward, Adjoints(backward));
    }

    void WriteScan()
    {
        var (a, b) = region.Linear!.Value;
        var coefficients = new LaneMethod("a", "b");
        coefficients.Begin([a, b], Leaves());
        Method($"void Coefficients{Generic}, out V a, out V b{Where}", coefficients, [("a", a), ("b", b)]);

        var outputs = Stepped("p", "s");
        outputs.Begin(region.Outputs, Leaves());
        Method($"void Outputs{Generic}, V p, V s{Where}", outputs, Outputs(outputs));

        var reversed = Stepped("p", "s", "a", "r");
        reversed.Begin(adjoint.Map, Leaves());
        Method($"void AdjointCoefficients{Generic}, V p, V s, out V a, out V r{Where}", reversed, [("a", adjoint.Map[0]), ("r", adjoint.Map[1])]);

        var backward = Stepped("p", "s", "c");
        backward.Parameter(adjoint.Carry[0], "c");
        backward.Begin(AdjointRoots(), Leaves());
        Method($"V Adjoint{Generic}, V p, V s, V c{Where}", backward, Adjoints(backward), adjoint.Delta[0], returns: true);
    }

    void WriteSequential()
    {
        var step = new LaneMethod();
        foreach (var (leaf, next) in region.New.Zip(region.Next, (leaf, next) => (leaf, next))) step.Alias(leaf, next);
        step.Begin([.. region.Next, .. region.Outputs], Leaves());
        var statements = region.Next.Select((next, i) => $"row.SetNew({Literal.Integer(i)}, {step.Local(next, region.New[i].Name)});").ToList();
        Method($"void Step{Generic}{Where}", step, [.. statements, .. Outputs(step)]);

        var backward = new LaneMethod();
        backward.Begin(AdjointRoots(), Leaves());
        var adjoints = Adjoints(backward);
        adjoints.AddRange(adjoint.Delta.Select((delta, i) => $"row.SetDelta({Literal.Integer(i)}, {backward.Expression(delta)});"));
        Method($"void Adjoint{Generic}{Where}", backward, adjoints);
    }

    void WriteMaps()
    {
        WriteMap(kernel.Kind == KernelKind.Newton ? "Linearised" : "Map", region.Map);
        WriteMap("AdjointMap", adjoint.Map);
    }

    void WriteMap(string name, IReadOnlyList<Value?> numbers)
    {
        var method = new LaneMethod("map");
        method.Begin(numbers, Leaves());
        Method($"void {name}{Generic}, StepMap<V> map{Where}", method,
            [.. numbers.Select((number, i) => $"map.Set({Literal.Integer(i)}, {method.Expression(number)});")]);
    }

    LaneMethod Stepped(params string[] parameters)
    {
        var method = new LaneMethod(parameters);
        method.Parameter(region.Old[0], "p");
        method.Parameter(region.New[0], "s");
        return method;
    }

    IEnumerable<Value?> AdjointRoots() => adjoint.Streams.Where((_, i) => Differentiable[i]).Concat(adjoint.Delta);

    /// <summary>How a body reads each leaf of its region and adjoint.</summary>
    IEnumerable<(Value Leaf, string Name, string Text)> Leaves()
    {
        return Read(region.Streams, "Stream").Concat(Read(kernel.Fixed, "Fixed")).Concat(Read(region.Old, "Old")).Concat(Read(region.New, "New"))
            .Concat(Read(adjoint.Carry, "Carry")).Concat(Read(adjoint.OutputAdjoints, "OutputAdjoint"));

        IEnumerable<(Value, string, string)> Read(IEnumerable<Value> leaves, string member) => leaves.Select((leaf, i) =>
        {
            var text = $"row.{member}({Literal.Integer(i)})";
            var name = member switch
            {
                "Stream" => leaf.Name,
                "Fixed" => "fixed",
                "Old" => $"{leaf.Name}_old",
                "New" => leaf.Name,
                "Carry" => $"c_{region.Old[i].Name}",
                _ => $"y{Literal.Integer(i)}",
            };
            return (leaf, name, leaf.Op == Op.FixedMask ? $"{text} > 0.5f" : text);
        });
    }

    List<string> Outputs(LaneMethod method)
        => [.. region.Outputs.Select((o, i) => $"row.Output({Literal.Integer(i)}, {method.Expression(o)});")];

    List<string> Adjoints(LaneMethod method)
    {
        var statements = new List<string>();
        for (var i = 0; i < region.Streams.Count; i++)
        {
            if (Differentiable[i]) statements.Add($"row.Adjoint({Literal.Integer(i)}, {method.Expression(adjoint.Streams[i])});");
        }
        return statements;
    }

    void Method(string header, LaneMethod method, IEnumerable<(string Name, Value? Value)> results)
        => Method(header, method, [.. results.Select(r => $"{r.Name} = {method.Expression(r.Value)};")]);

    void Method(string header, LaneMethod method, List<string> statements, Value? result = null, bool returns = false)
    {
        if (returns) statements.Add($"return {method.Expression(result)};");
        writer.Line();
        using (writer.Open($"public static {header}")) writer.Lines(method.Lines).Lines(statements);
    }
}
