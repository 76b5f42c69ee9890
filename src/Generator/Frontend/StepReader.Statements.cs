using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Recurve.Generator.Diagnostics;

namespace Recurve.Generator.Frontend;

internal sealed partial class StepReader
{
    readonly Dictionary<IOperation, int> iterations = [];
    int loopDepth;

    void ExecuteBlock(IBlockOperation block)
    {
        foreach (var statement in block.Operations) Execute(statement);
    }

    void Execute(IOperation? statement)
    {
        cancellation.ThrowIfCancellationRequested();
        if (statement is null || exhausted) return;
        if (current.Returned) { Skip(statement, () => Execute(statement)); return; }
        reached.Add(statement);
        switch (statement)
        {
            case IBlockOperation o: ExecuteBlock(o); break;
            case IEmptyOperation: break;
            case ILocalFunctionOperation o: CheckLocalFunction(o); break;
            case IExpressionStatementOperation o: ExecuteExpression(o.Operation); break;
            case IVariableDeclarationGroupOperation o: foreach (var declaration in o.Declarations) Declare(declaration); break;
            case IConditionalOperation o: ExecuteIf(o); break;
            case IForLoopOperation o: ExecuteFor(o); break;
            case IReturnOperation { Kind: OperationKind.Return } o: ExecuteReturn(o); break;
            case IInvalidOperation: NotCSharp(); break;
            default: Reject(statement, Describe(statement)); break;
        }
    }

    void ExecuteExpression(IOperation operation)
    {
        if (operation is IAssignmentOperation or IInvocationOperation or IIncrementOrDecrementOperation or IInvalidOperation) Evaluate(operation);
        else Reject(operation, Describe(operation));
    }

    void Declare(IVariableDeclarationOperation declaration)
    {
        var type = (declaration.Syntax as VariableDeclarationSyntax)?.Type;
        foreach (var variable in declaration.Declarators)
        {
            var symbol = variable.Symbol;
            if (symbol.RefKind != RefKind.None)
            {
                Reject(type is null ? Tokens.Of(declaration) : SourceSpan.Of(type.GetFirstToken()), "a local by reference");
                current.Variables[symbol] = Unknown.Value;
                continue;
            }
            var initializer = variable.Initializer ?? declaration.Initializer;
            var value = initializer is null ? null : Evaluate(initializer.Value);
            if (!CheckType(symbol.Type, type is null ? Tokens.Of(declaration) : SourceSpan.Of(type), value)) value = Unknown.Value;
            if (value is not null) current.Variables[symbol] = Named(Coerce(value, symbol.Type, Tokens.Of(declaration)), symbol);
        }
    }

    // a type is reported where it is written, unless its value has been reported
    bool CheckType(ITypeSymbol type, SourceSpan at, Abstract? value)
    {
        if (type.TypeKind == TypeKind.Error) findings.Invalid = true;
        else if (IsAllowed(type)) return true;
        else if (value is not Unknown) Reject(at, $"the type {type.ToDisplayString()}");
        return false;
    }

    static bool IsAllowed(ITypeSymbol type)
        => type.IsTensorLike() || type.IsScalar() || (type is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements.All(e => IsAllowed(e.Type)));

    void ExecuteReturn(IReturnOperation statement)
    {
        var value = statement.ReturnedValue is { } returned ? Evaluate(returned) : null;
        current.Result = value is null ? null : Coerce(value, Frame.Method.ReturnType, Tokens.Of(statement));
        current.Returned = true;
    }

    void ExecuteIf(IConditionalOperation statement)
    {
        var at = Tokens.Of(statement.Syntax);
        Branch(Condition(statement.Condition), at, () => Execute(statement.WhenTrue), () => Execute(statement.WhenFalse), statement.WhenTrue, statement.WhenFalse);
    }

    /// <summary>A condition known or fixed; null after reporting that it is neither.</summary>
    Scalar? Condition(IOperation operation)
    {
        switch (Evaluate(operation))
        {
            case Scalar { Type: ScalarType.Bool } scalar: return scalar;
            case Node: Reject(operation, "a condition that depends on data (use Where)"); return null;
            default: return null;
        }
    }

