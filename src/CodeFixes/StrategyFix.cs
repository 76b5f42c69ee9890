using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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
