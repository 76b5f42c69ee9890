using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Recurve.CodeFixes;

/// <summary>Changes of field declarations, of which one may declare several fields.</summary>
internal static class Fields
{
    /// <summary>
    /// Changes what stands before the names (attributes, modifiers, type) for some fields. A declaration that also has others is taken apart, in its order: the order
    /// of states is that of <c>States</c>.
    /// </summary>
    public static void Redeclare(this Edits edits, IEnumerable<VariableDeclaratorSyntax> fields, Func<FieldDeclarationSyntax, IEnumerable<TextChange>> change)
    {
        foreach (var group in fields.GroupBy(f => (FieldDeclarationSyntax)f.Parent!.Parent!))
        {
            var (declaration, variables) = (group.Key, group.Key.Declaration.Variables);
            var text = declaration.SyntaxTree.GetText();
            var head = TextSpan.FromBounds(declaration.SpanStart, variables[0].SpanStart);
            var changes = change(declaration).ToList();
            var unchanged = text.ToString(head).TrimEnd();
            var changed = text.GetSubText(head).WithChanges(changes.Select(c => new TextChange(new(c.Span.Start - head.Start, c.Span.Length), c.NewText ?? ""))).ToString().TrimEnd();
            var chosen = new HashSet<VariableDeclaratorSyntax>(group);
            if (chosen.Contains(variables[0]))
            {
                foreach (var c in changes) edits.Add(declaration.SyntaxTree, c);
            }
            for (var i = 1; i < variables.Count; i++)
            {
                if (chosen.Contains(variables[i]) == chosen.Contains(variables[i - 1])) continue;
                var comma = variables.GetSeparator(i - 1);
                var space = comma.TrailingTrivia.Count > 0 ? "" : " ";
                edits.Replace(comma, $";{declaration.SyntaxTree.NewLine()}{declaration.Indent()}{(chosen.Contains(variables[i]) ? changed : unchanged)}{space}");
            }
        }
    }

    /// <summary>Takes fields away, and the declarations that are left without any.</summary>
    public static void Remove(this Edits edits, IEnumerable<VariableDeclaratorSyntax> fields)
    {
        foreach (var group in fields.GroupBy(f => (VariableDeclarationSyntax)f.Parent!))
        {
            var (variables, gone) = (group.Key.Variables, new HashSet<VariableDeclaratorSyntax>(group));
            if (gone.Count == variables.Count)
            {
                edits.Remove(group.Key.Parent!);
                continue;
            }
            // with the comma before it, or after it where all before it go
            for (var i = 0; i < variables.Count; i++)
            {
                if (!gone.Contains(variables[i])) continue;
                var last = variables.Take(i).All(gone.Contains);
                edits.Replace(group.Key.SyntaxTree, last
                    ? TextSpan.FromBounds(variables[i].SpanStart, variables[i + 1].SpanStart)
                    : TextSpan.FromBounds(variables.GetSeparator(i - 1).SpanStart, variables[i].Span.End), "");
            }
        }
    }

    /// <summary>Sets a named argument of an attribute.</summary>
    public static TextChange Set(AttributeSyntax attribute, string name, string value)
    {
        if (Argument(attribute, name) is { } given) return new(given.Expression.Span, value);
        if (attribute.ArgumentList is not { } list) return new(new(attribute.Name.Span.End, 0), $"({name} = {value})");
        return new(new(list.CloseParenToken.SpanStart, 0), $"{(list.Arguments.Count > 0 ? ", " : "")}{name} = {value}");
    }

    /// <summary>A named argument of an attribute.</summary>
    public static AttributeArgumentSyntax? Argument(AttributeSyntax attribute, string name)
        => attribute.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == name);

    /// <summary>The library's attribute of this class name on a declaration.</summary>
    public static AttributeSyntax? Attribute(this CellSource source, MemberDeclarationSyntax declaration, string name)
        => declaration.AttributeLists.SelectMany(l => l.Attributes).FirstOrDefault(a => source.Model(a).GetTypeInfo(a).Type is { } type
            && type.Name == name && type.ContainingNamespace is { Name: "Recurve", ContainingNamespace.IsGlobalNamespace: true });
}
