using System.Numerics;

namespace Recurve.Kernels.Composed;

internal static class Finite
{
    /// <summary>All-ones bits where a number is neither infinite nor NaN.</summary>
    public static Vector<double> Mask(Vector<double> x)
        => Vector.LessThanOrEqual(Vector.Abs(x), new Vector<double>(double.MaxValue)).As<long, double>();
}
