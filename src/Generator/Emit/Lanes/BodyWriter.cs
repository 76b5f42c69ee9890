using Recurve.Generator.IR;
using Recurve.Generator.Transform;

namespace Recurve.Generator.Emit.Lanes;

/// <summary>A body's arithmetic and its adjoint on lanes, in C#.</summary>
internal sealed class BodyWriter(SourceWriter writer, Kernel kernel, AdjointRegion adjoint)
{
    static readonly Dialect lanes = new("V", "V", row => row.CSharp, Literal.Float, "V.Create({0})", name => name, ["row", "V"]);

    // so little, in additions, that a call costs as much; beyond it, a body with registers of its own is faster than one inlined into the loop,
    // and is compiled in full at once, as that loop is
    const int InlinedArithmetic = 6;

    const string Generic = "<V>(in Frame<V> row", Where = ") where V : unmanaged, ILane<V>";

    readonly Region region = kernel.Region;
    readonly BodyParts parts = new(kernel, adjoint);
    readonly string compilation = kernel.Region.Arithmetic <= InlinedArithmetic ? "AggressiveInlining" : "AggressiveOptimization";

    public void Write()
    {
        switch (kernel.Kind)
        {
            case KernelKind.Map: WriteMap(); break;
            case KernelKind.Scan: WriteScan(); break;
            default: WriteSequential(); break;
        }
        if (region.Map.Count > 0) WriteMaps();
    }

    void WriteMap()
    {
        var forward = new BodyMethod(lanes);
        forward.Begin(region.Outputs, Leaves());
        Method($"void Forward{Generic}{Where}", forward, Outputs(forward));

        var backward = new BodyMethod(lanes);
        backward.Begin(parts.AdjointRoots(), Leaves());
        Method($"void Adjoint{Generic}{Where}", backward, Adjoints(backward));
    }

    void WriteScan()
    {
        var (a, b) = region.Linear!.Value;
        var coefficients = new BodyMethod(lanes, "a", "b");
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
        backward.Begin(parts.AdjointRoots(), Leaves());
        Method($"V Adjoint{Generic}, V p, V s, V c{Where}", backward, Adjoints(backward), adjoint.Delta[0], returns: true);
    }

    void WriteSequential()
    {
        var step = new BodyMethod(lanes);
        foreach (var (leaf, next) in region.New.Zip(region.Next, (leaf, next) => (leaf, next))) step.Alias(leaf, next);
        step.Begin([.. region.Next, .. region.Outputs], Leaves());
        var statements = region.Next.Select((next, i) => $"row.SetNew({Literal.Integer(i)}, {step.Local(next, region.New[i].Name)});").ToList();
        Method($"void Step{Generic}{Where}", step, [.. statements, .. Outputs(step)]);

        var backward = new BodyMethod(lanes);
        backward.Begin(parts.AdjointRoots(), Leaves());
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
        var method = new BodyMethod(lanes, "map");
        method.Begin(numbers, Leaves());
        Method($"void {name}{Generic}, StepMap<V> map{Where}", method,
            [.. numbers.Select((number, i) => $"map.Set({Literal.Integer(i)}, {method.Expression(number)});")]);
    }

    BodyMethod Stepped(params string[] parameters)
    {
        var method = new BodyMethod(lanes, parameters);
        method.Parameter(region.Old[0], "p");
        method.Parameter(region.New[0], "s");
        return method;
    }

    IEnumerable<(Value, string, string)> Leaves() => parts.Leaves((kind, index) => $"row.{kind}({index})");

    List<string> Outputs(BodyMethod method) => parts.Outputs(method, (i, value) => $"row.Output({i}, {value});");

    List<string> Adjoints(BodyMethod method) => parts.Adjoints(method, (i, value) => $"row.Adjoint({i}, {value});");

    void Method(string header, BodyMethod method, IEnumerable<(string Name, Value? Value)> results)
        => Method(header, method, [.. results.Select(r => $"{r.Name} = {method.Expression(r.Value)};")]);

    void Method(string header, BodyMethod method, List<string> statements, Value? result = null, bool returns = false)
    {
        if (returns) statements.Add($"return {method.Expression(result)};");
        writer.Line();
        writer.Line($"[MethodImpl(MethodImplOptions.{compilation})]");
        using (writer.Open($"public static {header}")) writer.Lines(method.Lines).Lines(statements);
    }
}
