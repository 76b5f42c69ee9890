using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Frontend;

/// <summary>Step as straight-line code; see <see cref="CellSpec"/>.</summary>
internal sealed record StepBody(
    IReadOnlyList<InputSpec> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<Instruction> Instructions, IReadOnlyList<int> NewStates, IReadOnlyList<int> Results)
{
    public static StepBody Empty { get; } = new([], [], [], [], []);
}

/// <summary>
/// Runs Step on abstract values: locals, tuples, helpers and loops disappear, what is left is the list of operations on data.
/// A condition that is fixed per cell splits the way in two, joined again by <c>Where</c>.
/// </summary>
internal sealed partial class StepReader(
    INamedTypeSymbol cell, Compilation compilation, FieldReader fields, Findings findings, CancellationToken cancellation)
{
    const int MaxIterations = 256, MaxInstructions = 20_000, MaxText = 4_000;

    readonly List<Instruction> body = [];
    readonly List<InputSpec> inputs = [];
    readonly Stack<Frame> frames = new();
    readonly Dictionary<ISymbol, (IBlockOperation? Block, SyntaxNode? Syntax)> blocks = new(SymbolEqualityComparer.Default);
    Path current = new(new(SymbolEqualityComparer.Default), []);
    bool exhausted;

    Frame Frame => frames.Peek();

    public StepBody Read(IMethodSymbol step, ISet<string> sizeParameters)
    {
        current = new(new(SymbolEqualityComparer.Default), new Abstract?[fields.States.Count]);
        var signature = new SignatureReader(step, findings, cancellation);
        signature.Check();
        foreach (var parameter in step.Parameters)
        {
            var at = signature.Place(parameter);
            inputs.Add(new(parameter.Name, signature.Size(parameter, sizeParameters), findings.Origin(at)));
            current.Variables[parameter] = parameter.Type.IsVec() ? Emit("Input", NodeKind.Vec, at, [], parameter.Name) : Unknown.Value;
        }
        var block = Body(step, out var syntax);
        if (block is null)
        {
            findings.Invalid = true;
            return StepBody.Empty with { Inputs = inputs };
        }
        frames.Push(new(step, isStep: true));
        ExecuteBlock(block);
        Leave(SourceSpan.Of(syntax!));
        ReadSkipped();

        var result = current.Result;
        List<Abstract> results = result is Several several ? [.. several.Items] : result is null ? [] : [result];
        // every way out of Step must give values, else C# has complained already
        if (results.Count == 0 || results.Exists(r => r is not (Node or Scalar))) findings.Invalid |= findings.Items.Count == 0;
        var at2 = SourceSpan.Of(syntax!);
        return new(
            inputs,
            OutputNames.Of(step, block, results.Count),
            Instructions: body,
            NewStates: [.. current.States.Select(s => s is Node node ? node.Index : -1)],
            Results: [.. results.Select(r => ToNode(r, at2) is Node node ? node.Index : -1)]);
    }

    Node Emit(string op, NodeKind kind, SourceSpan at, Node[] operands, string name = "", double number = 0, EquatableArray<Size> sizes = default)
    {
        return new(Append(new(op, new(operands.Select(o => o.Index)), name, number, sizes), at), kind);
    }

    int Append(Instruction instruction, SourceSpan at)
    {
        if (body.Count >= MaxInstructions) Exhaust(at, $"Step unrolls to more than {MaxInstructions} operations");
        else body.Add(instruction with { Origin = findings.Origin(at) });
        return body.Count - 1;
    }

    // what the user calls a value is what messages and generated code call it
    Abstract Named(Abstract value, ISymbol symbol)
    {
        if (!pretending && value is Node { Index: >= 0 and var index } && body[index] is { Name: "", Op: not "Literal" } instruction) body[index] = instruction with { Name = symbol.Name };
        return value;
    }

    // what is not finite is cut off, and said once
    void Exhaust(SourceSpan at, string why)
    {
        if (!exhausted) findings.Add(DiagnosticIds.TooMuchUnrolling, at, Sentence(why));
        exhausted = true;
    }

    /// <summary>A scalar met by data becomes a leaf of the program.</summary>
    Abstract ToNode(Abstract value, SourceSpan at) => value switch
    {
        Scalar { Type: ScalarType.Bool } => Unknown.Value,
        Scalar { Constant: { } constant } => Emit("Literal", NodeKind.Vec, at, [], number: Scalars.Number(constant)),
        Scalar scalar => Emit("Fixed", NodeKind.Vec, at, [], Scalars.Convert(scalar, ScalarType.Double).Text),
        Several => Unknown.Value,
        _ => value,
    };

    Unknown Reject(IOperation operation, string what) => Reject(Tokens.Of(operation), what);

    Unknown Reject(SourceSpan at, string what)
    {
        findings.Add(DiagnosticIds.NotInLanguage, at, $"{Sentence(what)} is not part of the cell language");
        return Unknown.Value;
    }

    static string Sentence(string what) => char.ToUpperInvariant(what[0]) + what.Substring(1);

    Unknown NotCSharp()
    {
        findings.Invalid = true;
        return Unknown.Value;
    }

    IBlockOperation? Body(IMethodSymbol method, out SyntaxNode? syntax)
    {
        // a helper called often is bound once
        if (!blocks.TryGetValue(method, out var read)) blocks[method] = read = Bind(method.PartialImplementationPart ?? method);
        syntax = read.Syntax;
        return read.Block;
    }

    (IBlockOperation? Block, SyntaxNode? Syntax) Bind(IMethodSymbol method)
    {
        var syntax = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation);
        if (syntax is not null) findings.Files.Add(syntax.SyntaxTree);
        if (syntax is not (BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax)) return (null, syntax);
        var block = compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, cancellation) switch
        {
            IMethodBodyOperation o => o.BlockBody ?? o.ExpressionBody,
            ILocalFunctionOperation o => o.Body,
            _ => null,
        };
        return (block, syntax);
    }
}
