using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Frontend;

/// <summary>A cell as read. <paramref name="Spec"/> is null where nothing may be generated for it: C#'s own errors would hide ours.</summary>
internal sealed record CellReading(CellSpec? Spec, Findings Findings);

/// <summary>Reads a class into a <see cref="CellSpec"/>: the same code serves the generator, which drops places, and the analyzers.</summary>
internal sealed class CellReader(INamedTypeSymbol cell, Compilation compilation, CancellationToken cancellation)
{
    readonly Findings findings = new();

    public static CellReading Read(INamedTypeSymbol cell, Compilation compilation, CancellationToken cancellation)
        => new CellReader(cell, compilation, cancellation).Read();

    CellReading Read()
    {
        foreach (var part in cell.DeclaringSyntaxReferences) findings.Files.Add(part.SyntaxTree);
        var expandable = new DeclarationReader(cell, findings, cancellation).Check();
        var attribute = cell.Attribute("CellAttribute");
        var options = new RunOptions().With(attribute);

        var fields = new FieldReader(cell, compilation, findings, cancellation);
        foreach (var field in cell.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsConst && IsUsers(f))) fields.Read(field, options);

        var identifier = Identifier();
        if (!fields.AnyState) findings.Add(DiagnosticIds.NoState, identifier, cell.Name);

        var steps = cell.GetMembers("Step").OfType<IMethodSymbol>().Where(IsUsers).ToList();
        if (steps.Count == 0) findings.Add(DiagnosticIds.StepCount, identifier, cell.Name, "none");
        foreach (var other in steps.Skip(1))
            findings.Add(DiagnosticIds.StepCount, Place(other), cell.Name, steps.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));

        var parameters = Constructor(cell)?.Parameters ?? [];
        var step = new StepReader(cell, compilation, fields, findings, cancellation);
        var body = steps.Count == 1 ? step.Read(steps[0], new HashSet<string>(SizeParameters(cell))) : StepBody.Empty;

        var spec = new CellSpec(
            Namespace: cell.ContainingNamespace.IsGlobalNamespace ? "" : cell.ContainingNamespace.ToDisplayString(),
            ContainingTypes: new(Containing().Reverse().Select(Header)),
            Name: cell.Name,
            Strategy: options.Strategy,
            Parameters: new(parameters.Select(p => new ParameterSpec(p.Name, p.Type.ToDisplayString()))),
            Fields: new(fields.Fields),
            States: new(fields.States),
            Inputs: new(body.Inputs),
            Outputs: new(body.Outputs),
            Body: new(body.Instructions),
            NewStates: new(body.NewStates),
            Results: new(body.Results),
            Parts: new(fields.Parts.Select(p => p.Spec)),
            HasErrors: findings.HasErrors);
        return new(expandable ? spec : null, findings);
    }

    /// <summary>The constructor whose parameters sizes are made of.</summary>
    internal static IMethodSymbol? Constructor(INamedTypeSymbol cell) => cell.InstanceConstructors.FirstOrDefault(IsPrimary)
        ?? cell.InstanceConstructors.Where(c => !c.IsImplicitlyDeclared).OrderByDescending(c => c.Parameters.Length).FirstOrDefault();

    /// <summary>Names that sizes are made of.</summary>
    internal static IEnumerable<string> SizeParameters(INamedTypeSymbol cell)
        => Constructor(cell)?.Parameters.Where(p => p.Type.SpecialType == SpecialType.System_Int32).Select(p => p.Name) ?? [];

    IEnumerable<INamedTypeSymbol> Containing()
    {
        for (var type = cell.ContainingType; type is not null; type = type.ContainingType) yield return type;
    }

    static string Header(INamedTypeSymbol type)
    {
        var keyword = (type.IsRecord, type.TypeKind) switch
        {
            (true, TypeKind.Struct) => "record struct",
            (true, _) => "record",
            (_, TypeKind.Struct) => "struct",
            (_, TypeKind.Interface) => "interface",
            _ => "class",
        };
        return $"partial {keyword} {Scalars.Identifier(type.Name)}";
    }

    static bool IsPrimary(IMethodSymbol constructor)
        => constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is TypeDeclarationSyntax;

    // analyzers also see the generated half, which is not the user's to answer for
    internal static bool IsUsers(ISymbol symbol)
        => symbol.DeclaringSyntaxReferences.Any(r => !IsGenerated(r.SyntaxTree))
            || (symbol as IFieldSymbol)?.AssociatedSymbol is { } owner && IsUsers(owner);

    internal static bool IsGenerated(SyntaxTree tree) => tree.FilePath.EndsWith(".g.cs", StringComparison.OrdinalIgnoreCase);

    SourceSpan Identifier()
        => cell.DeclaringSyntaxReferences.Where(r => !IsGenerated(r.SyntaxTree)).Select(r => r.GetSyntax(cancellation)).OfType<BaseTypeDeclarationSyntax>().FirstOrDefault() is { } declaration
            ? SourceSpan.Of(declaration.Identifier)
            : default;

    static SourceSpan Place(ISymbol symbol)
        => symbol.Locations.FirstOrDefault(l => l.IsInSource) is { SourceTree: { } tree } location ? new(tree, location.SourceSpan) : default;
}
