namespace Recurve;

/// <summary>A trained tensor of a module, by name.</summary>
public sealed class Parameter
{
    /// <summary>Names a leaf; it requires a gradient from now on.</summary>
    /// <param name="name">As in a saved file: <c>wz</c>, or with the path of its module <c>0.wz</c>.</param>
    /// <param name="value">The leaf itself, not a copy.</param>
    public Parameter(string name, Tensor value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        value.RequiresGrad = true;
        Name = name;
        Value = value;
    }

    /// <summary>Path of modules and the parameter's own name, separated by dots.</summary>
    public string Name { get; }

    /// <summary>The numbers.</summary>
    public Tensor Value { get; }

    /// <summary>The gradient of <see cref="Value"/>; null if none arrived since it was cleared.</summary>
    public Tensor? Grad => Value.Grad;

    /// <summary>Overwrites the numbers in place, in row-major order: for starts and constraints of your own. The gradient stays.</summary>
    /// <exception cref="ArgumentException">There are not as many as the parameter has.</exception>
    public void Assign(ReadOnlySpan<float> values)
    {
        if (values.Length != Value.Length) throw new ArgumentException($"{this} has {Value.Length} elements, but {values.Length} are given.", nameof(values));
        Value.CopyFrom(values);
    }

    /// <summary>Name and shape.</summary>
    public override string ToString() => $"{Name} {Value.ShapeText}";

    /// <summary>The same tensor under the name it has inside a module called <paramref name="prefix"/>.</summary>
    internal Parameter In(string prefix) => new($"{prefix}.{Name}", Value);
}
