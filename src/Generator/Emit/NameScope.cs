namespace Recurve.Generator.Emit;

/// <summary>Names of one scope of generated code: each given once, never a keyword.</summary>
internal sealed class NameScope(IEnumerable<string> reserved)
{
    static readonly HashSet<string> keywords =
    [
        .. ("abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event "
            + "explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null "
            + "object operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static "
            + "string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while").Split(' '),
    ];

    readonly HashSet<string> taken = [.. reserved];

    /// <summary>The user's own name as C# accepts it.</summary>
    public static string Escaped(string name) => keywords.Contains(name) ? "@" + name : name;

    /// <summary>The name, numbered if it is taken; a part's value (<c>part.h</c>) is called <c>part_h</c>.</summary>
    public string Take(string wish)
    {
        var name = wish = wish.Replace('.', '_');
        for (var i = 1; keywords.Contains(name) || !taken.Add(name); i++) name = wish + "_" + Literal.Integer(i);
        return name;
    }
}
