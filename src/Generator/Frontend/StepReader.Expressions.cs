using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Recurve.Generator.Frontend;

internal sealed partial class StepReader
{
    Abstract Evaluate(IOperation operation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (exhausted) return Unknown.Value;
        if (operation.ConstantValue is { HasValue: true, Value: { } constant } && Scalars.Known(constant) is { } known && !(operation.Type?.TypeKind == TypeKind.Enum))
            return IntegerDivision(operation) is { } division ? Reject(division, "integer division (write 1.0 / n)") : known;
        return operation switch
        {
            IParenthesizedOperation o => Evaluate(o.Operand),
            ILocalReferenceOperation o => current.Variables.TryGetValue(o.Local, out var value) ? Noted(o, value) : NotCSharp(),
            IParameterReferenceOperation o => Parameter(o),
            IFieldReferenceOperation o => Noted(o, Field(o)),
            IConversionOperation o => Conversion(o),
            IUnaryOperation o => Unary(o),
            IBinaryOperation o => Binary(o.OperatorKind, o.OperatorMethod, o.LeftOperand, o.RightOperand, o.Type, o),
            IConditionalOperation { WhenFalse: not null } o => Choose(o),
            ITupleOperation o => Several.Of([.. o.Elements.Select(Evaluate)]),
            IInvocationOperation o => Invoke(o),
            ISimpleAssignmentOperation { IsRef: false } o => Assign(o),
            ICompoundAssignmentOperation o => CompoundAssign(o),
            IIncrementOrDecrementOperation o => Increment(o),
            IDeconstructionAssignmentOperation o => Deconstruct(o),
            IInvalidOperation => NotCSharp(),
            _ => Reject(operation, Describe(operation)),
        };
    }

    // where the past is read is what code fixes put something else in the place of
    Abstract Noted(IOperation operation, Abstract value)
    {
        if (!pretending) findings.Read(SourceSpan.Of(operation.Syntax), value is Node { Index: >= 0 and var i } && body[i] is { Op: "OldState", Name: var state } ? state : null);
        return value;
    }

