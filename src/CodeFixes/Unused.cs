using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Recurve.CodeFixes;

/// <summary>Takes away what a change has left without a use: locals, then weights and constants.</summary>
internal static class Unused
{
    /// <param name="before">The version in which it was used: what was unused there is the user's affair.</param>
    /// <param name="after">The version to tidy.</param>
    public static CellSource Remove(CellSource before, CellSource after)
    {
        var used = Uses(before);
        for (var source = after; ; source = after)
        {
            var uses = Uses(source);
            bool IsLeft(VariableDeclaratorSyntax v) => used.Contains(v.Identifier.ValueText) && !uses.Contains(v.Identifier.ValueText);
            List<VariableDeclaratorSyntax> left = [.. source.Declarations.SelectMany(d => d.DescendantNodes()).OfType<VariableDeclaratorSyntax>().Where(v => IsLeft(v) && IsRemovable(source, v))];
            if (left.Count == 0) return source;
            var edits = new Edits();
            edits.Remove(left);
            after = source.With(edits);
        }
    }

    static HashSet<string> Uses(CellSource source)
        => [.. source.Declarations.SelectMany(d => d.DescendantNodes()).OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText)];

    // a state is part of what the cell hands out; a value computed by an assignment does more than be a value
    static bool IsRemovable(CellSource source, VariableDeclaratorSyntax variable) => variable.Parent?.Parent switch
    {
        LocalDeclarationStatementSyntax => variable.Initializer is { } initializer && !initializer.DescendantNodes().Any(n => n is AssignmentExpressionSyntax),
        FieldDeclarationSyntax field => source.Model(field).GetDeclaredSymbol(variable) is IFieldSymbol { IsReadOnly: true, Type.Name: "Mat" or "Vec" },
        _ => false,
    };
}
