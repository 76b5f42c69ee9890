using Microsoft.CodeAnalysis;
using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Frontend;

/// <summary>A part as its owner sees it.</summary>
/// <param name="spec">Its cell by itself.</param>
/// <param name="step">The method whose call stands for its code.</param>
/// <param name="arguments">What the owner gave for each parameter of the part's constructor that sizes are made of.</param>
internal sealed class Part(PartSpec spec, IMethodSymbol step, IReadOnlyDictionary<string, Size> arguments)
{
    public PartSpec Spec { get; } = spec;

    public CellSpec Cell => Spec.Cell;

    public IMethodSymbol Step { get; } = step;

    /// <summary>Where its states begin among the owner's.</summary>
    public int FirstState { get; set; }

    /// <summary>Its weights and constants, as the owner's.</summary>
    public IEnumerable<FieldSpec> Fields => Cell.Fields.Select(f => f with
    {
        Name = Named(f.Name),
        Rows = SizeOf(f.Rows),
        Columns = f.Columns is null ? null : SizeOf(f.Columns),
        FanIn = null, // the part itself says where its weights start
        Origin = Spec.Origin,
    });

    /// <summary>Its states, as the owner's.</summary>
    public IEnumerable<StateSpec> States => Cell.States.Select(s => s with { Name = Named(s.Name), Size = SizeOf(s.Size), Columns = s.Columns is null ? null : SizeOf(s.Columns), Origin = Spec.Origin });

    public string Named(string name) => $"{Spec.Name}.{name}";

    /// <summary>One of its sizes in the owner's parameters.</summary>
    public Size SizeOf(Size size) => size.With(parameter => arguments[parameter]);
}
