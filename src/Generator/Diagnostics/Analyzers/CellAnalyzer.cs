using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Recurve.Generator.Frontend;

namespace Recurve.Generator.Diagnostics.Analyzers;

/// <summary>Reads every cell again and reports what the compiler has to say, at its place in the source.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CellAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. Descriptors.All];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    static void Analyze(SymbolAnalysisContext context)
    {
        var cell = (INamedTypeSymbol)context.Symbol;
        if (cell.IsCell()) Report(cell, () => CellReader.Read(cell, context.Compilation, context.CancellationToken), context.ReportDiagnostic);
    }

    /// <summary>All there is to say of a cell; a failure of the compiler's own is said of this cell and touches no other.</summary>
    internal static void Report(INamedTypeSymbol cell, Func<CellReading> read, Action<Diagnostic> report)
    {
        try
        {
            var reading = read();
            foreach (var finding in reading.Findings.Items) report(Create(cell, finding));
            if (reading.Spec is not { HasErrors: false } spec) return;
            foreach (var finding in Decisions.Of(spec, reading.Findings.Origins).Findings) report(Create(cell, finding));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var at = cell.Locations.FirstOrDefault(l => l.IsInSource) ?? Location.None;
            report(Diagnostic.Create(Descriptors.Of(DiagnosticIds.Internal), at, cell.Name, $"{e.GetType().Name}: {e.Message}"));
        }
    }

    static Diagnostic Create(INamedTypeSymbol cell, Finding finding) => Diagnostic.Create(
        Descriptors.Of(finding.Id), finding.At.ToLocation(), finding.Chain.Select(c => c.ToLocation()), Complaint.PropertiesOf(cell, finding), [.. finding.Arguments.Select(a => (object)a)]);
}
