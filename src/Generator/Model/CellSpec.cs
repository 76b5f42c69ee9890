using Recurve.Generator.Support;

namespace Recurve.Generator.Model;

/// <summary>Everything the compiler needs of one cell, compared by value: no symbols, no locations.</summary>
/// <param name="Namespace">Empty for the global namespace.</param>
/// <param name="ContainingTypes">Headers of the types around it, outermost first: <c>partial class Outer</c>.</param>
/// <param name="Name">The class.</param>
/// <param name="Strategy">The attribute's, as the name of a <c>Recurve.Strategy</c>.</param>
/// <param name="Parameters">The constructor's parameters.</param>
/// <param name="Fields">Weights and constants in declaration order.</param>
/// <param name="States">States in declaration order.</param>
/// <param name="Inputs">Parameters of Step.</param>
/// <param name="Outputs">A name per output: the field, local or tuple element returned, else <c>output0</c>….</param>
/// <param name="Body">Step as straight-line code: helpers inlined, loops unrolled, locals gone; an operand is an index into it.</param>
/// <param name="NewStates">For each state, the instruction that gives its value at the end of Step; -1: never assigned.</param>
/// <param name="Results">For each output, the instruction that gives it.</param>
/// <param name="Parts">Fields that are cells, in declaration order; their fields and states stand among this cell's, named <c>part.field</c>.</param>
/// <param name="HasErrors">The analyzers report at least one error: emit public members as stubs only.</param>
internal sealed record CellSpec(
    string Namespace,
    EquatableArray<string> ContainingTypes,
    string Name,
    string Strategy,
    EquatableArray<ParameterSpec> Parameters,
    EquatableArray<FieldSpec> Fields,
    EquatableArray<StateSpec> States,
    EquatableArray<InputSpec> Inputs,
    EquatableArray<string> Outputs,
    EquatableArray<Instruction> Body,
    EquatableArray<int> NewStates,
    EquatableArray<int> Results,
    EquatableArray<PartSpec> Parts,
    bool HasErrors)
{
    /// <summary>Fixed numbers and conditions of Step, each once: what an owner of this cell asks it for.</summary>
    public IReadOnlyList<Instruction> FixedNumbers
        => [.. Body.Where(i => i.Op is "Fixed" or "FixedMask").GroupBy(i => (i.Op, i.Name)).Select(g => g.First())];
}

/// <summary>A field that is another cell.</summary>
/// <param name="Type">Its class as generated code names it.</param>
/// <param name="Cell">That class, by itself.</param>
internal sealed record PartSpec(string Name, string Type, CellSpec Cell, int Origin);

internal sealed record ParameterSpec(string Name, string Type);

/// <summary>A weight or constant. <paramref name="Columns"/> is null for a Vec.</summary>
/// <param name="Init">Name of a <c>Recurve.Init</c>.</param>
internal sealed record FieldSpec(string Name, bool Trained, Size Rows, Size? Columns, string Init, double InitValue, int Origin)
{
    /// <summary>Of Init.Uniform; null: that of the shape.</summary>
    public Size? FanIn { get; init; }
}

/// <param name="Size">Of a vector; rows of a matrix.</param>
/// <param name="Strategy">The state's own, else the cell's.</param>
internal sealed record StateSpec(string Name, Size Size, bool Trained, string Strategy, int Origin)
{
    /// <summary>A CVec; else a Vec or a Mat.</summary>
    public bool IsComplex { get; init; }

    /// <summary>Of a Mat; null for a vector.</summary>
    public Size? Columns { get; init; }

    /// <summary>Of Newton iterations: the state's own, else the cell's.</summary>
    public double Tolerance { get; init; }

    /// <inheritdoc cref="Tolerance"/>
    public int Iterations { get; init; }
}

/// <param name="Size">From [Size], or null: inferred from its uses.</param>
internal sealed record InputSpec(string Name, Size? Size, int Origin);

/// <summary>One operation of Step.</summary>
/// <param name="Op">Name of an IR op; see IR/Op.cs.</param>
/// <param name="Operands">Earlier instructions.</param>
/// <param name="Name">Of an input, state or field; for Fixed, the C# expression (a double or bool in scope of the cell).</param>
/// <param name="Number">A literal, an epsilon, a slope.</param>
/// <param name="Sizes">Slice: start, length.</param>
/// <param name="Origin">Ordinal of the syntax it came from; an analyzer resolves it to a location. -1: none.</param>
internal sealed record Instruction(
    string Op, EquatableArray<int> Operands, string Name = "", double Number = 0, EquatableArray<Size> Sizes = default, int Origin = -1);
