using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Recurve.Generator.Support;

namespace Recurve.Generator.Frontend;

/// <summary>A place in the user's source. Never enters the model: instructions carry ordinals of these.</summary>
internal readonly record struct SourceSpan(SyntaxTree Tree, TextSpan Span)
{
    public static SourceSpan Of(SyntaxNode node) => new(node.SyntaxTree, node.Span);

    public static SourceSpan Of(SyntaxToken token) => new(token.SyntaxTree!, token.Span);

    public Location ToLocation() => Tree is null ? Location.None : Location.Create(Tree, Span);
}

/// <summary>Where an operation is written, and by which calls of helpers Step came to it, outermost first.</summary>
internal sealed record Origin(SourceSpan At, IReadOnlyList<SourceSpan> Calls);

/// <summary>One thing to say: an id, where, and the arguments of its message. <paramref name="Chain"/>: additional places.</summary>
internal sealed record Finding(string Id, SourceSpan At, EquatableArray<string> Arguments, IReadOnlyList<SourceSpan> Chain);

/// <summary>What reading a cell found out beside its model: findings, and the place of each origin ordinal.</summary>
internal sealed class Findings
{
    readonly List<Finding> items = [];
    readonly List<Origin> origins = [];
    IReadOnlyList<SourceSpan> calls = [];

    public IReadOnlyList<Finding> Items => items;

    /// <summary>Index is the origin ordinal.</summary>
    public IReadOnlyList<Origin> Origins => origins;

    /// <summary>Files of which more was read than declarations: the cell's own, and those of the methods it calls.</summary>
    public HashSet<SyntaxTree> Files { get; } = [];

    /// <summary>
    /// Places in the source where a state's past is read, through the field or through a local that holds it, with the state's name. Null: the place
    /// reads something else as well, on another way or at another call.
    /// </summary>
    public Dictionary<SourceSpan, string?> Reads { get; } = [];

    /// <summary>The source does not compile; C# says why, so nothing is said here.</summary>
    public bool Invalid { get; set; }

    public bool HasErrors => Invalid || items.Count > 0;

    public void Add(string id, SourceSpan at, params string[] arguments) => Add(id, at, [], arguments);

    /// <summary>Unrolled loops and helpers inlined twice meet the same token again: it is said once.</summary>
    public void Add(string id, SourceSpan at, IReadOnlyList<SourceSpan> chain, params string[] arguments)
    {
        if (!items.Exists(f => f.Id == id && f.At == at)) items.Add(new(id, at, new(arguments), chain));
    }

    /// <summary>What <paramref name="read"/> meets stands in a helper that is called here.</summary>
    public void Within(SourceSpan call, Action read)
    {
        var outer = calls;
        calls = [.. outer, call];
        read();
        calls = outer;
    }

    public void Read(SourceSpan at, string? state) => Reads[at] = Reads.TryGetValue(at, out var before) && before != state ? null : state;

    public int Origin(SourceSpan at)
    {
        origins.Add(new(at, calls));
        return origins.Count - 1;
    }
}