    void Branch(Scalar? condition, SourceSpan at, Action whenTrue, Action whenFalse, IOperation? ifTrue, IOperation? ifFalse)
    {
        if (condition?.Constant is bool known)
        {
            if ((known ? ifTrue : ifFalse) is { } taking) reached.Add(taking);
            Skip(known ? ifFalse : ifTrue, known ? whenFalse : whenTrue);
            (known ? whenTrue : whenFalse)();
            return;
        }
        // a condition that could not be read: both sides are still looked at for what else is wrong
        condition ??= new(ScalarType.Bool, "false");
        var before = current;
        var first = Frame.Exits.Count;
        var taken = current = before.Fork();
        whenTrue();
        taken = current;
        var second = Frame.Exits.Count;
        current = before.Fork();
        whenFalse();
        var skipped = current;
        Guard(first, second, condition);
        Guard(second, Frame.Exits.Count, Scalars.Not(condition));

        if (taken.Returned && !skipped.Returned) Exit(condition, taken, skipped);
        else if (skipped.Returned && !taken.Returned) Exit(Scalars.Not(condition), skipped, taken);
        else current = Join(condition, taken, skipped, at);
    }

    void Exit(Scalar condition, Path left, Path stays)
    {
        Frame.Exits.Add((condition, left));
        current = stays;
    }

    void Guard(int from, int to, Scalar condition)
    {
        for (var i = from; i < to; i++) Frame.Exits[i] = (Scalars.And(condition, Frame.Exits[i].Condition), Frame.Exits[i].Path);
    }

    /// <summary>Ends the method being read: its ways out become one.</summary>
    void Leave(SourceSpan at)
    {
        var frame = frames.Pop();
        for (var i = frame.Exits.Count - 1; i >= 0; i--) current = Join(frame.Exits[i].Condition, frame.Exits[i].Path, current, at);
    }

    void ExecuteFor(IForLoopOperation loop)
    {
        foreach (var statement in loop.Before) Execute(statement);
        loopDepth++;
        while (!current.Returned && !exhausted)
        {
            if (loop.Condition is null || Evaluate(loop.Condition) is not { } condition) { Reject(Tokens.Of(loop), "a loop without a literal bound"); break; }
            if (condition is Unknown) break;
            if (condition is not Scalar { Constant: bool goesOn }) { Reject(loop.Condition, "a loop bound that is not a literal"); break; }
            if (!goesOn) { Skip(loop.Body, () => Execute(loop.Body)); break; }
            iterations.TryGetValue(loop, out var count);
            if (count >= MaxIterations) { Exhaust(Tokens.Of(loop), $"a loop unrolls to more than {MaxIterations} iterations"); break; }
            iterations[loop] = count + 1;
            Execute(loop.Body);
            foreach (var statement in loop.AtLoopBottom) Execute(statement);
        }
        if (--loopDepth == 0) iterations.Clear();
    }

    static string Describe(IOperation operation) => operation switch
    {
        IForEachLoopOperation => "foreach",
        IWhileLoopOperation => "a while loop",
        ISwitchOperation or ISwitchExpressionOperation => "switch",
        ITryOperation => "try",
        IThrowOperation => "throw",
        IUsingOperation or IUsingDeclarationOperation => "using",
        ILockOperation => "lock",
        IBranchOperation => "a jump (break, continue, goto)",
        ILabeledOperation => "a label",
        IAnonymousFunctionOperation or IDelegateCreationOperation => "a lambda",
        IAwaitOperation => "await",
        IReturnOperation => "yield",
        IObjectCreationOperation or IAnonymousObjectCreationOperation => "creating an object",
        IArrayCreationOperation or ICollectionExpressionOperation => "an array or collection",
        IPropertyReferenceOperation { Arguments.Length: > 0 } or IArrayElementReferenceOperation => "indexing",
        IPropertyReferenceOperation o => $"the property {o.Property.Name}",
        IMethodReferenceOperation => "a method used as a value",
        IIsPatternOperation or IIsTypeOperation => "a type test or pattern",
        IConditionalAccessOperation or ICoalesceOperation or ICoalesceAssignmentOperation => "a test for null",
        IInterpolatedStringOperation => "a string",
        ILiteralOperation { Type: { } type } => $"a literal of type {type.ToDisplayString()}",
        ILiteralOperation => "null",
        IDefaultValueOperation => "default",
        ITypeOfOperation or ISizeOfOperation => "a type used as a value",
        IInstanceReferenceOperation => "'this' used as a value",
        IDynamicInvocationOperation or IDynamicMemberReferenceOperation => "dynamic",
        _ => operation.Syntax is StatementSyntax ? "this statement" : "this expression",
    };
}
