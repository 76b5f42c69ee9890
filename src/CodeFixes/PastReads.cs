using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>Where a group of states reads its own past, and which of these places keep it from being scanned.</summary>
internal static class PastReads
{
    /// <summary>Places in the cell's own source where the past of one of the states is read by value and something else could be read instead.</summary>
    public static IReadOnlyList<StateRead> Of(CellSource source, IReadOnlyList<StateFacts> states)
        => [.. source.Facts.Reads.Where(r => states.Any(s => s.Name == r.State) && source.IsUsers(r.At.SourceTree!) && IsReplaceable(source, source.NodeAt(r.At)))];

    /// <summary>
    /// The places that have to read something else than the past for the states to be scanned, as few as a walk through them in the order of the text finds: linear uses
    /// stay. Null: not even all of them are enough.
    /// </summary>
    public static IReadOnlyList<StateRead>? Offending(IReadOnlyList<StateRead> all, Func<IReadOnlyList<StateRead>, bool> isScannedWithout)
    {
        if (all.Count == 0 || !isScannedWithout(all)) return null;
        var offending = all;
        foreach (var read in all)
        {
            StateRead[] fewer = [.. offending.Where(r => r != read)];
            if (fewer.Length > 0 && isScannedWithout(fewer)) offending = fewer;
        }
        return offending;
    }

    // h += … also writes h; a static helper knows no other state than those it is given
    static bool IsReplaceable(CellSource source, SyntaxNode place)
    {
        if (place.Parent is AssignmentExpressionSyntax assignment && assignment.Left == place) return false;
        var member = place.FirstAncestorOrSelf<SyntaxNode>(n => n is MemberDeclarationSyntax or LocalFunctionStatementSyntax { Modifiers.Count: > 0 });
        return member is not null && source.Model(member).GetDeclaredSymbol(member) is IMethodSymbol { IsStatic: false, ContainingType: var type } && SymbolEqualityComparer.Default.Equals(type, source.Cell);
    }
}
