namespace Recurve;

/// <summary>Marks a plain partial class as a recurrent cell.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CellAttribute : Attribute
{
    /// <summary>How every state of the cell is asked to run.</summary>
    public Strategy Strategy { get; set; }

    /// <summary>Of <see cref="Strategy.Newton"/>: iterations stop when no state changes by more than this; above 0.</summary>
    public double Tolerance { get; set; } = 1e-6;

    /// <summary>Of <see cref="Strategy.Newton"/>: as many at most, after which a sequence is run step by step; at least 1.</summary>
    public int Iterations { get; set; } = 50;
}

/// <summary>Marks a state: reading it before assignment in Step reads the previous time step's value.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class StateAttribute : Attribute
{
    /// <summary>Whether the initial value is trained; otherwise it is zero.</summary>
    public bool Trained { get; set; }

    /// <summary>Overrides the cell's strategy for this state.</summary>
    public Strategy Strategy { get; set; }

    /// <summary>Overrides the cell's tolerance; the smallest within a group counts. Not given (0): the cell's.</summary>
    public double Tolerance { get; set; }

    /// <summary>Overrides the cell's limit; the largest within a group counts. Not given (0): the cell's.</summary>
    public int Iterations { get; set; }
}

/// <summary>Marks a trained parameter.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class WeightAttribute : Attribute
{
    /// <summary>How it is initialized.</summary>
    public Init Init { get; set; }

    /// <summary>Value of <see cref="Init.Constant"/>.</summary>
    public double Value { get; set; }

    /// <summary>
    /// Of <see cref="Init.Uniform"/>, which it asks for: how many numbers a unit sums, as a polynomial in the constructor's parameters, such as <c>nameof(units)</c>.
    /// Not given: the columns of a <see cref="Mat"/>, the size of a <see cref="Vec"/>. PyTorch's recurrent layers take the number of units for every weight and bias.
    /// </summary>
    public string? FanIn { get; set; }
}

/// <summary>Gives the size of an input where its use does not.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class SizeAttribute : Attribute
{
    /// <summary>A polynomial in the constructor's parameters, such as <c>2 * units</c>.</summary>
    public SizeAttribute(string size) => Size = size;

    /// <summary>A literal size.</summary>
    public SizeAttribute(int size) => Size = size.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The size as text.</summary>
    public string Size { get; }
}

/// <summary>Initial values of a weight.</summary>
public enum Init
{
    /// <summary><see cref="Uniform"/> for a <see cref="Mat"/> or where a fan-in is given, <see cref="Zeros"/> for another <see cref="Vec"/>.</summary>
    Default,
    /// <summary>U(−1/√fan-in, 1/√fan-in), PyTorch's default of a linear layer.</summary>
    Uniform,
    /// <summary>U(−√(6/(fan-in + fan-out)), +…) (Glorot and Bengio 2010).</summary>
    Glorot,
    /// <summary>Rows or columns orthonormal (Saxe et al. 2013).</summary>
    Orthogonal,
    /// <summary>0.</summary>
    Zeros,
    /// <summary>1.</summary>
    Ones,
    /// <summary>The attribute's Value.</summary>
    Constant,
}
