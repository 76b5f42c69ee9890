using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Model;

namespace Recurve.Generator.Frontend;

/// <summary>Parts: a call of their Step is replaced by their own straight-line code, under the owner's names and sizes.</summary>
internal sealed partial class StepReader
{
    Abstract CallPart(Part part, IInvocationOperation call, SourceSpan at)
    {
        if (!SymbolEqualityComparer.Default.Equals(call.TargetMethod, part.Step)) return Reject(at, $"calling {call.TargetMethod.Name} of the part {part.Spec.Name}");
        var arguments = new Node?[part.Cell.Inputs.Count];
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { } parameter) return NotCSharp();
            arguments[parameter.Ordinal] = Coerce(Evaluate(argument.Value), parameter.Type, at) as Node;
        }
        if (!current.Stepped.Add(part.Spec.Name))
        {
            findings.Add(DiagnosticIds.TooMuchUnrolling, at, $"The part '{part.Spec.Name}' is stepped twice in one time step");
            return Unknown.Value;
        }
        if (arguments.Contains(null)) return Unknown.Value;
        return Splice(part, arguments!, at);
    }

    Abstract Splice(Part part, Node[] arguments, SourceSpan at)
    {
        var cell = part.Cell;
        var (inputs, numbers) = (cell.Inputs.Select(i => i.Name).ToList(), cell.FixedNumbers.ToList());
        for (var i = 0; i < arguments.Length; i++) Declare(arguments[i], cell.Inputs[i].Size is { } size ? part.SizeOf(size) : null);

        var places = new int[cell.Body.Count];
        for (var i = 0; i < places.Length && !exhausted; i++)
        {
            var instruction = cell.Body[i];
            places[i] = instruction.Op == "Input" ? arguments[inputs.IndexOf(instruction.Name)].Index : Append(instruction with
            {
                Operands = new(instruction.Operands.Select(o => places[o])),
                Name = instruction.Op switch
                {
                    "OldState" or "Field" => part.Named(instruction.Name),
                    "Fixed" or "FixedMask" => FixedNumber(part, numbers.FindIndex(n => (n.Op, n.Name) == (instruction.Op, instruction.Name)), instruction.Op == "FixedMask"),
                    _ => instruction.Name,
                },
                Sizes = new(instruction.Sizes.Select(part.SizeOf)),
            }, at);
        }
        if (exhausted) return Unknown.Value;
        for (var s = 0; s < cell.States.Count; s++)
        {
            if (cell.NewStates[s] >= 0) current.States[part.FirstState + s] = new Node(places[cell.NewStates[s]], KindOf(cell.States[s]));
        }
        Abstract[] results = [.. cell.Results.Select(r => new Node(places[r], NodeKind.Vec))];
        return results.Length == 1 ? results[0] : Several.Of(results);
    }

    // evaluated once, by the part, whose fields and parameters its owner cannot see
    static string FixedNumber(Part part, int index, bool isCondition)
        => $"this.{Scalars.Identifier(part.Spec.Name)}.FixedNumbers[{index.ToString(CultureInfo.InvariantCulture)}]{(isCondition ? " != 0" : "")}";

    // what a part says of its input's size holds for an input of the owner that is handed on
    void Declare(Node argument, Support.Size? size)
    {
        if (size is null || body[argument.Index] is not { Op: "Input", Name: var name }) return;
        var index = inputs.FindIndex(i => i.Name == name);
        if (inputs[index].Size is null) inputs[index] = inputs[index] with { Size = size };
    }

    /// <summary>The part whose member this is: <c>outer</c>, or <c>outer.inner</c> for a part of a part; null: no part.</summary>
    string? PartOf(IOperation? instance) => instance switch
    {
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation, Field: var field } => fields.Role(field) is (FieldRole.Part, >= 0 and var index, _) ? fields.Parts[index].Spec.Name : null,
        IFieldReferenceOperation { Field: { IsReadOnly: true } field } o when field.Type.IsCell() && PartOf(o.Instance) is { } outer => $"{outer}.{field.Name}",
        _ => null,
    };

    Abstract PartField(string part, IFieldSymbol field, SourceSpan at)
    {
        var index = fields.States.ToList().FindIndex(s => s.Name == $"{part}.{field.Name}");
        return index >= 0 ? current.States[index] ?? OldState(index, at) : Reject(at, $"the field {field.Name} of the part {part}, which is not a state,");
    }
}
