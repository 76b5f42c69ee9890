using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Recurve.Generator.Diagnostics;

namespace Recurve.Generator.Frontend;

internal sealed partial class StepReader
{
    Abstract Assign(ISimpleAssignmentOperation operation)
    {
        var value = Evaluate(operation.Value);
        return Store(operation.Target, value);
    }

    Abstract CompoundAssign(ICompoundAssignmentOperation operation)
    {
        var old = Evaluate(operation.Target);
        var value = Evaluate(operation.Value);
        if (operation.OperatorMethod is null && operation.InConversion is { } conversion && conversion.IsNumeric && old is Scalar narrow && value is Scalar wide)
            old = Scalars.Convert(narrow, wide.Type);
        return Store(operation.Target, Combine(operation.OperatorKind, operation.OperatorMethod, old, value, operation.Type, operation));
    }

    Abstract Increment(IIncrementOrDecrementOperation operation)
    {
        var old = Evaluate(operation.Target);
        if (old is not Scalar scalar || operation.OperatorMethod is not null)
            return old is Unknown ? old : Reject(operation, "++ and -- on a vector");
        var one = Scalars.Convert(Scalars.Known(1)!, scalar.Type);
        var kind = operation.Kind == OperationKind.Increment ? BinaryOperatorKind.Add : BinaryOperatorKind.Subtract;
        var value = Scalars.Binary(kind, scalar, one) is { } sum ? Store(operation.Target, Bounded(sum, Tokens.Of(operation))) : Unknown.Value;
        return operation.IsPostfix ? scalar : value;
    }

    Abstract Deconstruct(IDeconstructionAssignmentOperation operation)
    {
        var value = Evaluate(operation.Value);
        return Spread(operation.Target, value, operation);
    }

    // right side first, then the targets from left to right, as C# does: (h, c) = (c, h) swaps
    Abstract Spread(IOperation target, Abstract value, IOperation operation)
    {
        if (target is IDeclarationExpressionOperation declaration) target = declaration.Expression;
        if (target is not ITupleOperation tuple) return Store(target, value);
        if (value is Unknown)
        {
            foreach (var element in tuple.Elements) Spread(element, value, operation);
            return value;
        }
        if (value is not Several several || several.Items.Count != tuple.Elements.Length) return Reject(operation, "deconstructing something other than a tuple");
        return Several.Of([.. tuple.Elements.Zip(several.Items, (t, v) => Spread(t, v, operation))]);
    }

    Abstract Store(IOperation target, Abstract value)
    {
        if (target is IDeclarationExpressionOperation declaration)
        {
            if (declaration.Syntax is DeclarationExpressionSyntax { Type: { } written } && target.Type is { } declared && !CheckType(declared, SourceSpan.Of(written), value))
                value = Unknown.Value;
            target = declaration.Expression;
        }
        var at = Tokens.Of(target);
        if (target.Type is { } type) value = Coerce(value, type, at);
        switch (target)
        {
            case IParenthesizedOperation o: return Store(o.Operand, value);
            case IDiscardOperation: return value;
            case ILocalReferenceOperation o when o.Local.RefKind == RefKind.None:
                if (value is not Unknown && !IsAllowed(o.Local.Type) && !o.IsDeclaration) value = Unknown.Value;
                else if (o.IsDeclaration && !CheckType(o.Local.Type, at, value)) value = Unknown.Value;
                return current.Variables[o.Local] = Named(value, o.Local);
            case IParameterReferenceOperation o when current.Variables.ContainsKey(o.Parameter): return current.Variables[o.Parameter] = value;
            case IParameterReferenceOperation o: return Reject(at, $"assigning the constructor parameter {o.Parameter.Name}");
            case IFieldReferenceOperation o: return StoreField(o, value, at);
            case IInvalidOperation: return NotCSharp();
            default: return Reject(at, $"assigning {Describe(target)}");
        }
    }

    Abstract StoreField(IFieldReferenceOperation target, Abstract value, SourceSpan at)
    {
        var field = target.Field;
        if (target.Instance is { Type.IsTupleType: true }) return Reject(at, "assigning one element of a tuple");
        if (field.IsStatic) return Reject(at, $"static state ({field.Name})");
        if (PartOf(target.Instance) is { } part) return Reject(at, $"assigning {part}.{field.Name}, which only the part's own Step does,");
        if (target.Instance is not IInstanceReferenceOperation || !SymbolEqualityComparer.Default.Equals(field.ContainingType, cell))
            return Reject(at, $"assigning the field {field.Name} of another object");
        var (role, index, _) = fields.Role(field);
        switch (role)
        {
            case FieldRole.Broken: return value;
            case FieldRole.State when !Frame.IsStep: return Reject(at, $"assigning the state {field.Name} outside Step");
            case FieldRole.State:
                current.States[index] = value is Unknown ? value : ToNode(value, at);
                return current.States[index]!;
            case FieldRole.Mutable:
                findings.Add(DiagnosticIds.NotAState, at, field.Name);
                return value;
            default:
                // a readonly field: C# says so
                findings.Invalid = true;
                return value;
        }
    }
}
