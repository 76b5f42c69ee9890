using System.Globalization;

namespace Recurve.Generator.IR;

/// <summary>Programs as text, one value per line, numbered in order: <c>%3 [units] = Sigmoid(%2)</c>. The same program, the same text.</summary>
internal static class Printer
{
    public static string Print(Program program)
    {
        var names = Names(program.Values);
        var lines = program.Values.Select(v => Line(v, names)).ToList();
        lines.AddRange(program.States.Where(s => s.New is not null).Select(s => $"{s.Name}' = {names[s.New!]}"));
        lines.AddRange(program.Outputs.Select(o => $"return {o.Name} = {names[o.Value]}"));
        return string.Join("\n", lines);
    }

    /// <summary>A few values and what they are made of; leaves stand in the lines that use them.</summary>
    /// <param name="roots">Each with the text before its name: <c>δ h = </c>; null prints as 0.</param>
    public static string Print(IReadOnlyList<(string Label, Value? Value)> roots)
    {
        var lines = new List<string>();
        var names = new Dictionary<Value, string>();
        foreach (var value in Reach.From(roots.Select(r => r.Value).OfType<Value>()))
        {
            names[value] = value.IsLeaf ? Leaf(value) : $"%{lines.Count}";
            if (!value.IsLeaf) lines.Add($"{names[value]} = {Call(value, names)}");
        }
        lines.AddRange(roots.Select(r => $"{r.Label} = {(r.Value is null ? "0" : names[r.Value])}"));
        return string.Join("\n", lines);
    }

    /// <summary>A number as the program's text shows it.</summary>
    public static string Number(double number)
        => double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? (number > 0 ? "∞" : "-∞") : Shortest(number);

    static Dictionary<Value, string> Names(IReadOnlyList<Value> values)
    {
        var names = new Dictionary<Value, string>();
        foreach (var value in values) names[value] = $"%{names.Count}";
        return names;
    }

    static string Line(Value value, Dictionary<Value, string> names)
    {
        var mask = value.Element == Element.Mask ? " mask" : "";
        var what = value.IsLeaf ? $"{value.Op} {Leaf(value)}" : Call(value, names);
        var comment = !value.IsLeaf && value.Name != "" ? $"  // {value.Name}" : "";
        return $"{names[value]} {value.Shape}{mask} = {what}{comment}";
    }

    static string Leaf(Value value) => value switch
    {
        { Op: Op.Literal } => Number(value.Number),
        { Op: Op.Fixed, Sizes.Count: 1 } => $"({value.Sizes[0]})",
        { Op: Op.Fixed or Op.FixedMask } => $"({value.Name})",
        _ => value.Name,
    };

    static string Call(Value value, Dictionary<Value, string> names)
    {
        var arguments = value.Operands.Select(o => names[o]).ToList();
        if (value.Op is Op.LeakyRelu or Op.LayerNorm or Op.RmsNorm) arguments.Add(Number(value.Number));
        if (value.Op == Op.Slice) arguments.AddRange(value.Sizes.Select(s => s.ToString()));
        return $"{value.Op}({string.Join(", ", arguments)})";
    }

    // the shortest text that reads back as the same number; "R" is that in netstandard2.0 too, but for some it is not the shortest
    static string Shortest(double number)
    {
        var text = string.Format(CultureInfo.InvariantCulture, "{0:G15}", number);
        return double.Parse(text, CultureInfo.InvariantCulture).Equals(number)
            ? text
            : string.Format(CultureInfo.InvariantCulture, "{0:R}", number);
    }
}
