using Recurve.Generator.Model;

namespace Recurve.Generator.Emit;

internal sealed partial class CellShell
{
    const string Contracts = R + "Contracts.";

    void WriteDefinition(ShellContents? contents)
    {
        writer.Line().Line("/// <inheritdoc/>");
        var header = $"protected override {Contracts}CellDefinition Define()";
        if (contents is null)
        {
            writer.Line($"{header} => throw {Failure};");
            return;
        }
        using var definition = writer.Open($"{header} => new()", "};");
        writer.Line("Info = Info,");
        writer.Line($"Inputs = [{string.Join(", ", spec.Inputs.Select((x, i) => $"({Literal.Text(x.Name)}, {sizes.Of(contents.Inputs[i])})"))}],");
        writer.Line($"Outputs = [{string.Join(", ", spec.Outputs.Select((y, i) => $"({Literal.Text(y)}, {sizes.Of(contents.Outputs[i])})"))}],");
        if (spec.Parts.Count > 0) writer.Line($"Parts = [{string.Join(", ", spec.Parts.Select(p => $"({Literal.Text(p.Name)}, this.{NameScope.Escaped(p.Name)})"))}],");
        using (writer.Open("Fields =", "],", "[")) writer.Lines(Lines("Fields", spec.Fields, f => f.Name, Field));
        using (writer.Open("States =", "],", "[")) writer.Lines(Lines("States", spec.States, s => s.Name, State));
        if (contents.Pieces.Count > 0) writer.Line($"Pieces = [{string.Join(", ", contents.Pieces.Select(p => $"({Literal.Text(p.State)}, [{string.Join(", ", p.Sizes.Select(sizes.Of))}])"))}],");
        writer.Line($"Step = (inputs, outputs) => {Results("outputs")} = this.Step({string.Join(", ", spec.Inputs.Select((_, i) => $"inputs[{Literal.Integer(i)}]"))}),");
        using (writer.Open("Plan = plan =>", "},")) contents.Plan(writer);
        writer.Line($"WrapStates = states => {Wrapped(spec, "States", 0)},");
    }

    /// <summary>One line per field or state of the cell's own, one for all those of a part.</summary>
    IEnumerable<string> Lines<T>(string what, IEnumerable<T> items, Func<T, string> name, Func<T, string> own)
    {
        var byName = items.ToDictionary(name);
        return Members(byName.Keys).Select(m => m.Part is null
            ? own(byName[m.Name])
            : $".. {Contracts}Parts.{what}({Literal.Text(m.Name)}, this.{NameScope.Escaped(m.Name)}),");
    }

    // States of parts are built inside those of their owner
    static string Wrapped(CellSpec cell, string type, int first)
    {
        var arguments = new List<string>();
        for (var s = 0; s < cell.States.Count;)
        {
            if (cell.Parts.FirstOrDefault(p => cell.States[s].Name.StartsWith(p.Name + ".", StringComparison.Ordinal)) is { } part)
            {
                arguments.Add(Wrapped(part.Cell, $"{part.Type}.States", first + s));
                s += part.Cell.States.Count;
            }
            else arguments.Add($"states[{Literal.Integer(first + s++)}]");
        }
        return $"new {type}({string.Join(", ", arguments)})";
    }

    /// <summary>What an owner of this cell asks it for.</summary>
    void WriteFixedNumbers()
    {
        if (spec.FixedNumbers is not { Count: > 0 } numbers) return;
        writer.Line().Line("/// <summary>Numbers and conditions that are fixed when the cell is built.</summary>");
        writer.Line($"internal double[] FixedNumbers => [{string.Join(", ", numbers.Select(n => n.Op == "FixedMask" ? $"({n.Name}) ? 1 : 0" : n.Name))}];");
    }

    string Field(FieldSpec field)
    {
        var kind = field.Columns is null ? "Vector" : "Matrix";
        var init = field.Trained ? $", Init = {R}Init.{field.Init}" : "";
        var value = field.Trained && field.Init == "Constant" ? $", InitValue = {Literal.Double(field.InitValue)}" : "";
        var fanIn = field.FanIn is null ? "" : $", FanIn = {sizes.Of(field.FanIn)}";
        return $"new({Literal.Text(field.Name)}, {Literal.Boolean(field.Trained)}) {{ {kind} = this.{NameScope.Escaped(field.Name)}{init}{value}{fanIn} }},";
    }

    static string State(StateSpec state)
    {
        var field = $"this.{NameScope.Escaped(state.Name)}";
        return $"new({Literal.Text(state.Name)}, {(state.Columns is null ? $"{field}.Size" : $"{field}.Rows, {field}.Columns")}, {Literal.Boolean(state.Trained)}, () => {field}, value => {field} = value),";
    }
}
