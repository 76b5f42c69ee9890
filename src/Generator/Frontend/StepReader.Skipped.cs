using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Recurve.Generator.Frontend;

/// <summary>
/// What a literal keeps from ever running, and local functions nobody calls: it adds nothing to the program, but it stands in Step, so it
/// is read at the end for what is outside the language.
/// </summary>
internal sealed partial class StepReader
{
    readonly HashSet<IOperation> reached = [];
    readonly Dictionary<IOperation, Skipped> skipped = [];
    bool pretending;

    /// <param name="Path">Where it was passed by; null: it may be called from anywhere in Step.</param>
    sealed record Skipped(Path? Path, IReadOnlyList<Frame> Frames, Action Read);

    void Skip(IOperation? operation, Action read)
    {
        if (operation is null || reached.Contains(operation) || skipped.ContainsKey(operation)) return;
        skipped[operation] = new(current.Fork(), [.. frames.Reverse()], read);
    }

    void ReadSkipped()
    {
        var (end, count, invalid) = (current, body.Count, findings.Invalid);
        pretending = true;
        while (skipped.Count > 0 && !exhausted)
        {
            var (operation, item) = (skipped.Keys.First(), skipped.Values.First());
            skipped.Remove(operation);
            if (!reached.Add(operation)) continue;
            current = item.Path ?? end.Fork();
            (current.Returned, current.Result) = (false, null);
            frames.Clear();
            foreach (var frame in item.Frames) frames.Push(new(frame.Method, frame.IsStep));
            iterations.Clear();
            loopDepth = 0;
            item.Read();
        }
        body.RemoveRange(count, body.Count - count);
        // definite assignment, and so what is C#, is another matter where nothing runs
        (current, findings.Invalid) = (end, invalid);
    }

    // reported where it is declared even if never called: what is in Step is in the language
    void CheckLocalFunction(ILocalFunctionOperation function)
    {
        if (function.Syntax is not LocalFunctionStatementSyntax syntax) return;
        var before = findings.Items.Count;
        foreach (var modifier in syntax.Modifiers)
            if (modifier.ValueText != "static") Reject(SourceSpan.Of(modifier), modifier.ValueText);
        if (syntax.TypeParameterList is { } list) Reject(SourceSpan.Of(list.LessThanToken), "a generic local function");
        if (findings.Items.Count == before && function.Body is { } block && !reached.Contains(block))
            skipped[block] = new(null, [.. frames.Reverse()], () => CheckBody(function.Symbol, syntax));
    }

    void CheckBody(IMethodSymbol function, LocalFunctionStatementSyntax syntax)
    {
        // a call has read it, and said what there is to say
        if (blocks.ContainsKey(function) || Body(function, out _) is not { } block) return;
        CheckType(function.ReturnType, SourceSpan.Of(syntax.ReturnType), null);
        foreach (var (parameter, written) in function.Parameters.Zip(syntax.ParameterList.Parameters, (p, s) => (p, s)))
        {
            var at = SourceSpan.Of((SyntaxNode?)written.Type ?? written);
            if (parameter.RefKind != RefKind.None) Reject(SourceSpan.Of(written.GetFirstToken()), "a parameter by reference");
            current.Variables[parameter] = CheckType(parameter.Type, at, null) ? Some(parameter.Type, at) : Unknown.Value;
        }
        frames.Push(new(function, isStep: false));
        ExecuteBlock(block);
        Leave(SourceSpan.Of(syntax));
    }

    // any value of the type: a literal one, so that it may stand where only a literal may
    Abstract Some(ITypeSymbol type, SourceSpan at) => type switch
    {
        INamedTypeSymbol { IsTupleType: true } tuple => Several.Of([.. tuple.TupleElements.Select(e => Some(e.Type, at))]),
        _ when type.IsMat() => Emit("Literal", NodeKind.Mat, at, []),
        _ when type.IsMask() => Emit("Literal", NodeKind.Mask, at, []),
        _ when type.IsVec() => Emit("Literal", NodeKind.Vec, at, []),
        _ when type.IsCVec() => Emit("Literal", NodeKind.CVec, at, []),
        { SpecialType: SpecialType.System_Boolean } => Scalars.Known(true) ?? (Abstract)Unknown.Value,
        _ => Scalars.Known(1) is { } one && Scalars.TypeOf(type) is { } scalar ? Scalars.Convert(one, scalar) : Unknown.Value,
    };
}
