using Recurve.Generator.IR;
using Recurve.Generator.Transform;

namespace Recurve.Generator.Emit;

/// <summary>A kernel's body as a C# struct: its signature, its arithmetic on lanes, and the same as the text of a device body.</summary>
internal static class BodyStruct
{
    public static void Write(SourceWriter writer, Kernel kernel, AdjointRegion adjoint)
    {
        var parts = new BodyParts(kernel, adjoint);
        var region = kernel.Region;
        for (var i = 0; i < region.Streams.Count; i++) writer.Line($"// stream {Literal.Integer(i)}: {Naming.Describe(kernel.Sources[i])}");
        for (var i = 0; i < kernel.Results.Count; i++) writer.Line($"// output {Literal.Integer(i)}: {kernel.Results[i].Name}");
        using (writer.Open($"file readonly struct {kernel.Name} : I{InterfaceOf(kernel.Kind)}Body"))
        {
            var read = new HashSet<Value>(Reach.From(parts.AdjointRoots().Concat(adjoint.Map).OfType<Value>()));
            var flags = string.Join(", ", parts.Differentiable.Select(Literal.Boolean));
            writer.Line("public static BodySignature Signature { get; } = new(").Line(
                $"    Streams: {Literal.Integer(region.Streams.Count)}, Outputs: {Literal.Integer(region.Outputs.Count)}, States: {Literal.Integer(region.Old.Count)}, Differentiable: [{flags}],");
            writer.Line($"    AdjointReadsOld: {Literal.Boolean(region.Old.Any(read.Contains))}, AdjointReadsNew: {Literal.Boolean(region.New.Any(read.Contains))}{SameAdjoint(parts, adjoint)},");
            if (kernel.Kind == KernelKind.Scan) writer.Line($"    {ScanReads(region, adjoint, read)},");
            writer.Line($"    Arithmetic: {Literal.Integer(region.Arithmetic)});");
            new Lanes.BodyWriter(writer, kernel, adjoint).Write();
            writer.Line();
            new Device.BodyWriter(writer, kernel, adjoint).Write();
        }
    }

    static string InterfaceOf(KernelKind kind) => kind switch
    {
        KernelKind.Block or KernelKind.Clamped or KernelKind.MaxPlus or KernelKind.LogPlus => "Composed",
        _ => kind.ToString(),
    };

    /// <summary>What a scan against the order reads: in all, and for its recurrence alone.</summary>
    static string ScanReads(Region region, AdjointRegion adjoint, HashSet<Value> read)
    {
        var recurrence = new HashSet<Value>(Reach.From(adjoint.Map.OfType<Value>()));
        var ofStates = region.Old.Concat(region.New).Any(recurrence.Contains);
        return $"RecurrenceReadsStates: {Literal.Boolean(ofStates)}{Streams("AdjointReads", read)}{Streams("RecurrenceReads", recurrence)}";

        string Streams(string name, HashSet<Value> values)
            => region.Streams.All(values.Contains) ? "" : $", {name}: [{string.Join(", ", region.Streams.Select(s => Literal.Boolean(values.Contains(s))))}]";
    }

    /// <summary>Streams whose adjoints are one value: where they are constant over the call, one sum over rows serves all.</summary>
    static string SameAdjoint(BodyParts parts, AdjointRegion adjoint)
    {
        var first = parts.Differentiable.Select((d, i) => d ? adjoint.Streams.ToList().IndexOf(adjoint.Streams[i]) : i).ToList();
        return first.Where((f, i) => f < i).Any() ? $", SameAdjoint: [{string.Join(", ", first.Select(f => Literal.Integer(f)))}]" : "";
    }
}
