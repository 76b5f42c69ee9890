using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Frontend;
using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator;

/// <summary>Generates the other half of every class marked [Cell].</summary>
[Generator(LanguageNames.CSharp)]
public sealed class CellGenerator : IIncrementalGenerator
{
    /// <summary>Names of the pipeline's steps, for tests.</summary>
    internal const string ReadStep = "Read", NamesStep = "ClashingNames", CompileStep = "Compile";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // 1. every [Cell] class, read into a model without symbols and places
        var cells = context.SyntaxProvider
            .ForAttributeWithMetadataName(KnownTypes.CellAttribute, static (node, _) => node is TypeDeclarationSyntax, Read)
            .Where(static cell => cell?.Spec is not null).Select(static (cell, _) => cell!)
            .WithTrackingName(ReadStep);

        // 2. file names are compared without case, and one collision would lose the output of all cells
        var clashing = cells.Select(static (cell, _) => cell.FullName).Collect().Select(HintNames.Clashing).WithTrackingName(NamesStep);

        // 3. each cell by itself becomes text
        var compiled = cells.Select(Compile).WithTrackingName(CompileStep);

        context.RegisterSourceOutput(compiled.Combine(clashing), static (output, pair) =>
        {
            var (cell, names) = pair;
            if (cell.Source != "") output.AddSource(HintNames.Of(cell.FullName, names), SourceText.From(cell.Source, Encoding.UTF8));
            if (cell.Failure != "") output.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(DiagnosticIds.Internal), Location.None, cell.FullName, cell.Failure));
        });
    }

    internal sealed record GeneratedCell(string FullName, string Source, string Failure);

    // a cell that cannot even be read generates nothing; the analyzer meets the same failure and reports it at the class
    static ReadCell? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        try
        {
            if (context.TargetSymbol is not INamedTypeSymbol cell || !IsFirst(cell, context.TargetNode)) return null;
            return RememberedCells.Read(cell, context.TargetNode, context.SemanticModel.Compilation, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return null;
        }
    }

    // C# rejects the attribute on two parts of one class, and still shows it to us twice
    static bool IsFirst(INamedTypeSymbol cell, SyntaxNode part)
        => cell.Attribute("CellAttribute")?.ApplicationSyntaxReference is not { } first || (first.SyntaxTree == part.SyntaxTree && part.Span.Contains(first.Span));

    internal static GeneratedCell Compile(ReadCell cell, CancellationToken cancellation)
    {
        try
        {
            return new(cell.FullName, CellCompiler.Compile(cell.Spec!).Source, "");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new(cell.FullName, Stub(cell.Spec!), $"{e.GetType().Name}: {e.Message}");
        }
    }

    // so that one failure gives one message, not one per use of the cell
    static string Stub(CellSpec spec)
    {
        try
        {
            return spec.HasErrors ? "" : CellCompiler.Compile(spec with { HasErrors = true }).Source;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return "";
        }
    }
}
