using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Emit;

/// <summary>
/// Sizes as C# that reads the cell's fields (<c>this.wz.Rows</c>), because naming a constructor parameter in generated code would make the
/// compiler capture it. A parameter that no field's size determines is named after all.
/// </summary>
internal sealed class SizeText
{
    readonly List<(Size Size, string Text)> axes = [];
    readonly Dictionary<string, string> parameters = [];

    public SizeText(CellSpec spec)
    {
        var fields = spec.States.Select(s => (s.Name, Rows: s.Size, s.Columns)).Concat(spec.Fields.Select(f => (f.Name, f.Rows, f.Columns)));
        foreach (var (name, rows, columns) in fields.OrderBy(f => IsOfPart(f.Name)))
        {
            var own = $"this.{NameScope.Escaped(name)}";
            axes.Add((rows, IsOfPart(name) ? OfPart(name, 0) : columns is null ? $"{own}.Size" : $"{own}.Rows"));
            if (columns is not null) axes.Add((columns, IsOfPart(name) ? OfPart(name, 1) : $"{own}.Columns"));
        }
        while (axes.Any(Solve)) { }
    }

    public string Of(Size size)
    {
        if (size.Literal is { } known) return Literal.Integer(known);
        var same = axes.Find(a => a.Size.Equals(size));
        return same.Text ?? Sum(size.Terms);
    }

    static bool IsOfPart(string name) => name.Contains('.');

    // a part's fields are its own: it is asked by name
    static string OfPart(string name, int axis)
    {
        var dot = name.IndexOf('.');
        return $"global::Recurve.Contracts.Parts.SizeOf(this.{NameScope.Escaped(name.Substring(0, dot))}, {Literal.Text(name.Substring(dot + 1))}, {Literal.Integer(axis)})";
    }

    static string Sum(IEnumerable<string> terms) => string.Join(" + ", terms);

    string Sum(IEnumerable<(string[] Factors, long Coefficient)> terms) => Sum(terms.Select(t => Product(t.Factors, t.Coefficient)));

    string Product(string[] factors, long coefficient)
    {
        var parts = factors.Select(f => parameters.TryGetValue(f, out var text) ? text : NameScope.Escaped(f)).ToList();
        if (coefficient != 1 || parts.Count == 0) parts.Insert(0, coefficient < 0 ? $"({Literal.Integer(coefficient)})" : Literal.Integer(coefficient));
        return string.Join(" * ", parts);
    }

    // axis = factor · p + rest, where all else is known: p = (axis − rest) / factor
    bool Solve((Size Size, string Text) axis)
    {
        var open = axis.Size.Parameters.Where(p => !parameters.ContainsKey(p)).ToList();
        if (open.Count != 1) return false;
        var with = axis.Size.Terms.Where(t => t.Factors.Contains(open[0])).ToList();
        if (with.Any(t => t.Factors.Count(f => f == open[0]) > 1)) return false;

        var factor = Sum(with.Select(t => (t.Factors.Where(f => f != open[0]).ToArray(), t.Coefficient)));
        var rest = Sum(axis.Size.Terms.Where(t => !t.Factors.Contains(open[0])));
        var text = rest == "" ? axis.Text : $"({axis.Text} - ({rest}))";
        parameters[open[0]] = factor == "1" ? text : $"({text} / ({factor}))";
        return true;
    }
}
