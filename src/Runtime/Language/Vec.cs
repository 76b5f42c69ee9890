namespace Recurve;

/// <summary>A vector of one time step, eager and in double precision.</summary>
public sealed class Vec
{
    internal readonly double[] Values;

    /// <summary>A vector of zeros.</summary>
    public Vec(int size) => Values = new double[size];

    internal Vec(double[] values) => Values = values;

    /// <summary>Number of elements.</summary>
    public int Size => Values.Length;
}
