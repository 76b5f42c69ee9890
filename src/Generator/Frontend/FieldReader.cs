using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Model;
using Recurve.Generator.Support;

namespace Recurve.Generator.Frontend;

/// <summary>What a field of the cell is to Step.</summary>
internal enum FieldRole
{
    /// <summary>Weight or constant.</summary>
    Field,
    State,
    /// <summary>A readonly cell.</summary>
    Part,
    /// <summary>A readonly double, float, int or bool.</summary>
    Scalar,
    /// <summary>Not readonly and not a state.</summary>
    Mutable,
    /// <summary>Reported already.</summary>
    Broken,
    /// <summary>Of a type that has no place in Step.</summary>
    Foreign,
}

/// <summary>Fields of a cell: the model's half, and by symbol for Step.</summary>
internal sealed class FieldReader(INamedTypeSymbol cell, Compilation compilation, Findings findings, CancellationToken cancellation)
{
    readonly Dictionary<ISymbol, (FieldRole Role, int Index, Size? Size)> roles = new(SymbolEqualityComparer.Default);
    readonly List<FieldSpec> fields = [];
    readonly List<StateSpec> states = [];
    readonly List<Part> parts = [];

    public IReadOnlyList<FieldSpec> Fields => fields;

    public IReadOnlyList<StateSpec> States => states;

    /// <summary>Their fields and states are among the cell's.</summary>
    public IReadOnlyList<Part> Parts => parts;

    /// <summary>Whether the user meant to declare a state, be it well or badly.</summary>
    public bool AnyState { get; private set; }

    /// <summary>Index: into Fields, States or Parts; -1: a part whose source is not available. Size: of an int that is a polynomial.</summary>
    public (FieldRole Role, int Index, Size? Size) Role(IFieldSymbol field)
        => roles.TryGetValue(field, out var role) ? role : (FieldRole.Foreign, -1, null);

    public void Read(IFieldSymbol field, RunOptions ofCell)
    {
        var weight = field.Attribute("WeightAttribute");
        var state = field.Attribute("StateAttribute");
        AnyState |= state is not null || IsPart(field);
        roles[field] = (FieldRole.Broken, -1, null);
        if (field.AssociatedSymbol is IPropertySymbol property)
        {
            if (weight is not null || state is not null) Unsuitable(Place(property), property.Name, "is a property; weights and states are fields");
            else roles.Remove(field);
            return;
        }
        var at = Place(field);
        if (weight is not null && state is not null) Unsuitable(at, field.Name, "cannot be both a weight and a state");
        else if (weight is not null) ReadWeight(field, weight, at);
        else if (state is not null) ReadState(field, state, ofCell, at);
        else ReadPlain(field, at);
    }

    void ReadWeight(IFieldSymbol field, AttributeData weight, SourceSpan at)
    {
        if (field.Type.IsCVec()) Unsuitable(at, field.Name, "is a weight and must be a Vec or a Mat; a complex one is Complex or Polar of two of them");
        else if (!field.Type.IsVec() && !field.Type.IsMat()) Unsuitable(at, field.Name, "is a weight and must be a Vec or a Mat");
        else if (field.IsStatic) Unsuitable(at, field.Name, "is a weight and must not be static");
        else if (!field.IsReadOnly) Unsuitable(at, field.Name, "is a weight and must be readonly");
        else if (ReadSizes(field, at) is { } sizes)
            AddField(field, sizes, trained: true, weight.EnumName("Init", "Default"), weight.Argument("Value")?.Value is double value ? value : 0, at, ReadFanIn(field, weight, at));
    }

