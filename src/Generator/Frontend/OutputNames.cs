using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Recurve.Generator.Frontend;

/// <summary>What to call the outputs of Step: as the user does, if possible.</summary>
internal static class OutputNames
{
    public static IReadOnlyList<string> Of(IMethodSymbol step, IBlockOperation body, int count)
    {
        var returned = body.Descendants().OfType<IReturnOperation>().FirstOrDefault()?.ReturnedValue;
        while (returned is IConversionOperation conversion) returned = conversion.Operand;
        var parts = returned is ITupleOperation tuple ? tuple.Elements : returned is null ? [] : [returned];
        var elements = step.ReturnType is INamedTypeSymbol { IsTupleType: true } type ? type.TupleElements : [];
        var names = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var name = i < elements.Length && elements[i].IsExplicitlyNamedTupleElement ? elements[i].Name : i < parts.Length && parts.Length == count ? Name(parts[i]) : null;
            names.Add(name is null || names.Contains(name) ? $"output{i}" : name);
        }
        return names;
    }

    static string? Name(IOperation operation) => operation switch
    {
        IConversionOperation o => Name(o.Operand),
        ISimpleAssignmentOperation o => Name(o.Target),
        IFieldReferenceOperation { Field.ContainingType.IsTupleType: false } o => o.Field.Name,
        ILocalReferenceOperation o => o.Local.Name,
        _ => null,
    };
}
