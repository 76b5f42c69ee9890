using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Emit;

/// <summary>What is said of a state.</summary>
/// <param name="Kind">Name of a <c>RecurrenceKind</c>.</param>
/// <param name="Runs">How, as the end of a sentence.</param>
/// <param name="Reason">Why, in the user's names.</param>
internal sealed record StateText(string Kind, string Runs, string Reason);

/// <summary>What a shell is made from, besides the spec.</summary>
/// <param name="Inputs">Sizes of the inputs.</param>
/// <param name="Outputs">Sizes of the outputs.</param>
/// <param name="States">Of each state, in declaration order.</param>
/// <param name="Dependencies">Who reads whom, and how.</param>
/// <param name="Stages">One line per stage.</param>
/// <param name="Program">The step, one value per line.</param>
/// <param name="Pieces">Vectors that are several states of the plan: the sizes of these.</param>
/// <param name="Plan">Writes the stages, inside the cell, with <c>plan</c> in scope.</param>
internal sealed record ShellContents(
    IReadOnlyList<Size> Inputs,
    IReadOnlyList<Size> Outputs,
    IReadOnlyList<StateText> States,
    IReadOnlyList<(string From, string To, string Kind)> Dependencies,
    IReadOnlyList<string> Stages,
    string Program,
    IReadOnlyList<(string State, IReadOnlyList<Size> Sizes)> Pieces,
    Action<SourceWriter> Plan);

/// <summary>The generated half of the class: what a user calls, and what the runtime asks.</summary>
internal sealed partial class CellShell(SourceWriter writer, CellSpec spec, SizeText sizes)
{
    const string R = "global::Recurve.", Tensor = R + "Tensor", Sequence = R + "Sequence";

    /// <param name="contents">Null: the cell has errors; its public members are there and throw.</param>
    public void Write(ShellContents? contents)
    {
        var blocks = new Stack<SourceWriter.Block>();
        if (spec.Namespace != "") blocks.Push(writer.Open($"namespace {spec.Namespace}"));
        foreach (var type in spec.ContainingTypes) blocks.Push(writer.Open(type));
        if (contents is not null) WriteRemarks(contents.States);
        blocks.Push(writer.Open($"partial class {NameScope.Escaped(spec.Name)} : {R}CellModule"));
        WriteInfo(contents);
        WriteStates(contents?.States);
        // a cell with errors may have no Step
        if (spec.Inputs.Count > 0 && spec.Outputs.Count > 0) WriteForward(contents is null);
        if (contents is not null) WriteFixedNumbers();
        WriteDefinition(contents);
        while (blocks.Count > 0) blocks.Pop().Dispose();
    }

    // beside the summary that the user wrote of the class
    void WriteRemarks(IReadOnlyList<StateText> states)
    {
        writer.Line("/// <remarks>");
        foreach (var (state, text) in spec.States.Zip(states, (s, t) => (s, t)))
            writer.Line($"/// <para><c>{state.Name}</c> is {text.Kind} and {text.Runs}: {Xml(text.Reason)}.</para>");
        writer.Line("/// </remarks>");
    }

    static string Xml(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    void WriteInfo(ShellContents? contents)
    {
        writer.Line("/// <summary>What the compiler decided for this cell.</summary>");
        if (contents is null)
        {
            writer.Line($"public static {R}CellInfo Info => throw {Failure};");
            return;
        }
        writer.Line($"public static {R}CellInfo Info {{ get; }} = new(").Line($"    {Literal.Text(spec.Name)},").Line("    [");
        foreach (var (state, (kind, _, reason)) in spec.States.Zip(contents.States, (s, c) => (s, c)))
        {
            writer.Line($"        new({Literal.Text(state.Name)}, {R}RecurrenceKind.{kind}, {R}Strategy.{state.Strategy}, {Literal.Text(reason)}),");
        }
        writer.Line("    ],").Line("    [").Lines(contents.Stages.Select(s => $"        {Literal.Text(s)},")).Line("    ],");
        writer.Line($"    string.Join('\\n',").Lines(Quoted(contents.Program));
        using (writer.Open("    ))", "};"))
        using (writer.Open("Dependencies =", "],", "["))
        {
            foreach (var (from, to, kind) in contents.Dependencies) writer.Line($"new({Literal.Text(from)}, {Literal.Text(to)}, {R}DependencyKind.{kind}),");
        }
    }

    static IEnumerable<string> Quoted(string text)
    {
        var lines = text.Split('\n');
        return lines.Select((line, i) => $"        {Literal.Text(line)}{(i == lines.Length - 1 ? "" : ",")}");
    }

    void WriteStates(IReadOnlyList<StateText>? texts)
    {
        string Runs(string name) => texts is null ? "" : texts[spec.States.TakeWhile(s => s.Name != name).Count()] is var text ? $"; {text.Kind}, {text.Runs}" : "";
        var members = Members(spec.States.Select(s => s.Name));
        var names = members.Select(m => NameScope.Escaped(m.Name)).ToList();
        writer.Line().Line("/// <summary>The cell's states between two calls.</summary>");
        foreach (var (name, part) in members) writer.Line($"/// <param name=\"{name}\">{(part is null ? Axes(spec.States.First(s => s.Name == name)) + Runs(name) : "Those of the part")}.</param>");
        var parameters = members.Select(m => $"{(m.Part is null ? Tensor : $"{m.Part.Type}.States")} {NameScope.Escaped(m.Name)}");
        using (writer.Open($"public sealed record States({string.Join(", ", parameters)}) : {R}CellStates"))
        {
            writer.Line("/// <inheritdoc/>");
            writer.Line($"protected override global::System.Collections.Generic.IReadOnlyList<{Tensor}> Components => [{string.Join(", ", members.Select(m => m.Part is null ? $"this.{NameScope.Escaped(m.Name)}" : $".. ComponentsOf(this.{NameScope.Escaped(m.Name)})"))}];");
            writer.Line().Line("/// <summary>The same numbers, cut off from how they were computed.</summary>");
            writer.Line($"public States Detach() => new({string.Join(", ", names.Select(n => $"this.{n}.Detach()"))});");
        }
        writer.Line().Line("/// <summary>The initial states for a batch: zero, or trained.</summary>");
        writer.Line($"public States InitialStates(int batch) => (States)this.CreateInitialStates(batch);");
    }

    static string Axes(StateSpec state) => state.IsComplex ? "(batch, size, 2)" : state.Columns is null ? "(batch, size)" : "(batch, rows, columns)";

    // in declaration order: each name of its own, and each part once
    IReadOnlyList<(string Name, PartSpec? Part)> Members(IEnumerable<string> names)
        => [.. names.Select(n => n.Split('.')[0]).Distinct().Select(n => (n, spec.Parts.FirstOrDefault(p => p.Name == n)))];

    string Failure => $"new global::System.InvalidOperationException({Literal.Text($"{spec.Name} has errors that the build reports (RCV diagnostics).")})";
}
