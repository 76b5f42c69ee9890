using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Frontend;

/// <summary>Reads fields that are cells. What is wrong with a part's own class is said there, not at its owner.</summary>
internal sealed class PartReader(INamedTypeSymbol owner, Compilation compilation, Findings findings, CancellationToken cancellation)
{
    /// <summary>Null after reporting why not, or where the part's class has errors of its own.</summary>
    /// <param name="field">Readonly, of a type that is a cell.</param>
    /// <param name="initializer">What it is initialized with.</param>
    /// <param name="at">Its name.</param>
    /// <param name="type">Its type as written.</param>
    public Part? Read(IFieldSymbol field, IOperation? initializer, SourceSpan at, SourceSpan type)
    {
        var cell = (INamedTypeSymbol)field.Type;
        if (Reaches(cell, owner, []))
        {
            findings.Add(DiagnosticIds.TooMuchUnrolling, type, $"The cell {owner.Name} contains itself in the part '{field.Name}'");
            return null;
        }
        if (!IsAsAccessible(cell))
        {
            findings.Add(DiagnosticIds.UnsuitableField, at, field.Name, $"is a part whose class {cell.Name} is less accessible than {owner.Name}, whose States hold those of the part");
            return null;
        }
        if (Creation(field, initializer, at) is not { } creation) return null;

        var reading = CellReader.Read(cell, compilation, cancellation);
        findings.Files.UnionWith(reading.Findings.Files);
        var step = cell.GetMembers("Step").OfType<IMethodSymbol>().FirstOrDefault(CellReader.IsUsers);
        if (reading.Spec is not { HasErrors: false } spec || step is null)
        {
            findings.Invalid = true;
            return null;
        }
        return Arguments(creation, cell, spec) is { } arguments
            ? new(new(field.Name, cell.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), spec, findings.Origin(at)), step, arguments)
            : null;
    }

    IObjectCreationOperation? Creation(IFieldSymbol field, IOperation? initializer, SourceSpan at)
    {
        while (initializer is IConversionOperation conversion) initializer = conversion.Operand;
        if (initializer is IObjectCreationOperation creation && !creation.DescendantsAndSelf().Any(o => o is IInvalidOperation)) return creation;
        if (initializer is null && !findings.Invalid) findings.Add(DiagnosticIds.UnsuitableField, at, field.Name, "has no initializer; fields are initialised where they are declared");
        else if (initializer is null or IInvalidOperation || initializer.Descendants().Any(o => o is IInvalidOperation)) findings.Invalid = true;
        else findings.Add(DiagnosticIds.NotPolynomial, SourceSpan.Of(initializer.Syntax), initializer.Syntax.ToString());
        return null;
    }

    // only the parameters that sizes are made of must be polynomials in the owner's
    Dictionary<string, Size>? Arguments(IObjectCreationOperation creation, INamedTypeSymbol cell, CellSpec spec)
    {
        var needed = new HashSet<string>(Sizes(spec).SelectMany(s => s.Parameters));
        var arguments = new Dictionary<string, Size>();
        if (needed.Count > 0 && !SymbolEqualityComparer.Default.Equals(creation.Constructor, CellReader.Constructor(cell)))
        {
            findings.Add(DiagnosticIds.NotPolynomial, SourceSpan.Of(creation.Syntax), creation.Syntax.ToString());
            return null;
        }
        foreach (var argument in creation.Arguments.Where(a => a.Parameter is not null && needed.Contains(a.Parameter.Name)))
        {
            if (SizeReader.Read(argument.Value, out var offence) is { } size) arguments[argument.Parameter!.Name] = size;
            else findings.Add(DiagnosticIds.NotPolynomial, SourceSpan.Of(offence.Syntax), offence.Syntax.ToString());
        }
        return arguments.Count == needed.Count ? arguments : null;
    }

    static IEnumerable<Size> Sizes(CellSpec spec) =>
    [
        .. spec.Fields.SelectMany(f => f.Columns is null ? [f.Rows] : new[] { f.Rows, f.Columns }),
        .. spec.States.SelectMany(s => s.Columns is null ? [s.Size] : new[] { s.Size, s.Columns }),
        .. spec.Inputs.Select(i => i.Size).OfType<Size>(),
        .. spec.Body.SelectMany(i => i.Sizes),
    ];

    static bool Reaches(INamedTypeSymbol cell, INamedTypeSymbol target, HashSet<ISymbol> seen)
        => SymbolEqualityComparer.Default.Equals(cell, target) || seen.Add(cell) && cell.GetMembers().OfType<IFieldSymbol>()
            .Where(f => f is { IsReadOnly: true, IsStatic: false } && f.Type.IsCell()).Any(f => Reaches((INamedTypeSymbol)f.Type, target, seen));

    // C# wants it of the owner's public record of states (CS0051): wherever the owner is seen, the part is
    bool IsAsAccessible(INamedTypeSymbol cell)
    {
        for (var type = cell; type is not null; type = type.ContainingType)
        {
            if (type.DeclaredAccessibility == Accessibility.Public) continue;
            if (!Around(owner).Any(o => type.DeclaredAccessibility is Accessibility.Internal
                ? o.DeclaredAccessibility is not (Accessibility.Public or Accessibility.ProtectedOrInternal)
                : o.DeclaredAccessibility is Accessibility.Private && Around(o.ContainingType).Contains(type.ContainingType, SymbolEqualityComparer.Default))) return false;
        }
        return true;
    }

    static IEnumerable<INamedTypeSymbol> Around(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType) yield return type;
    }
}
