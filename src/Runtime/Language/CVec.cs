using System.Numerics;

namespace Recurve;

/// <summary>A complex vector of one time step, eager and in double precision. Operators are elementwise; size 1 broadcasts.</summary>
public sealed class CVec
{
    internal readonly Complex[] Values;

    /// <summary>A vector of zeros.</summary>
    /// <param name="size">Number of elements, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below 1.</exception>
    public CVec(int size) => Values = new Complex[Shapes.Positive(size, nameof(size), "A vector's size")];

    internal CVec(Complex[] values) => Values = values;

    /// <summary>Number of elements.</summary>
    public int Size => Values.Length;

    /// <summary>Element <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public Complex this[int index] => Values[Shapes.Index(index, Size, nameof(index), "vector")];

    /// <summary>The same numbers, with imaginary part 0.</summary>
    public static implicit operator CVec(Vec real) => new(Array.ConvertAll(real.Values, static x => new Complex(x, 0)));

    /// <summary>A vector of size 1, which broadcasts against any other.</summary>
    public static implicit operator CVec(double real) => new([new Complex(real, 0)]);

#pragma warning disable CS1591 // the operators mean what they say; sizes that differ, neither being 1: ArgumentException
    public static CVec operator +(CVec a, CVec b) => Map(a, b, "+", static (x, y) => x + y);
    public static CVec operator -(CVec a, CVec b) => Map(a, b, "-", static (x, y) => x - y);
    public static CVec operator *(CVec a, CVec b) => Map(a, b, "*", static (x, y) => x * y);
    public static CVec operator /(CVec a, CVec b) => Map(a, b, "/", static (x, y) => x / y);
    public static CVec operator -(CVec a) => new(Array.ConvertAll(a.Values, static x => -x));
#pragma warning restore CS1591

    static CVec Map(CVec a, CVec b, string name, Func<Complex, Complex, Complex> f)
        => new(Lift.Zip(a.Values, b.Values, Shapes.Common(a.Size, b.Size, name), f));
}
