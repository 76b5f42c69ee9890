using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Recurve.Generator.Diagnostics;

namespace Recurve.Generator.Frontend;

internal sealed partial class StepReader
{
    Abstract Invoke(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var at = Tokens.Of(call);
        if (method.ContainingType.IsFunctions()) return Function(call, at);
        if (method.ContainingType is { Name: "Math", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }) return MathFunction(call, at);
        if (method.MethodKind == MethodKind.DelegateInvoke) return Reject(at, "calling a delegate");
        if (call.Instance is { } instance && instance is not IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance })
        {
            if (instance is IFieldReferenceOperation { Instance: IInstanceReferenceOperation, Field: var field })
            {
                var (role, index, _) = fields.Role(field);
                if (role == FieldRole.Broken) return Unknown.Value;
                if (role == FieldRole.Mutable && field.Type.IsCell()) return Reject(at, $"calling {method.Name} on {field.Name}, a cell that is not readonly,");
                if (role == FieldRole.Part) return index < 0 ? NoSource(call.TargetMethod, at) : CallPart(fields.Parts[index], call, at);
            }
            return instance is IInvalidOperation ? NotCSharp() : Reject(at, $"calling {method.Name} on another object");
        }
        return Inline(call, method.OriginalDefinition, at);
    }

    Abstract Inline(IInvocationOperation call, IMethodSymbol method, SourceSpan at)
    {
        if (!method.IsStatic && method.MethodKind != MethodKind.LocalFunction && !SymbolEqualityComparer.Default.Equals(method.ContainingType, cell))
            return Reject(at, $"calling {method.Name} of a base class");
        if (method.IsAsync) return Reject(at, "async");
        if (method.IsGenericMethod) return Reject(at, $"calling the generic method {method.Name}");
        if (method.IsVirtual || method.IsAbstract || method.IsOverride) return Reject(at, $"calling the virtual method {method.Name}");
        if (method.ReturnsVoid) return Reject(at, $"calling {method.Name}, which returns nothing");
        if (method.RefKind != RefKind.None || method.Parameters.Any(p => p.RefKind != RefKind.None)) return Reject(at, $"calling {method.Name}, which passes by reference");
        if (!compilation.HasSourceOf(method)) return NoSource(method, at);
        if (frames.Any(f => SymbolEqualityComparer.Default.Equals(f.Method, method)))
        {
            findings.Add(DiagnosticIds.TooMuchUnrolling, at, $"{method.Name} calls itself");
            return Unknown.Value;
        }
        // arguments are evaluated in the order they are written, also when they are named
        var arguments = call.Arguments.Select(a => (a.Parameter, Value: Evaluate(a.Value))).ToList();
        if (Body(method, out var syntax) is not { } block) return NoSource(method, at);
        foreach (var (parameter, value) in arguments)
        {
            if (parameter is null) continue;
            var own = method.Parameters[parameter.Ordinal];
            if (!IsAllowed(own.Type) && value is not Unknown) return Reject(at, $"calling {method.Name}, which takes {own.Type.ToDisplayString()}");
            current.Variables[own] = Coerce(value, own.Type, at);
        }
        frames.Push(new(method, isStep: false));
        findings.Within(at, () => ExecuteBlock(block));
        Leave(at);
        var result = current.Result;
        current.Returned = false;
        current.Result = null;
        return result ?? Unknown.Value;
    }

    Unknown NoSource(IMethodSymbol method, SourceSpan at)
    {
        if (method.ContainingType.IsTensorLike()) return Reject(at, $"calling {method.ContainingType.Name}.{method.Name}");
        findings.Add(DiagnosticIds.NoSource, at, method.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
        return Unknown.Value;
    }

    Abstract MathFunction(IInvocationOperation call, SourceSpan at)
    {
        var method = call.TargetMethod;
        if (Scalars.TypeOf(method.ReturnType) is not { } type || !method.Parameters.All(p => p.RefKind == RefKind.None && p.Type.IsScalar()))
            return Reject(at, $"Math.{method.Name} of these types");
        var texts = new string[call.Arguments.Length];
        foreach (var argument in call.Arguments)
        {
            switch (Evaluate(argument.Value))
            {
                case Scalar scalar when argument.Parameter is { } parameter:
                    texts[parameter.Ordinal] = Scalars.Convert(scalar, Scalars.TypeOf(parameter.Type)!.Value).Text;
                    break;
                case Node: return Reject(argument.Value, $"Math.{method.Name} of data (use Functions.{method.Name})");
                default: return Unknown.Value;
            }
        }
        return Bounded(new(type, $"global::System.Math.{method.Name}({string.Join(", ", texts)})"), at);
    }
}
