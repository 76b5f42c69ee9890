using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Model;

namespace Recurve.Generator.Frontend;

/// <summary>Whether the class can have another half at all.</summary>
internal sealed class DeclarationReader(INamedTypeSymbol cell, Findings findings, CancellationToken cancellation)
{
    /// <summary>True: a partial declaration of it would be legal C#.</summary>
    public bool Check()
    {
        var declaration = Declarations(cell).FirstOrDefault();
        if (declaration is null) return false;
        var plain = CheckPlain(declaration);
        var partial = CheckPartial();
        CheckNames();
        return plain && partial;
    }

    bool CheckPlain(TypeDeclarationSyntax declaration)
    {
        var before = findings.Items.Count;
        void Say(SyntaxToken token, string what) => findings.Add(DiagnosticIds.NotPlainClass, SourceSpan.Of(token), cell.Name, what);

        if (cell.IsRecord || cell.TypeKind != TypeKind.Class) Say(declaration.Keyword, $"is a {(cell.IsRecord ? "record" : cell.TypeKind.ToString().ToLowerInvariant())}");
        foreach (var part in Declarations(cell))
        {
            if (part.TypeParameterList is { } list && part == declaration) Say(list.LessThanToken, "is generic");
            foreach (var modifier in part.Modifiers)
            {
                if (modifier.IsKind(SyntaxKind.StaticKeyword)) Say(modifier, "is static");
                if (modifier.IsKind(SyntaxKind.AbstractKeyword)) Say(modifier, "is abstract");
                if (modifier.IsKind(SyntaxKind.FileKeyword)) Say(modifier, "is file-local");
            }
            if (part.BaseList is { } bases && cell.BaseType is { SpecialType: not SpecialType.System_Object } ancestor
                && !ancestor.Is("CellModule") && ancestor.TypeKind != TypeKind.Error)
                findings.Add(DiagnosticIds.NotPlainClass, SourceSpan.Of(bases.Types[0].Type), cell.Name, $"derives from {ancestor.Name}");
        }
        for (var outer = cell.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (outer.IsGenericType) Say(declaration.Identifier, $"is inside the generic type {outer.Name}");
            if (outer.IsFileLocal) Say(declaration.Identifier, $"is inside the file-local type {outer.Name}");
        }
        return findings.Items.Count == before;
    }

    bool CheckPartial()
    {
        var partial = true;
        for (var type = cell; type is not null; type = type.ContainingType)
        {
            foreach (var part in Declarations(type).Where(d => !d.Modifiers.Any(SyntaxKind.PartialKeyword)))
            {
                findings.Add(DiagnosticIds.NotPartial, SourceSpan.Of(part.Identifier), type.Name, cell.Name);
                partial = false;
            }
        }
        return partial;
    }

    void CheckNames()
    {
        // a member may not have the name of its class
        if (GeneratedNames.Members.Contains(cell.Name) && Declarations(cell).FirstOrDefault() is { } declaration)
            findings.Add(DiagnosticIds.NameTaken, SourceSpan.Of(declaration.Identifier), cell.Name, cell.Name);
        foreach (var member in cell.GetMembers().Where(m => IsTaken(m) && m is not IMethodSymbol { MethodKind: not MethodKind.Ordinary } && CellReader.IsUsers(m)))
            if (member.Locations.FirstOrDefault(l => l.IsInSource) is { SourceTree: { } tree } location)
                findings.Add(DiagnosticIds.NameTaken, new(tree, location.SourceSpan), member.Name, cell.Name);
    }

    static bool IsTaken(ISymbol member)
        => GeneratedNames.Members.Contains(member.Name) || GeneratedNames.Inherited.Contains(member.Name)
            || (GeneratedNames.OfStates.Contains(member.Name) && (member.Attribute("StateAttribute") is not null || member is IFieldSymbol { Type: var type } && type.IsCell()));

    IEnumerable<TypeDeclarationSyntax> Declarations(INamedTypeSymbol type)
        => type.DeclaringSyntaxReferences.Where(r => !CellReader.IsGenerated(r.SyntaxTree)).Select(r => r.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>();
}
