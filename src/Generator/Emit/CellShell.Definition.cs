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
        using (writer.Open("Fields =", "],", "[")) writer.Lines(spec.Fields.Select(Field));
        using (writer.Open("States =", "],", "[")) writer.Lines(spec.States.Select(State));
        writer.Line($"Step = (inputs, outputs) => {Results("outputs")} = this.Step({string.Join(", ", spec.Inputs.Select((_, i) => $"inputs[{Literal.Integer(i)}]"))}),");
        using (writer.Open("Plan = plan =>", "},")) contents.Plan(writer);
        writer.Line($"WrapStates = states => new States({string.Join(", ", spec.States.Select((_, i) => $"states[{Literal.Integer(i)}]"))}),");
    }

    static string Field(FieldSpec field)
    {
        var kind = field.Columns is null ? "Vector" : "Matrix";
        var init = field.Trained ? $", Init = {R}Init.{field.Init}" : "";
        var value = field.Trained && field.Init == "Constant" ? $", InitValue = {Literal.Double(field.InitValue)}" : "";
        return $"new({Literal.Text(field.Name)}, {Literal.Boolean(field.Trained)}) {{ {kind} = this.{NameScope.Escaped(field.Name)}{init}{value} }},";
    }

    static string State(StateSpec state)
    {
        var field = $"this.{NameScope.Escaped(state.Name)}";
        return $"new({Literal.Text(state.Name)}, {field}.Size, {Literal.Boolean(state.Trained)}, () => {field}, value => {field} = value),";
    }
}