    Size? ReadFanIn(IFieldSymbol field, AttributeData weight, SourceSpan at)
    {
        if (weight.Argument("FanIn")?.Value is not string text) return null;
        if (weight.EnumName("Init", "Default") is not ("Default" or "Uniform") and var init) Unsuitable(at, field.Name, $"has a fan-in, which is of Init.Uniform, but starts as Init.{init}");
        else if (SizeReader.Parse(text, new HashSet<string>(CellReader.SizeParameters(cell))) is { } size) return size;
        else
        {
            var argument = (weight.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax)?.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == "FanIn");
            findings.Add(DiagnosticIds.NotPolynomial, argument is null ? at : SourceSpan.Of(argument.Expression), text);
        }
        return null;
    }

    void ReadState(IFieldSymbol field, AttributeData state, RunOptions ofCell, SourceSpan at)
    {
        if (!field.Type.IsVec() && !field.Type.IsCVec() && !field.Type.IsMat()) Unsuitable(at, field.Name, "is a state and must be a Vec, a CVec or a Mat");
        else if (field.IsStatic) Unsuitable(at, field.Name, "is a state and must not be static");
        else if (field.IsReadOnly) Unsuitable(at, field.Name, "is a state and must not be readonly");
        else if (ReadSizes(field, at) is { } sizes)
        {
            roles[field] = (FieldRole.State, states.Count, null);
            var options = ofCell.With(state);
            states.Add(new(field.Name, sizes[0], state.Argument("Trained")?.Value is true, options.Strategy, findings.Origin(at))
            {
                IsComplex = field.Type.IsCVec(),
                Columns = sizes.Count > 1 ? sizes[1] : null,
                Tolerance = options.Tolerance,
                Iterations = options.Iterations,
            });
        }
    }

    // fields without an attribute: only what is wrong whatever Step does with it is reported here
    void ReadPlain(IFieldSymbol field, SourceSpan at)
    {
        var type = field.Type;
        if (IsPart(field)) ReadPart(field, at);
        else if (!field.IsReadOnly) roles[field] = (FieldRole.Mutable, -1, null);
        else if (type.IsScalar()) roles[field] = (FieldRole.Scalar, -1, Initializer(field) is { } value && type.SpecialType == SpecialType.System_Int32 ? SizeReader.Read(value, out _) : null);
        else if ((type.IsVec() || type.IsMat()) && !field.IsStatic)
        {
            if (ReadSizes(field, at) is { } sizes) AddField(field, sizes, trained: false, "Default", 0, at);
        }
        else roles[field] = (FieldRole.Foreign, -1, null);
    }

    static bool IsPart(IFieldSymbol field) => field is { IsReadOnly: true, IsStatic: false } && field.Type.IsCell();

    void ReadPart(IFieldSymbol field, SourceSpan at)
    {
        if (!compilation.HasSourceOf(field.Type))
        {
            roles[field] = (FieldRole.Part, -1, null);
            return;
        }
        if (new PartReader(cell, compilation, findings, cancellation).Read(field, Initializer(field), at, TypePlace(field)) is not { } part) return;
        (roles[field], part.FirstState) = ((FieldRole.Part, parts.Count, null), states.Count);
        parts.Add(part);
        fields.AddRange(part.Fields);
        states.AddRange(part.States);
    }

    void AddField(IFieldSymbol field, IReadOnlyList<Size> sizes, bool trained, string init, double value, SourceSpan at, Size? fanIn = null)
    {
        roles[field] = (FieldRole.Field, fields.Count, null);
        fields.Add(new(field.Name, trained, sizes[0], sizes.Count > 1 ? sizes[1] : null, init, value, findings.Origin(at)) { FanIn = fanIn });
    }

    // one size for a Vec or CVec, two for a Mat; null after reporting why not
    IReadOnlyList<Size>? ReadSizes(IFieldSymbol field, SourceSpan at)
    {
        if (Initializer(field) is not { } value)
        {
            if (!findings.Invalid) Unsuitable(at, field.Name, "has no initializer; fields are initialised where they are declared");
            return null;
        }
        if (value.DescendantsAndSelf().Any(o => o is IInvalidOperation))
        {
            findings.Invalid = true;
            return null;
        }
        while (value is IConversionOperation conversion) value = conversion.Operand;
        if (value is not IObjectCreationOperation creation)
        {
            findings.Add(DiagnosticIds.NotPolynomial, SourceSpan.Of(value.Syntax), value.Syntax.ToString());
            return null;
        }
        var wanted = field.Type.IsMat() ? 2 : 1;
        var sizes = new List<Size>();
        foreach (var argument in creation.Arguments.OrderBy(a => a.Parameter?.Ordinal ?? 0).Take(wanted))
        {
            if (argument.Value.Type?.SpecialType == SpecialType.System_Int32 && SizeReader.Read(argument.Value, out var offence) is { } size)
            {
                sizes.Add(size);
                continue;
            }
            SizeReader.Read(argument.Value, out offence);
            findings.Add(DiagnosticIds.NotPolynomial, SourceSpan.Of(offence.Syntax), offence.Syntax.ToString());
        }
        if (creation.Arguments.Length < wanted) findings.Add(DiagnosticIds.NotPolynomial, SourceSpan.Of(value.Syntax), value.Syntax.ToString());
        return sizes.Count == wanted ? sizes : null;
    }

    IOperation? Initializer(IFieldSymbol field)
    {
        if (Declarator(field) is not { Initializer: { } clause }) return null;
        // asked of the clause: a value in parentheses has no operation of its own
        var value = (compilation.GetSemanticModel(clause.SyntaxTree).GetOperation(clause, cancellation) as IFieldInitializerOperation)?.Value;
        if (value is null) findings.Invalid = true;
        return value;
    }

    VariableDeclaratorSyntax? Declarator(IFieldSymbol field)
        => field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) as VariableDeclaratorSyntax;

    SourceSpan TypePlace(IFieldSymbol field)
        => Declarator(field)?.Parent is VariableDeclarationSyntax declaration ? SourceSpan.Of(declaration.Type) : Place(field);

    SourceSpan Place(ISymbol symbol)
        => symbol.Locations.FirstOrDefault(l => l.IsInSource) is { SourceTree: { } tree } location
            ? new(tree, location.SourceSpan)
            : default;

    void Unsuitable(SourceSpan at, string name, string why) => findings.Add(DiagnosticIds.UnsuitableField, at, name, why);
}
