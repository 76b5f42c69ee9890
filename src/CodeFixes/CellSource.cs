using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>One version of a cell's source: what a fix reads, and what it makes the next version of.</summary>
internal sealed class CellSource
{
    readonly Solution solution;
    readonly ImmutableDictionary<SyntaxTree, DocumentId> changed;
    readonly CancellationToken cancellation;
    CellFacts? facts;

    CellSource(Solution solution, Compilation compilation, INamedTypeSymbol cell, ImmutableDictionary<SyntaxTree, DocumentId> changed, CancellationToken cancellation)
    {
        (this.solution, this.changed, this.cancellation) = (solution, changed, cancellation);
        (Compilation, Cell) = (compilation, cell);
    }

    public Compilation Compilation { get; }

    public INamedTypeSymbol Cell { get; }

    /// <summary>What the compiler makes of this version.</summary>
    public CellFacts Facts => facts ??= CellFacts.Of(Cell, Compilation, cancellation);

    /// <summary>The user's parts of the class.</summary>
    public IEnumerable<TypeDeclarationSyntax> Declarations => DeclarationsOf(Cell);

    /// <summary>Its Step; null: none, or several.</summary>
    public MethodDeclarationSyntax? Step
        => Declarations.SelectMany(d => d.Members).OfType<MethodDeclarationSyntax>().Where(m => m.Identifier.ValueText == "Step").Take(2).ToList() is { Count: 1 } steps ? steps[0] : null;

    /// <summary>The whole numbers among the constructor's parameters: what sizes are made of.</summary>
    public IEnumerable<string> SizeParameters => Cell.InstanceConstructors.OrderByDescending(c => c.Parameters.Length).First()
        .Parameters.Where(p => p.Type.SpecialType == SpecialType.System_Int32).Select(p => p.Name);

    /// <summary>The states a complaint names.</summary>
    public IReadOnlyList<StateFacts> StatesOf(Complaint complaint)
    {
        var names = complaint.Subject.Split([", "], StringSplitOptions.None);
        return [.. Facts.States.Where(s => names.Contains(s.Name))];
    }

    /// <summary>Null: there is no such class any more.</summary>
    public static async Task<CellSource?> FromAsync(Project project, string cell, CancellationToken cancellation)
        => await project.GetCompilationAsync(cancellation).ConfigureAwait(false) is { } compilation && compilation.Assembly.GetTypeByMetadataName(cell) is { } symbol
            ? new(project.Solution, compilation, symbol, ImmutableDictionary<SyntaxTree, DocumentId>.Empty, cancellation) : null;

    /// <summary>The user's parts of a class.</summary>
    public IEnumerable<TypeDeclarationSyntax> DeclarationsOf(INamedTypeSymbol type)
        => type.DeclaringSyntaxReferences.Where(r => DocumentOf(r.SyntaxTree) is not null).Select(r => r.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>();

    /// <summary>A field of the cell's own; null: none of this name, or of a part.</summary>
    public VariableDeclaratorSyntax? Field(string name)
        => Cell.GetMembers(name).OfType<IFieldSymbol>().SelectMany(f => f.DeclaringSyntaxReferences).Select(r => r.GetSyntax(cancellation)).OfType<VariableDeclaratorSyntax>()
            .FirstOrDefault(v => DocumentOf(v.SyntaxTree) is not null);

    public SemanticModel Model(SyntaxNode node) => Compilation.GetSemanticModel(node.SyntaxTree);

    public SyntaxNode NodeAt(Location place) => place.SourceTree!.GetRoot(cancellation).FindNode(place.SourceSpan, getInnermostNodeForTie: true);

    /// <summary>Whether the user wrote this file.</summary>
    public bool IsUsers(SyntaxTree tree) => DocumentOf(tree) is not null;

    /// <summary>The next version.</summary>
    public CellSource With(Edits edits)
    {
        var (compilation, documents) = (Compilation, changed);
        foreach (var (tree, changes) in edits.ByTree)
        {
            var next = tree.WithChangedText(tree.GetText(cancellation).WithChanges(changes));
            compilation = compilation.ReplaceSyntaxTree(tree, next);
            documents = documents.Remove(tree).Add(next, DocumentOf(tree)!);
        }
        return new(solution, compilation, compilation.Assembly.GetTypeByMetadataName(Complaint.NameOf(Cell))!, documents, cancellation);
    }

    /// <summary>
    /// Whether this version, made from <paramref name="before"/>, is C#, and there is nothing to complain of that there was not before. The complaint that was to be
    /// met may only stay where <paramref name="mayStay"/>. Of a cell that could not be compiled before, how it runs and what has no effect comes to light only now.
    /// </summary>
    public bool Mends(CellSource before, Complaint complaint, bool mayStay = false)
    {
        var known = new HashSet<Complaint>(before.Facts.Complaints);
        if (!mayStay) known.Remove(complaint);
        var wasHidden = before.Facts.States.Count == 0;
        return Facts.Complaints.All(c => known.Contains(c) || wasHidden && c.Id[3] is '1' or '4') && !Declarations.Any(IsBroken);
    }

    bool IsBroken(TypeDeclarationSyntax part) => Model(part).GetDiagnostics(part.Span, cancellation).Any(d => d.Severity == DiagnosticSeverity.Error);

    public Solution ToSolution() => changed.Aggregate(solution, (s, document) => s.WithDocumentText(document.Value, document.Key.GetText(cancellation)));

    // generated files are not the user's
    DocumentId? DocumentOf(SyntaxTree tree)
        => changed.TryGetValue(tree, out var id) ? id : solution.GetDocument(tree) is { } document and not SourceGeneratedDocument ? document.Id : null;
}
