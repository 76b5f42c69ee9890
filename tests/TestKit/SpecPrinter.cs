using System.Globalization;
using Recurve.Generator.Model;

namespace Recurve.TestKit;

/// <summary>A cell's model as text, one line per instruction.</summary>
internal static class SpecPrinter
{
    public static string Print(CellSpec spec)
    {
        var lines = new List<string> { $"cell {spec.Name}({string.Join(", ", spec.Parameters.Select(p => $"{p.Type} {p.Name}"))}) {spec.Strategy}" };
        foreach (var f in spec.Fields)
            lines.Add($"{(f.Trained ? "weight" : "constant")} {f.Name} [{f.Rows}{(f.Columns is { } c ? $", {c}" : "")}] {f.Init}{(f.InitValue != 0 ? $" {Number(f.InitValue)}" : "")}{(f.FanIn is { } n ? $" fan-in {n}" : "")}");
        foreach (var s in spec.States) lines.Add($"state {s.Name} [{s.Size}{(s.Columns is { } m ? $", {m}" : "")}]{(s.Trained ? " trained" : "")} {s.Strategy}");
        foreach (var i in spec.Inputs) lines.Add($"input {i.Name}{(i.Size is null ? "" : $" [{i.Size}]")}");
        lines.Add(Body(spec));
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>Leaves are written where they are used: <c>%0 = Sigmoid(x)</c>.</summary>
    public static string Body(CellSpec spec)
    {
        var texts = new string[spec.Body.Count];
        var lines = new List<string>();
        for (var i = 0; i < texts.Length; i++)
        {
            var o = spec.Body[i];
            if (Leaf(o) is { } leaf)
            {
                texts[i] = leaf;
                continue;
            }
            var arguments = o.Operands.Select(p => texts[p]).Concat(o.Sizes.Select(s => s.ToString()));
            if (o.Number != 0) arguments = arguments.Append(Number(o.Number));
            texts[i] = $"%{lines.Count}";
            lines.Add($"{texts[i]} = {o.Op}({string.Join(", ", arguments)})");
        }
        for (var i = 0; i < spec.States.Count && i < spec.NewStates.Count; i++)
            if (spec.NewStates[i] >= 0) lines.Add($"{spec.States[i].Name}' = {texts[spec.NewStates[i]]}");
        for (var i = 0; i < spec.Results.Count; i++) lines.Add($"return {spec.Outputs[i]} = {(spec.Results[i] < 0 ? "?" : texts[spec.Results[i]])}");
        return string.Join('\n', lines);
    }

    static string? Leaf(Instruction o) => o.Op switch
    {
        "Input" or "Field" => o.Name,
        "OldState" => $"old {o.Name}",
        "Fixed" or "FixedMask" => $"{{{o.Name}}}",
        "Literal" => Number(o.Number),
        _ => null,
    };

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
