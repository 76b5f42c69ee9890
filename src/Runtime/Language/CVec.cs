using System.Numerics;

namespace Recurve;

/// <summary>
/// A complex vector of one time step, eager and in double precision. Operators are elementwise; size 1 broadcasts. A quotient is computed
/// without overflow between its terms (Smith 1962).
/// </summary>
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
    // part by part: .NET's own product with a number makes one part NaN where the other is not finite
    public static CVec operator *(CVec a, Vec b) => Map(a, b, "*", static (x, y) => new(x.Real * y, x.Imaginary * y));
    public static CVec operator *(Vec a, CVec b) => b * a;
    public static CVec operator /(CVec a, CVec b) => Map(a, b, "/", static (x, y) => x / y);
    public static CVec operator /(CVec a, Vec b) => Map(a, b, "/", static (x, y) => new(x.Real / y, x.Imaginary / y));
    public static CVec operator -(CVec a) => new(Array.ConvertAll(a.Values, static x => -x));
#pragma warning restore CS1591

    /// <summary>From real and imaginary parts side by side.</summary>
    internal static CVec FromPairs(double[] pairs)
    {
        Complex[] values = new Complex[pairs.Length / 2];
        for (int i = 0; i < values.Length; i++) values[i] = new(pairs[2 * i], pairs[2 * i + 1]);
        return new(values);
    }

    /// <summary>Real and imaginary parts side by side.</summary>
    internal double[] ToPairs()
    {
        double[] pairs = new double[2 * Size];
        for (int i = 0; i < Size; i++) (pairs[2 * i], pairs[2 * i + 1]) = (Values[i].Real, Values[i].Imaginary);
        return pairs;
    }

    static CVec Map(CVec a, CVec b, string name, Func<Complex, Complex, Complex> f)
        => new(Lift.Zip(a.Values, b.Values, Shapes.Common(a.Size, b.Size, name), f));

    static CVec Map(CVec a, Vec b, string name, Func<Complex, double, Complex> f)
        => new(Lift.Zip(a.Values, b.Values, Shapes.Common(a.Size, b.Size, name), f));
}