    // C# folds 1 / 2 to 0 before anyone can object
    static IOperation? IntegerDivision(IOperation constant)
        => constant.DescendantsAndSelf().FirstOrDefault(o => o is IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide, Type.SpecialType: SpecialType.System_Int32 });

    Abstract Parameter(IParameterReferenceOperation operation)
    {
        var parameter = operation.Parameter;
        if (current.Variables.TryGetValue(parameter, out var value)) return value;
        if (parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.Constructor }) return NotCSharp();
        if (Scalars.TypeOf(parameter.Type) is not { } type) return Reject(operation, $"a constructor parameter of type {parameter.Type.ToDisplayString()}");
        return new Scalar(type, Scalars.Identifier(parameter.Name), null, type == ScalarType.Int ? Support.Size.Parameter(parameter.Name) : null);
    }

    Abstract Field(IFieldReferenceOperation operation)
    {
        var field = operation.Field;
        var at = Tokens.Of(operation);
        if (operation.Instance is { Type: INamedTypeSymbol { IsTupleType: true } tuple } owner)
        {
            var index = tuple.TupleElements.IndexOf(field, 0, SymbolEqualityComparer.Default);
            if (index < 0) index = tuple.TupleElements.ToList().FindIndex(e => e.CorrespondingTupleField?.Name == field.CorrespondingTupleField?.Name);
            return Evaluate(owner) is Several several && index >= 0 && index < several.Items.Count ? several.Items[index] : Unknown.Value;
        }
        if (field.IsStatic) return StaticField(field, at);
        if (PartOf(operation.Instance) is { } part) return PartField(part, field, at);
        if (operation.Instance is not IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }
            || !SymbolEqualityComparer.Default.Equals(field.ContainingType, cell))
            return operation.Instance is IInvalidOperation ? NotCSharp() : Reject(at, $"the field {field.Name} of another object");
        var (role, index2, size) = fields.Role(field);
        return role switch
        {
            FieldRole.State => current.States[index2] ?? OldState(index2, at),
            FieldRole.Field => Emit("Field", field.Type.IsMat() ? NodeKind.Mat : NodeKind.Vec, at, [], field.Name),
            FieldRole.Scalar => new Scalar(Scalars.TypeOf(field.Type)!.Value, $"this.{Scalars.Identifier(field.Name)}", null, size),
            FieldRole.Broken => Unknown.Value,
            FieldRole.Part => Reject(at, $"the part {field.Name} used as a value"),
            FieldRole.Mutable => Reject(at, $"the field {field.Name}, which is neither readonly nor a state"),
            _ => Reject(at, $"the field {field.Name} of type {field.Type.ToDisplayString()}"),
        };
    }

    Abstract StaticField(IFieldSymbol field, SourceSpan at)
    {
        if (!field.IsReadOnly) return Reject(at, $"static state ({field.Name})");
        if (Scalars.TypeOf(field.Type) is not { } type) return Reject(at, $"the static field {field.Name} of type {field.Type.ToDisplayString()}");
        if (!compilation.IsSymbolAccessibleWithin(field, cell)) return Reject(at, $"the field {field.Name}, which the cell cannot access");
        return new Scalar(type, $"{field.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}.{Scalars.Identifier(field.Name)}");
    }

    Abstract Conversion(IConversionOperation operation)
    {
        var value = Evaluate(operation.Operand);
        if (value is Unknown || operation.Type is not { } type) return Unknown.Value;
        if (type.TypeKind == TypeKind.Error) return NotCSharp();
        if (operation.OperatorMethod is { } method && !method.ContainingType.IsTensorLike()) return Reject(operation, "a conversion defined by the user");
        return IsAllowed(type) ? Coerce(value, type, Tokens.Of(operation)) : Reject(operation, $"a conversion to {type.ToDisplayString()}");
    }

    /// <summary>As a value of the type: numbers widen, a number met by a Vec becomes data.</summary>
    Abstract Coerce(Abstract value, ITypeSymbol type, SourceSpan at) => value switch
    {
        Scalar scalar when Scalars.TypeOf(type) is { } to => Scalars.Convert(scalar, to),
        Scalar when type.IsVec() => ToNode(value, at),
        Scalar when type.IsCVec() => AsComplex(ToNode(value, at)),
        Node { Kind: NodeKind.Vec } when type.IsCVec() => AsComplex(value),
        Several several when type is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements.Length == several.Items.Count
            => Several.Of([.. several.Items.Zip(tuple.TupleElements, (v, e) => Coerce(v, e.Type, at))]),
        _ => value,
    };

    Abstract Unary(IUnaryOperation operation)
    {
        var value = Evaluate(operation.Operand);
        switch (value)
        {
            case Scalar scalar when operation.OperatorMethod is null:
                return Scalars.Negate(operation.OperatorKind, scalar) ?? (Abstract)Reject(operation, "this operator");
            case Node node:
                return (operation.OperatorKind, node.Kind) switch
                {
                    (UnaryOperatorKind.Minus, not NodeKind.Mask) => Emit("Negate", node.Kind, Tokens.Of(operation), [node]),
                    (UnaryOperatorKind.Plus, not NodeKind.Mask) => node,
                    (UnaryOperatorKind.Not or UnaryOperatorKind.BitwiseNegation, NodeKind.Mask) => Emit("Not", NodeKind.Mask, Tokens.Of(operation), [node]),
                    _ => Reject(operation, "this operator"),
                };
            default: return Unknown.Value;
        }
    }

    Abstract Binary(BinaryOperatorKind kind, IMethodSymbol? method, IOperation left, IOperation right, ITypeSymbol? type, IOperation operation)
    {
        if (kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals && (IsData(left) || IsData(right))) return Reject(operation, "== and != between vectors");
        var a = Evaluate(left);
        // && and || with a known left side do not look at the right one
        if (a is Scalar { Constant: bool known } && kind is BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr
            && known == (kind == BinaryOperatorKind.ConditionalOr))
        {
            Skip(right, () => Evaluate(right));
            return a;
        }
        return Combine(kind, method, a, Evaluate(right), type, operation);
    }

    // C# compares references here, by way of object
    static bool IsData(IOperation operation) => operation is IConversionOperation o ? IsData(o.Operand) : operation.Type.IsTensorLike();

    Abstract Combine(BinaryOperatorKind kind, IMethodSymbol? method, Abstract a, Abstract b, ITypeSymbol? type, IOperation operation)
    {
        if (a is Unknown || b is Unknown) return Unknown.Value;
        var at = Tokens.Of(operation);
        if (a is Scalar x && b is Scalar y && method is null)
        {
            if (kind == BinaryOperatorKind.Divide && x.Type == ScalarType.Int && y.Type == ScalarType.Int) return Reject(at, "integer division (write 1.0 / n)");
            var common = x.Type > y.Type ? y.Type : x.Type;
            var result = Scalars.Binary(kind, Scalars.Convert(x, common), Scalars.Convert(y, common));
            return result is null ? Reject(at, "this operator on these scalars") : Bounded(result, at);
        }
        if (a is Several || b is Several) return Reject(at, "an operator on tuples");
        if (method is { } m && !m.ContainingType.IsTensorLike()) return Reject(at, "an operator defined by the user");
        if (ToNode(a, at) is not Node p || ToNode(b, at) is not Node q) return Unknown.Value;
        var wider = Wider(p.Kind, q.Kind);
        return (kind, p.Kind, q.Kind) switch
        {
            (BinaryOperatorKind.And or BinaryOperatorKind.ConditionalAnd, NodeKind.Mask, NodeKind.Mask) => Emit("And", NodeKind.Mask, at, [p, q]),
            (BinaryOperatorKind.Or or BinaryOperatorKind.ConditionalOr, NodeKind.Mask, NodeKind.Mask) => Emit("Or", NodeKind.Mask, at, [p, q]),
            (_, NodeKind.Mask, _) or (_, _, NodeKind.Mask) => Reject(at, "this operator on masks"),
            (BinaryOperatorKind.Multiply, NodeKind.Mat, NodeKind.Mat) => Emit("MatMat", NodeKind.Mat, at, [p, q]),
            // a double beside a matrix is a scalar of the program; only a real vector makes a product
            (BinaryOperatorKind.Multiply, NodeKind.Mat, NodeKind.Vec) when b is Node => Emit("MatVec", NodeKind.Vec, at, [p, q]),
            (BinaryOperatorKind.Add, _, _) => Emit("Add", wider, at, [p, q]),
            (BinaryOperatorKind.Subtract, _, _) => Emit("Subtract", wider, at, [p, q]),
            (BinaryOperatorKind.Multiply, _, _) => Emit("Multiply", wider, at, [p, q]),
            (BinaryOperatorKind.Divide, _, _) => Emit("Divide", wider, at, [p, q]),
            (BinaryOperatorKind.LessThan, _, _) => Emit("Less", NodeKind.Mask, at, [p, q]),
            (BinaryOperatorKind.LessThanOrEqual, _, _) => Emit("LessEqual", NodeKind.Mask, at, [p, q]),
            (BinaryOperatorKind.GreaterThan, _, _) => Emit("Greater", NodeKind.Mask, at, [p, q]),
            (BinaryOperatorKind.GreaterThanOrEqual, _, _) => Emit("GreaterEqual", NodeKind.Mask, at, [p, q]),
            _ => Reject(at, "this operator on vectors"),
        };
    }

    Abstract Choose(IConditionalOperation operation)
    {
        var condition = Condition(operation.Condition);
        Abstract Side(IOperation side) => Evaluate(side) is var value && operation.Type is { } type ? Coerce(value, type, Tokens.Of(side)) : Unknown.Value;
        if (condition?.Constant is bool known)
        {
            var (taken, left) = known ? (operation.WhenTrue, operation.WhenFalse!) : (operation.WhenFalse!, operation.WhenTrue);
            reached.Add(taken);
            Skip(left, () => Side(left));
            return Side(taken);
        }
        Abstract? a = null, b = null;
        // a side may assign: the ways are split and joined like those of a statement
        var at = Tokens.Of(operation);
        Branch(condition, at, () => a = Side(operation.WhenTrue), () => b = Side(operation.WhenFalse!), operation.WhenTrue, operation.WhenFalse);
        return condition is null || a is null || b is null ? Unknown.Value : Join(condition, a, b, at);
    }
}
