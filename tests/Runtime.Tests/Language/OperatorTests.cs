namespace Recurve.Runtime.Tests.Language;

public sealed class OperatorTests
{
    static Vec V(params double[] values) => new(values.Length, i => values[i]);

    [Fact]
    public void Literals_of_every_numeric_type_broadcast()
    {
        Vec v = V(1, 2, 4);
        Assert.Equal([0, -1, -3], (1 - v).ToArray());
        Assert.Equal([0.5, 1, 2], (v * 0.5f).ToArray());
        Assert.Equal([4, 2, 1], (4.0 / v).ToArray());
        Assert.Equal([3, 4, 6], (v + Functions.Sum(V(1, 1))).ToArray());
        Assert.Equal([-1, -2, -4], (-v).ToArray());
    }

    [Fact]
    public void Compound_assignment_makes_a_new_vector()
    {
        Vec v = V(1, 2), before = v;
        v += 1;
        Assert.Equal([1, 2], before.ToArray());
        Assert.Equal([2, 3], v.ToArray());
    }

    [Fact]
    public void Comparisons_give_masks_and_NaN_compares_false()
    {
        Vec v = V(1, 2, double.NaN);
        Mask atMost = v <= 1, above = v > 1;
        Assert.Equal([true, false, false], atMost.Values);
        Assert.Equal([false, true, false], above.Values);
        Assert.Equal([true, true, false], (atMost | above).Values);
        Assert.Equal([false, false, false], (atMost & above).Values);
        Assert.Equal([false, true, true], (!atMost).Values);
        Assert.Equal([true, false, false], (v < V(2, 2, 2)).Values);
        Assert.Equal([false, true, false], (2 <= v).Values);
    }

    [Fact]
    public void A_matrix_multiplies_vectors_matrices_and_numbers()
    {
        Mat m = new(2, 3, (i, j) => 3 * i + j); // 0 1 2 | 3 4 5
        Assert.Equal([5, 14], (m * V(0, 1, 2)).ToArray());
        Assert.Equal([0, 2, 4, 6, 8, 10], (2 * m).ToArray());
        Assert.Equal((m * 2.0).ToArray(), (m + m).ToArray());
        Assert.Equal(new double[6], (m - m).ToArray());
        Assert.Equal([-0.0, -1, -2, -3, -4, -5], (-m).ToArray());
        Assert.Equal([5, 14, 14, 50], (m * Functions.Transpose(m)).ToArray());
        Assert.Equal(5, m[1, 2]);
    }

    [Theory]
    [InlineData(1), InlineData(7), InlineData(8), InlineData(19)]
    public void Products_of_every_width_are_sums_of_products(int size)
    {
        Mat m = new(3, size, (i, j) => Math.Cos(1 + 5 * i + j));
        Vec v = new(size, j => Math.Sin(3 * j + 1));
        Vec product = m * v;
        for (int i = 0; i < 3; i++) Assert.Equal(Enumerable.Range(0, size).Sum(j => m[i, j] * v[j]), product[i], 1e-14);
    }

    [Fact]
    public void What_is_not_finite_stays_in_its_channel_and_its_part()
    {
        const double Infinity = double.PositiveInfinity;
        Mat diagonal = Functions.Diagonal(V(2, 3)), m = new(2, 2, (i, j) => i == 0 && j == 0 ? Infinity : 1);
        Assert.Equal([Infinity, 3], (diagonal * V(Infinity, 1)).ToArray());
        Assert.Equal([Infinity, 2, 3, 3], (diagonal * m).ToArray());
        Assert.Equal([Infinity, 3, 2, 3], (m * diagonal).ToArray());
        CVec z = Functions.Complex(V(double.NaN, 2), V(4, Infinity));
        foreach (CVec scaled in new[] { z * 0.5, V(0.5, 0.5) * z, z / 2 })
        {
            Assert.Equal([double.NaN, 1], Functions.Real(scaled).ToArray());
            Assert.Equal([2, Infinity], Functions.Imaginary(scaled).ToArray());
        }
    }

    [Fact]
    public void Complex_numbers_mix_with_vectors_and_numbers()
    {
        CVec i = Functions.Complex(0, 1);
        CVec z = V(3, 4) * i + 1 - V(1, 1);
        Assert.Equal([0, 0], Functions.Real(z).ToArray());
        Assert.Equal([3, 4], Functions.Imaginary(z).ToArray());
        Assert.Equal([3, 4], Functions.Abs(z).ToArray());
        Assert.Equal([-3, -4], Functions.Real(z * i).ToArray());
        Assert.Equal([3, 4], Functions.Real(z / i).ToArray());
        Assert.Equal([-3, -4], Functions.Imaginary(Functions.Conjugate(z)).ToArray());
        CVec turned = Functions.Exp(0.5 * i) - Functions.Polar(1, 0.5);
        Assert.Equal(0, Functions.Abs(turned)[0], 1e-15);
        Assert.Equal(0, new CVec(2)[1]);
    }

    [Fact]
    public void Only_values_given_at_the_declaration_count_as_a_start()
    {
        Assert.True(V(0).HasValues);
        Assert.True(new Mat(1, 1, (_, _) => 0).HasValues);
        Assert.False(new Vec(1).HasValues);
        Assert.False(new Mat(1, 1).HasValues);
        Assert.False((V(1) + 1).HasValues);
    }

    [Theory]
    [InlineData("+", "2", "3")]
    [InlineData("<", "2", "3")]
    [InlineData("&", "2", "3")]
    [InlineData("Min", "2", "3")]
    [InlineData("Where", "2", "3")]
    [InlineData("Mat * Vec", "2 × 4", "3")]
    [InlineData("Mat * Mat", "2 × 4", "3 × 5")]
    [InlineData("Hadamard", "2 × 4", "3 × 5")]
    [InlineData("CVec", "2", "3")]
    public void Sizes_that_do_not_match_are_both_named(string operation, string first, string second)
    {
        Vec two = new(2), three = new(3);
        Mat wide = new(2, 4), other = new(3, 5);
        object Run() => operation switch
        {
            "+" => two + three,
            "<" => two < three,
            "&" => two < 0 & three < 0,
            "Min" => Functions.Min(two, three),
            "Where" => Functions.Where(two < 0, 1, three),
            "Mat * Vec" => wide * three,
            "Mat * Mat" => wide * other,
            "Hadamard" => Functions.Hadamard(wide, other),
            _ => new CVec(2) * new CVec(3),
        };
        string message = Assert.Throws<ArgumentException>(Run).Message;
        Assert.Contains(first, message);
        Assert.Contains(second, message);
    }

    [Fact]
    public void Impossible_sizes_and_indices_are_refused()
    {
        Assert.Contains("0", Assert.Throws<ArgumentOutOfRangeException>(() => new Vec(0)).Message);
        Assert.Contains("rows", Assert.Throws<ArgumentOutOfRangeException>(() => new Mat(-1, 2)).Message);
        Assert.Contains("columns", Assert.Throws<ArgumentOutOfRangeException>(() => new Mat(1, 0)).Message);
        Assert.Contains("size 2", Assert.Throws<ArgumentOutOfRangeException>(() => new Vec(2)[2]).Message);
        Assert.Contains("size 3", Assert.Throws<ArgumentOutOfRangeException>(() => Functions.Slice(new Vec(3), 2, 2)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Functions.Slice(new Vec(3), int.MaxValue, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Functions.Slice(new Vec(3), -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Functions.Slice(new Vec(3), 2, -1));
        Assert.Throws<ArgumentException>(() => Functions.Concat());
        Assert.Throws<ArgumentNullException>(() => new Vec(1, null!));
    }
}
