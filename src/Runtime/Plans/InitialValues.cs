using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>Where weights start.</summary>
internal static class InitialValues
{
    /// <summary>The numbers the user gave.</summary>
    public static Tensor Given(FieldDefinition field) => Tensor.FromArray([.. field.Values.Select(v => (float)v)], field.Shape);

    /// <summary>Writes a trained field's initial values.</summary>
    public static void Fill(Tensor tensor, FieldDefinition field, RandomSource random)
    {
        var hasValues = field.Matrix?.HasValues ?? field.Vector!.HasValues;
        var init = field.Init != Init.Default ? field.Init : field.Matrix is null && field.FanIn == 0 ? Init.Zeros : Init.Uniform;
        var values = hasValues ? field.Values : Draw(init, field, random);
        tensor.CopyFrom([.. values.Select(v => (float)v)]);
    }

    static double[] Draw(Init init, FieldDefinition field, RandomSource random)
    {
        // a vector counts as the weights of one unit
        var (rows, columns) = field.Matrix is { } m ? (m.Rows, m.Columns) : (1, field.Count);
        return init switch
        {
            Init.Zeros => new double[field.Count],
            Init.Ones => Same(1),
            Init.Constant => Same(field.InitValue),
            Init.Uniform => Within(1 / Math.Sqrt(field.FanIn == 0 ? columns : field.FanIn)),
            Init.Glorot => Within(Math.Sqrt(6.0 / (rows + columns))),
            Init.Orthogonal => Orthogonal(rows, columns, random),
            _ => throw new ArgumentOutOfRangeException(nameof(init), $"Field '{field.Name}': unknown initializer {init}."),
        };

        double[] Same(double value)
        {
            var values = new double[field.Count];
            Array.Fill(values, value);
            return values;
        }

        double[] Within(double bound)
        {
            var values = new double[field.Count];
            for (var i = 0; i < values.Length; i++) values[i] = random.Uniform(-bound, bound);
            return values;
        }
    }

    /// <summary>Orthonormal rows or columns, whichever are fewer: Gram–Schmidt, twice, on Gaussian vectors.</summary>
    static double[] Orthogonal(int rows, int columns, RandomSource random)
    {
        var (count, size) = rows <= columns ? (rows, columns) : (columns, rows);
        var basis = new double[count][];
        for (var i = 0; i < count; i++)
        {
            basis[i] = new double[size];
            for (var j = 0; j < size; j++) basis[i][j] = random.Normal();
            for (var pass = 0; pass < 2; pass++)
            {
                for (var k = 0; k < i; k++) Subtract(basis[i], basis[k], Dot(basis[i], basis[k]));
            }
            var norm = Math.Sqrt(Dot(basis[i], basis[i]));
            for (var j = 0; j < size; j++) basis[i][j] /= norm;
        }
        var values = new double[rows * columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = rows <= columns ? basis[i / columns][i % columns] : basis[i % columns][i / columns];
        return values;
    }

    static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    static void Subtract(double[] a, double[] b, double scale)
    {
        for (var i = 0; i < a.Length; i++) a[i] -= scale * b[i];
    }
}
