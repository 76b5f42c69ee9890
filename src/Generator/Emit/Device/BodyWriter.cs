using Recurve.Generator.IR;
using Recurve.Generator.Transform;

namespace Recurve.Generator.Emit.Device;

/// <summary>
/// A body's arithmetic and its adjoint on one channel, as text in the common subset of CUDA C++ and OpenCL C: pure functions on small arrays
/// that the target's compiler keeps in registers (docs/devices.md).
/// </summary>
internal sealed class BodyWriter(SourceWriter writer, Kernel kernel, AdjointRegion adjoint)
{
    static readonly Dialect device = new("real", "bool", row => row.C, Literal.Device, "{0}", Ascii, Words.Reserved);

    const string Streams = "const real* x, const real* fixed";

    readonly Region region = kernel.Region;
    readonly BodyParts parts = new(kernel, adjoint);
    bool isFirst = true;

    public void Write()
    {
        writer.Line("public static string? DeviceText => \"\"\"");
        using (writer.Indent())
        {
            switch (kernel.Kind)
            {
                case KernelKind.Map: WriteMap(); break;
                case KernelKind.Scan: WriteScan(); break;
                default: WriteSequential(); break;
            }
            writer.Line("\"\"\";");
        }
    }

    void WriteMap()
    {
        var forward = Begin(region.Outputs, "y");
        Function($"void forward({Streams}, real* y)", forward, Outputs(forward));

        var backward = Begin(parts.AdjointRoots(), "dy", "dx");
        Function($"void adjoint({Streams}, const real* dy, real* dx)", backward, Adjoints(backward));
    }

    void WriteScan()
    {
        var (a, b) = region.Linear!.Value;
        var coefficients = Begin([a, b], "a", "b");
        Function($"void coefficients({Streams}, real* a, real* b)", coefficients, Assign(coefficients, ("*a", a), ("*b", b)));

        var outputs = Stepped(region.Outputs, "y");
        Function($"void outputs({Streams}, real p, real s, real* y)", outputs, Outputs(outputs));

        var reversed = Stepped(adjoint.Map, "dy", "a", "r");
        Function($"void adjoint_coefficients({Streams}, real p, real s, const real* dy, real* a, real* r)", reversed,
            Assign(reversed, ("*a", adjoint.Map[0]), ("*r", adjoint.Map[1])));

        var backward = Stepped(parts.AdjointRoots(), "dy", "c", "dx");
        Function($"real adjoint({Streams}, real p, real s, const real* dy, real c, real* dx)", backward,
            [.. Adjoints(backward), $"return {backward.Expression(adjoint.Delta[0])};"]);
    }

    void WriteSequential()
    {
        var step = NewMethod("old", "next", "y");
        foreach (var (leaf, next) in region.New.Zip(region.Next, (leaf, next) => (leaf, next))) step.Alias(leaf, next);
        step.Begin([.. region.Next, .. region.Outputs], Leaves());
        var states = region.Next.Select((next, i) => $"next[{Literal.Integer(i)}] = {step.Local(next, region.New[i].Name)};").ToList();
        Function($"void step_forward({Streams}, const real* old, real* next, real* y)", step, [.. states, .. Outputs(step)]);

        var backward = Begin(parts.AdjointRoots(), "old", "next", "dy", "c", "delta", "dx");
        Function($"void step_adjoint({Streams}, const real* old, const real* next, const real* dy, const real* c, real* delta, real* dx)", backward,
            [.. Adjoints(backward), .. Numbered(backward, "delta", adjoint.Delta)]);

        if (kernel.Kind == KernelKind.Newton) Maps("linearised", ", const real* old", region.Map, "old");
        else if (region.Map.Count > 0) Maps("map", "", region.Map);
        if (region.Map.Count > 0) Maps("adjoint_map", ", const real* old, const real* next, const real* dy", adjoint.Map, "old", "next", "dy");
    }

    void Maps(string name, string reads, IReadOnlyList<Value?> numbers, params string[] parameters)
    {
        var method = Begin(numbers, [.. parameters, "m"]);
        Function($"void {name}({Streams}{reads}, real* m)", method, Numbered(method, "m", numbers));
    }

    BodyMethod Begin(IEnumerable<Value?> roots, params string[] parameters)
    {
        var method = NewMethod(parameters);
        method.Begin(roots, Leaves());
        return method;
    }

    BodyMethod Stepped(IEnumerable<Value?> roots, params string[] parameters)
    {
        var method = NewMethod([.. parameters, "p", "s"]);
        method.Parameter(region.Old[0], "p");
        method.Parameter(region.New[0], "s");
        if (parameters.Contains("c")) method.Parameter(adjoint.Carry[0], "c");
        method.Begin(roots, Leaves());
        return method;
    }

    static BodyMethod NewMethod(params string[] parameters) => new(device, ["x", "fixed", .. parameters]);

    IEnumerable<(Value, string, string)> Leaves() => parts.Leaves((kind, index) => kind switch
    {
        LeafKind.Stream => $"x[{index}]",
        LeafKind.Fixed => $"fixed[{index}]",
        LeafKind.Old => $"old[{index}]",
        LeafKind.New => $"next[{index}]",
        LeafKind.Carry => $"c[{index}]",
        _ => $"dy[{index}]",
    });

    List<string> Outputs(BodyMethod method) => parts.Outputs(method, (i, value) => $"y[{i}] = {value};");

    List<string> Adjoints(BodyMethod method) => parts.Adjoints(method, (i, value) => $"dx[{i}] = {value};");

    static List<string> Numbered(BodyMethod method, string array, IReadOnlyList<Value?> values)
        => Assign(method, [.. values.Select((value, i) => ($"{array}[{Literal.Integer(i)}]", value))]);

    static List<string> Assign(BodyMethod method, params (string Target, Value? Value)[] results)
        => [.. results.Select(r => $"{r.Target} = {method.Expression(r.Value)};")];

    void Function(string header, BodyMethod method, List<string> statements)
    {
        if (!isFirst) writer.Line();
        isFirst = false;
        using (writer.Open($"FUNCTION {header}")) writer.Lines(method.Lines).Lines(statements);
    }

    // OpenCL C 1.2 has no other letters in its names
    static string Ascii(string name) => string.Concat(name.Select(c => c < 128 ? c.ToString() : "u" + ((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)));
}
