namespace Recurve;

/// <summary>Truth values of one time step: what a comparison of vectors gives and <see cref="Functions.Where"/> takes.</summary>
public sealed class Mask
{
    internal readonly bool[] Values;

    internal Mask(bool[] values) => Values = values;

    /// <summary>Number of elements.</summary>
    public int Size => Values.Length;

    /// <summary>Element <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public bool this[int index] => Values[Shapes.Index(index, Size, nameof(index), "mask")];

#pragma warning disable CS1591 // the operators mean what they say; sizes that differ, neither being 1: ArgumentException
    public static Mask operator &(Mask a, Mask b)
        => new(Lift.Zip(a.Values, b.Values, Shapes.Common(a.Size, b.Size, "&"), static (x, y) => x & y));

    public static Mask operator |(Mask a, Mask b)
        => new(Lift.Zip(a.Values, b.Values, Shapes.Common(a.Size, b.Size, "|"), static (x, y) => x | y));

    public static Mask operator !(Mask a) => new(Array.ConvertAll(a.Values, static x => !x));
#pragma warning restore CS1591
}
