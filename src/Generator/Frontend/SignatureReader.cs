using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Support;

namespace Recurve.Generator.Frontend;

/// <summary>Whether Step takes and gives what a time step may, and the sizes its parameters declare.</summary>
internal sealed class SignatureReader(IMethodSymbol step, Findings findings, CancellationToken cancellation)
{
    readonly MethodDeclarationSyntax? syntax
        = step.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) as MethodDeclarationSyntax;

    public void Check()
    {
        if (syntax is null) return;
        foreach (var modifier in syntax.Modifiers)
            if (modifier.Kind() is SyntaxKind.StaticKeyword or SyntaxKind.AsyncKeyword or SyntaxKind.AbstractKeyword or SyntaxKind.VirtualKeyword
                or SyntaxKind.OverrideKeyword or SyntaxKind.ExternKeyword or SyntaxKind.UnsafeKeyword)
                Say(SourceSpan.Of(modifier), $"must not be {modifier.ValueText}");
        if (syntax.TypeParameterList is { } list) Say(SourceSpan.Of(list.LessThanToken), "must not be generic");
        if (step.RefKind != RefKind.None) Say(SourceSpan.Of(syntax.ReturnType.GetFirstToken()), "must not return by reference");
        else if (step.ReturnsVoid) Say(SourceSpan.Of(syntax.ReturnType), "must return a Vec or a tuple of Vecs, not void");
        else if (!IsResult(step.ReturnType)) Say(SourceSpan.Of(syntax.ReturnType), $"must return a Vec or a tuple of Vecs, not {step.ReturnType.ToDisplayString()}", step.ReturnType);
        if (step.Parameters.Length == 0) Say(SourceSpan.Of(syntax.Identifier), "needs at least one input");
        foreach (var parameter in step.Parameters)
        {
            if (Declaration(parameter) is not { } declaration) continue;
            if (declaration.Modifiers.Count > 0) Say(SourceSpan.Of(declaration.Modifiers[0]), $"must not have a {declaration.Modifiers[0].ValueText} parameter");
            else if (!parameter.Type.IsVec())
                Say(SourceSpan.Of((SyntaxNode?)declaration.Type ?? declaration), $"takes a Vec per input, not {parameter.Type.ToDisplayString()}", parameter.Type);
            else if (declaration.Default is { } value) Say(SourceSpan.Of(value.EqualsToken), "must not have an optional parameter");
        }
    }

    /// <summary>From [Size]; null: inferred from its uses.</summary>
    public Size? Size(IParameterSymbol parameter, ISet<string> sizeParameters)
    {
        if (parameter.Attribute("SizeAttribute") is not { ConstructorArguments.Length: 1 } attribute) return null;
        var value = attribute.ConstructorArguments[0].Value;
        var size = value switch
        {
            int number => Support.Size.Of(number),
            string text => SizeReader.Parse(text, sizeParameters),
            _ => null,
        };
        if (size is null && value is string wrong)
        {
            var argument = (attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax)?.ArgumentList?.Arguments.FirstOrDefault();
            findings.Add(DiagnosticIds.NotPolynomial, argument is null ? Place(parameter) : SourceSpan.Of(argument), wrong);
        }
        return size;
    }

    public SourceSpan Place(IParameterSymbol parameter)
        => Declaration(parameter) is { } declaration ? SourceSpan.Of(declaration.Identifier) : default;

    static bool IsResult(ITypeSymbol type)
        => type.IsVec() || (type is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements.All(e => e.Type.IsVec()));

    ParameterSyntax? Declaration(IParameterSymbol parameter)
        => parameter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) as ParameterSyntax;

    void Say(SourceSpan at, string what, ITypeSymbol? type = null)
    {
        // a type that C# does not know is C#'s to report
        if (type?.TypeKind == TypeKind.Error) findings.Invalid = true;
        else findings.Add(DiagnosticIds.StepSignature, at, what);
    }
}
