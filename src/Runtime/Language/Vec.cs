namespace Recurve;

/// <summary>A vector of one time step, eager and in double precision. Operators are elementwise; a vector of size 1 broadcasts.</summary>
public sealed class Vec
{
    // The runtime writes here before an eager run (weights); operators only ever write into fresh arrays.
    internal readonly double[] Values;

    /// <summary>A vector of zeros.</summary>
    /// <param name="size">Number of elements, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below 1.</exception>
    public Vec(int size) => Values = new double[Shapes.Positive(size, nameof(size), "A vector's size")];

    /// <summary>A vector of given values: those of a constant, or a weight's start.</summary>
    /// <param name="size">Number of elements, at least 1.</param>
    /// <param name="value">Element i; called once for each, in order.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below 1.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public Vec(int size, Func<int, double> value) : this(size)
    {
        ArgumentNullException.ThrowIfNull(value);
        for (int i = 0; i < size; i++) Values[i] = value(i);
        HasValues = true;
    }

    internal Vec(double[] values) => Values = values;

    /// <summary>Number of elements.</summary>
    public int Size => Values.Length;

    /// <summary>Whether the values were given where it was declared, so that a weight starts from them.</summary>
    internal bool HasValues { get; }

    /// <summary>Element <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public double this[int index] => Values[Shapes.Index(index, Size, nameof(index), "vector")];

    /// <summary>The elements, as a new array.</summary>
    public double[] ToArray() => (double[])Values.Clone();

    /// <summary>A vector of size 1, which broadcasts against any other.</summary>
    public static implicit operator Vec(double value) => new([value]);

#pragma warning disable CS1591 // the operators mean what they say; sizes that differ, neither being 1: ArgumentException
    public static Vec operator +(Vec a, Vec b) => Lift.Map(a, b, "+", static (x, y) => x + y);
    public static Vec operator -(Vec a, Vec b) => Lift.Map(a, b, "-", static (x, y) => x - y);
    public static Vec operator *(Vec a, Vec b) => Lift.Map(a, b, "*", static (x, y) => x * y);
    public static Vec operator /(Vec a, Vec b) => Lift.Map(a, b, "/", static (x, y) => x / y);
    public static Vec operator -(Vec a) => Lift.Map(a, static x => -x);
    public static Mask operator <(Vec a, Vec b) => Lift.Compare(a, b, "<", static (x, y) => x < y);
    public static Mask operator <=(Vec a, Vec b) => Lift.Compare(a, b, "<=", static (x, y) => x <= y);
    public static Mask operator >(Vec a, Vec b) => Lift.Compare(a, b, ">", static (x, y) => x > y);
    public static Mask operator >=(Vec a, Vec b) => Lift.Compare(a, b, ">=", static (x, y) => x >= y);
#pragma warning restore CS1591
}
