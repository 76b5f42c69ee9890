namespace Recurve.Runtime.Tests.Optimizers;

public sealed class WeightConstraintTests
{
    [Fact]
    public void Magnitudes_are_bounded_on_both_sides_and_signs_kept()
    {
        Parameter u = new("u", Tensor.FromArray([-2, -0.5f, -0.1f, 0, 0.1f, 0.5f, 2]));
        WeightConstraint.Magnitude(u, atMost: 1.5, atLeast: 0.25);
        Assert.Equal([-1.5f, -0.5f, -0.25f, 0.25f, 0.25f, 0.5f, 1.5f], u.Value.ToArray());
    }

    [Fact]
    public void A_NaN_is_not_hidden()
    {
        Parameter u = new("u", Tensor.FromArray([float.NaN, 3]));
        WeightConstraint.Magnitude(u, atMost: 1);
        Assert.Equal([float.NaN, 1], u.Value.ToArray());
    }

    /// <summary>An outer product has one singular value, |a||b|; a rotation scaled by 3 has 3 twice.</summary>
    [Fact]
    public void A_matrix_is_scaled_to_its_largest_singular_value()
    {
        float[] a = [1, -2, 2], b = [3, 4];
        Parameter outer = new("m", Tensor.FromArray([.. a.SelectMany(x => b.Select(y => x * y))], 3, 2));
        Assert.Equal(15, WeightConstraint.SpectralNorm(outer, atMost: 3), 1e-9);
        Assert.Equal([.. a.SelectMany(x => b.Select(y => x * y / 5))], outer.Value.ToArray(), (x, y) => Math.Abs(x - y) < 1e-6);
        Parameter rotation = new("m", Tensor.FromArray([0, 3, -3, 0], 2, 2));
        Assert.Equal(3, WeightConstraint.SpectralNorm(rotation, atMost: 1), 1e-9);
        Assert.Equal([0, 1, -1, 0], rotation.Value.ToArray());
    }

    [Fact]
    public void What_is_within_the_bound_stays_bit_for_bit()
    {
        RandomSource random = new(7);
        float[] values = [.. Enumerable.Range(0, 20).Select(_ => (float)random.Uniform(-0.1, 0.1))];
        Parameter m = new("m", Tensor.FromArray(values, 4, 5)), zero = new("z", Tensor.Zeros(3, 3));
        Assert.InRange(WeightConstraint.SpectralNorm(m, atMost: 1), 0.01, 0.5);
        Assert.Equal(values, m.Value.ToArray());
        Assert.Equal(0, WeightConstraint.SpectralNorm(zero, atMost: 0));
    }

    [Fact]
    public void Wrong_bounds_and_shapes_are_named()
    {
        Parameter u = new("u", Tensor.FromArray([1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightConstraint.Magnitude(u, atMost: 1, atLeast: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightConstraint.SpectralNorm(u, atMost: double.NaN));
        Assert.Contains("u (2)", Assert.Throws<ArgumentException>(() => WeightConstraint.SpectralNorm(u, atMost: 1)).Message);
        Assert.Contains("3 are given", Assert.Throws<ArgumentException>(() => u.Assign([1, 2, 3])).Message);
    }
}
