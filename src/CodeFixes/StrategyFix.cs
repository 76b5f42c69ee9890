using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>Asks for another strategy: of the cell if all its states are meant, else of those states. The numbers stay the same.</summary>
public abstract class StrategyFix : CellFix
{
    readonly string strategy;

    private protected StrategyFix(string strategy, params string[] ids) : base(ids) => this.strategy = strategy;

    private protected abstract string Title(string states);

    private protected virtual bool Applies(StateFacts state) => true;

    internal override IEnumerable<Proposal> Propose(CellSource source, Complaint complaint)
    {
        var states = source.StatesOf(complaint);
        if (states.Count == 0 || !states.All(Applies)) yield break;
        var edits = new Edits();
        Ask(edits, source, states);
        var result = source.With(edits);
        if (result.Mends(source, complaint)) yield return new(Title(complaint.Subject), GetType().Name, result);
    }

    void Ask(Edits edits, CellSource source, IReadOnlyList<StateFacts> states)
    {
        var names = new Names(source);
        var fields = states.Select(s => source.Field(s.Name)).OfType<VariableDeclaratorSyntax>().ToList();
        var cell = source.Declarations.Select(d => source.Attribute(d, "CellAttribute")).OfType<AttributeSyntax>().First();
        AttributeSyntax Own(FieldDeclarationSyntax d) => source.Attribute(d, "StateAttribute")!;
        string Strategy(SyntaxNode at) => $"{names.Type("Strategy", at)}.{strategy}";

        var all = source.Facts.States.Count == states.Count;
        if (all) edits.Add(cell.SyntaxTree, Fields.Set(cell, "Strategy", Strategy(cell)));
        edits.Redeclare(
            fields.Where(f => !all || Fields.Argument(Own((FieldDeclarationSyntax)f.Parent!.Parent!), "Strategy") is not null),
            d => [Fields.Set(Own(d), "Strategy", Strategy(d))]);
    }
}

/// <summary>Solve by Newton iterations: of nonlinear states, each channel by itself, of which at most four depend on each other.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NewtonFix)), Shared]
public sealed class NewtonFix : StrategyFix
{
    const int mostStates = 4;

    /// <summary>For a host of fixes.</summary>
    public NewtonFix() : base("Newton", DiagnosticIds.StepByStep, DiagnosticIds.CannotScan) { }

    private protected override string Title(string states) => $"Solve '{states}' by Newton iterations";

    private protected override bool Applies(StateFacts state) => state.Kind == "Pointwise" && state.Group.Count <= mostStates;
}

/// <summary>Accept step by step: the same kernels, and no warning.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(StepByStepFix)), Shared]
public sealed class StepByStepFix : StrategyFix
{
    /// <summary>For a host of fixes.</summary>
    public StepByStepFix() : base("Sequential", DiagnosticIds.StepByStep, DiagnosticIds.CannotScan, DiagnosticIds.VaryingMatrix) { }

    private protected override string Title(string states) => $"Accept that '{states}' runs step by step";
}
