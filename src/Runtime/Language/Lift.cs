namespace Recurve;

/// <summary>Lifts functions of numbers to vectors: one loop for every elementwise operation: the result is fresh, operands of size 1 broadcast.</summary>
static class Lift
{
    public static Vec Map(Vec a, Func<double, double> f) => new(Each(a.Values, f));

    public static Vec Map(Vec a, Vec b, string operation, Func<double, double, double> f)
        => new(Zip(a.Values, b.Values, Shapes.Common(a.Size, b.Size, operation), f));

    public static Mat Map(Mat a, Func<double, double> f) => new(a.Rows, a.Columns, Each(a.Values, f));

    public static Mat Map(Mat a, Mat b, string operation, Func<double, double, double> f)
    {
        Shapes.Same(a, b, operation);
        return new(a.Rows, a.Columns, Zip(a.Values, b.Values, a.Values.Length, f));
    }

    public static Mask Compare(Vec a, Vec b, string operation, Func<double, double, bool> f)
        => new(Zip(a.Values, b.Values, Shapes.Common(a.Size, b.Size, operation), f));

    public static R[] Zip<A, B, R>(A[] a, B[] b, int size, Func<A, B, R> f)
    {
        R[] result = new R[size];
        int stepA = a.Length == 1 ? 0 : 1, stepB = b.Length == 1 ? 0 : 1;
        for (int i = 0; i < size; i++) result[i] = f(a[i * stepA], b[i * stepB]);
        return result;
    }

    static double[] Each(double[] values, Func<double, double> f)
    {
        double[] result = new double[values.Length];
        for (int i = 0; i < values.Length; i++) result[i] = f(values[i]);
        return result;
    }
}
