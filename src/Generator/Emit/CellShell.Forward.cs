namespace Recurve.Generator.Emit;

internal sealed partial class CellShell
{
    bool HasOneInput => spec.Inputs.Count == 1;

    bool HasOneOutput => spec.Outputs.Count == 1;

    void WriteForward(bool fails)
    {
        var scope = new NameScope(["start", "sequence"]);
        var inputs = spec.Inputs.Select(i => scope.Take(i.Name)).ToList();
        var parameters = string.Join(", ", inputs.Select(i => $"{Tensor} {i}"));
        var tensors = $"[{string.Join(", ", inputs)}]";

        var names = new NameScope(["Rest", "Deconstruct", "Equals", "GetHashCode", "GetType", "ToString", "CompareTo"]);
        var elements = spec.Outputs.Select(o => $"{Tensor} {names.Take(o.StartsWith("Item", StringComparison.Ordinal) ? "_" + o : o)}").ToList();
        var result = HasOneOutput ? Tensor : $"({string.Join(", ", elements)})";

        // with one input and one output the base class has this overload
        if (!HasOneInput || !HasOneOutput)
        {
            var hides = HasOneInput ? "new " : "";
            Document(inputs, "The outputs", withStart: false);
            Member($"public {hides}{result} Forward({parameters}, {Sequence}? sequence = null)", fails,
                $"var (outputs, _) = this.Run({tensors}, null, sequence);", $"return {Results("outputs")};");
        }
        Document(inputs, "The outputs and the states after the last step", withStart: true);
        Member($"public ({result} Outputs, States End) Forward({parameters}, States? start, {Sequence}? sequence = null)", fails,
            $"var (outputs, end) = this.Run({tensors}, start, sequence);", $"return ({Results("outputs")}, (States)end);");
        if (HasOneInput) return;

        Document(inputs, "The first output of the user's own Step in double precision, (batch, time, size) row by row", withStart: false, hasSequence: false);
        Member($"public double[] RunEagerly({parameters})", fails, $"return this.RunEagerlyCore({tensors}, null, null).Outputs[0];");
        Document(inputs, "The user's own Step in double precision", withStart: true);
        Member($"public {R}EagerRun RunEagerly({parameters}, States? start, {Sequence}? sequence = null)", fails,
            $"return this.RunEagerlyCore({tensors}, start, sequence);");
    }

    string Results(string array) => HasOneOutput
        ? $"{array}[0]"
        : $"({string.Join(", ", spec.Outputs.Select((_, i) => $"{array}[{Literal.Integer(i)}]"))})";

    void Document(IReadOnlyList<string> inputs, string what, bool withStart, bool hasSequence = true)
    {
        writer.Line().Line($"/// <summary>{what}.</summary>");
        foreach (var input in inputs) writer.Line($"/// <param name=\"{input}\">(batch, time, size).</param>");
        if (withStart) writer.Line("/// <param name=\"start\">The states before the first step; null: the cell's initial ones.</param>");
        if (hasSequence) writer.Line("/// <param name=\"sequence\">Lengths, direction, resets; null: all steps, forward.</param>");
        writer.Line("/// <exception cref=\"global::System.ArgumentException\">A shape, device or length does not fit.</exception>");
    }

    void Member(string header, bool fails, params string[] statements)
    {
        if (fails) writer.Line($"{header} => throw {Failure};");
        else using (writer.Open(header)) writer.Lines(statements);
    }
}
