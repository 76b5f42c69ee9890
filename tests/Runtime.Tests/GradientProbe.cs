namespace Recurve.Runtime.Tests;

/// <summary>Compares gradients with central differences of a random linear function of a module's output.</summary>
internal static class GradientProbe
{
    // fourth-order differences with a wide step: the loss is computed in float, so a narrow one would drown in rounding
    const float Width = 0.02f;

    /// <param name="compute">The result, from the leaves' present values.</param>
    /// <param name="leaves">Every element of each is checked.</param>
    /// <param name="seed">Of the linear function; printed where a check fails.</param>
    public static void Check(Func<Tensor> compute, IReadOnlyList<(string Name, Tensor Value)> leaves, int seed = 1)
    {
        foreach (var (_, leaf) in leaves) (leaf.RequiresGrad, leaf.Grad) = (true, null);
        var result = compute();
        var random = new RandomSource(seed);
        var weights = Enumerable.Range(0, checked((int)result.Length)).Select(_ => (float)random.Uniform(-1, 1)).ToArray();
        result.Backward(Tensor.FromArray(weights, result.Shape).Reshape(result.Shape));
        foreach (var (name, leaf) in leaves)
        {
            var found = leaf.Grad?.ToArray() ?? new float[leaf.Length];
            var values = leaf.ToArray();
            for (var i = 0; i < values.Length; i++)
            {
                var expected = (8 * (At(i, 1) - At(i, -1)) - (At(i, 2) - At(i, -2))) / (12 * Width);
                Assert.True(
                    Math.Abs(expected - found[i]) <= 1e-3 * Math.Max(1, Math.Abs(expected)),
                    $"seed {seed}: gradient of {name}[{i}] is {found[i]}, central difference {expected}");
            }

            double At(int index, int steps)
            {
                var moved = (float[])values.Clone();
                moved[index] += steps * Width;
                leaf.CopyFrom(moved);
                using var scope = Autograd.NoGrad();
                var sum = compute().ToArray().Zip(weights, (y, w) => (double)y * w).Sum();
                leaf.CopyFrom(values);
                return sum;
            }
        }
    }

    /// <summary>Standard normal values.</summary>
    public static Tensor Normal(int seed, params int[] shape)
    {
        var tensor = Tensor.Zeros(shape);
        new RandomSource(seed).FillNormal(tensor);
        return tensor;
    }
}
