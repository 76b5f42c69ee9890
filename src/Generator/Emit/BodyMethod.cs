using Recurve.Generator.IR;

namespace Recurve.Generator.Emit;

/// <summary>How a target spells the arithmetic of a body.</summary>
/// <param name="Real">Type of a number.</param>
/// <param name="Mask">Type of a comparison's result.</param>
/// <param name="Spelling">An op's column in the op table.</param>
/// <param name="Number">Prints a number in single precision.</param>
/// <param name="Lifted">A number where an operator between two of them is to be one of the target's; {0} is the number.</param>
/// <param name="Identifier">A name of the cell's as the target accepts it.</param>
/// <param name="Reserved">What no local may be called.</param>
internal sealed record Dialect(
    string Real, string Mask, Func<OpRow, string?> Spelling, Func<double, string> Number, string Lifted, Func<string, string> Identifier, IReadOnlyList<string> Reserved);

/// <summary>
/// The statements of one method of a body: leaves first, then one local per value that is used twice; all else stands inside the
/// expression that uses it. More leaves than there are registers are read where they are used.
/// </summary>
internal sealed class BodyMethod
{
    /// <summary>Lanes that a method may hold at once: a machine has 32 at most, and functions need some.</summary>
    internal const int MostLanes = 24;

    const int Longest = 100, Sum = 1, Product = 2, Sign = 3, Atom = 4;

    readonly Dialect dialect;
    readonly NameScope scope;
    readonly Dictionary<Value, (string Text, int Precedence)> known = [];
    readonly Dictionary<Value, Value> aliases = [];
    readonly Dictionary<Value, (string Name, string Text)> late = [];
    readonly Dictionary<Value, int> uses = [];
    readonly List<string> lines = [];

    /// <param name="dialect">The target's.</param>
    /// <param name="parameters">Names of the method's parameters.</param>
    public BodyMethod(Dialect dialect, params string[] parameters)
    {
        this.dialect = dialect;
        scope = new([.. parameters, .. dialect.Reserved]);
    }

    /// <summary>Declarations so far.</summary>
    public IReadOnlyList<string> Lines => lines;

    /// <summary>The leaf is this parameter.</summary>
    public void Parameter(Value leaf, string name) => known[leaf] = (name, Atom);

    /// <summary>Wherever the leaf stands, the value is meant.</summary>
    public void Alias(Value leaf, Value value) => aliases[leaf] = value;

    /// <summary>Everything the method computes; declares the leaves that are read.</summary>
    /// <param name="roots">Null: nothing to compute.</param>
    /// <param name="leaves">How each leaf is read.</param>
    public void Begin(IEnumerable<Value?> roots, IEnumerable<(Value Leaf, string Name, string Text)> leaves)
    {
        foreach (var root in roots.OfType<Value>()) Count(root);
        var read = leaves.Where(l => uses.ContainsKey(l.Leaf) && !known.ContainsKey(l.Leaf)).ToList();
        foreach (var (leaf, name, text) in read)
        {
            if (read.Count > MostLanes) late[leaf] = (name, text);
            else Declare(leaf, text, name);
        }
    }

    /// <summary>The value as an expression; an absent one is zero.</summary>
    public string Expression(Value? value) => value is null ? dialect.Number(0) : Text(Meant(value)).Text;

    /// <summary>The value in a local of its own.</summary>
    public string Local(Value value, string name)
    {
        value = Meant(value);
        if (known.TryGetValue(value, out var before)) return before.Text;
        return Declare(value, Text(value).Text, name);
    }

    /// <summary>Whether the method reads this leaf.</summary>
    public bool Reads(Value leaf) => uses.ContainsKey(leaf);

    Value Meant(Value value) => aliases.TryGetValue(value, out var other) ? other : value;

    void Count(Value value)
    {
        value = Meant(value);
        uses.TryGetValue(value, out var before);
        uses[value] = before + 1;
        if (before == 0) foreach (var operand in value.Operands) Count(operand);
    }

    (string Text, int Precedence) Text(Value value)
    {
        value = Meant(value);
        if (known.TryGetValue(value, out var text)) return text;
        if (late.TryGetValue(value, out var leaf)) return uses[value] > 1 || value.Element == Element.Mask ? (Declare(value, leaf.Text, leaf.Name), Atom) : (leaf.Text, Atom);
        if (value.Op == Op.Literal) return Number(value.Number);
        if (value.Op == Op.StopGradient) return known[value] = Text(value.Operands[0]);

        text = Spell(value);
        return uses[value] > 1 || text.Text.Length > Longest ? (Declare(value, text.Text, LocalName(value)), Atom) : text;
    }

    (string, int) Number(double number)
    {
        var text = dialect.Number(number);
        return (text, text[0] == '-' ? Sign : Atom);
    }

    (string Text, int Precedence) Spell(Value value)
    {
        var row = value.Row();
        var spelling = dialect.Spelling(row) ?? throw new InvalidOperationException($"{value.Op} is not computed in bodies.");
        var precedence = row.Infix switch
        {
            null => Atom,
            "+" => Sum,
            "-" when value.Operands.Count == 2 => Sum,
            "*" or "/" => Product,
            "-" or "!" => Sign,
            _ => 0,
        };
        var operands = value.Operands.Select(Text).ToList();
        for (var i = 0; i < operands.Count; i++)
        {
            var needed = row.Infix is null ? 0 : precedence == 0 ? Atom : i == 0 ? precedence : precedence + 1;
            // a - (b - c), and -(-x) even where a sign would bind
            if (precedence == Sign) needed = Atom;
            if (operands[i].Precedence < needed) operands[i] = ($"({operands[i].Text})", Atom);
        }
        if (row.Infix is not null && value.Operands.All(o => Meant(o).Op == Op.Literal)) operands[0] = (dialect.Lifted.Replace("{0}", operands[0].Text), operands[0].Precedence);

        var text = spelling.Replace("{number}", dialect.Number(value.Number));
        for (var i = 0; i < operands.Count; i++) text = text.Replace($"{{{Literal.Integer(i)}}}", operands[i].Text);
        return (text, precedence);
    }

    string Declare(Value value, string text, string name)
    {
        var local = scope.Take(dialect.Identifier(name));
        lines.Add($"{(value.Element == Element.Mask ? dialect.Mask : dialect.Real)} {local} = {text};");
        known[value] = (local, Atom);
        return local;
    }

    static string LocalName(Value value)
        => value.Name != "" && PlaneNames.Identifier(value.Name) is var own && own.All(c => char.IsLetterOrDigit(c) || c == '_') && !char.IsDigit(own[0]) ? own
            : value.Element == Element.Mask ? "mask"
            : "v";
}
