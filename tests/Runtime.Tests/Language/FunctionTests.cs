using static Recurve.Functions;

namespace Recurve.Runtime.Tests.Language;

public sealed class FunctionTests
{
    const double Infinite = double.PositiveInfinity;

    static Vec V(params double[] values) => new(values.Length, i => values[i]);

    /// <summary>Values from tables and arbitrary-precision arithmetic, to 17 digits.</summary>
    [Theory]
    [InlineData("Erf", 1e-20, 1.1283791670955126e-20)]
    [InlineData("Erf", 0.5, 0.52049987781304654)]
    [InlineData("Erf", -1.0, -0.84270079294971487)]
    [InlineData("Erf", 1.9999, 0.9953201979070294)]
    [InlineData("Erf", 2.0, 0.99532226501895273)]
    [InlineData("Erf", 3.0, 0.99997790950300141)]
    [InlineData("Erf", Infinite, 1.0)]
    [InlineData("Gelu", 1.0, 0.84134474606854295)]
    [InlineData("Gelu", -3.0, -0.0040496940948902835)]
    [InlineData("Sigmoid", 0.0, 0.5)]
    [InlineData("Sigmoid", -745.0, 4.9406564584124654e-324)]
    [InlineData("Sigmoid", 800.0, 1.0)]
    [InlineData("Softplus", -50.0, 1.9287498479639178e-22)]
    [InlineData("Softplus", 1000.0, 1000.0)]
    [InlineData("Log1p", 1e-18, 1e-18)]
    [InlineData("Log1p", 1e-5, 9.9999500003333311e-06)]
    [InlineData("Log1p", -1.0, -Infinite)]
    [InlineData("Log1p", Infinite, Infinite)]
    [InlineData("Silu", 2.0, 1.7615941559557649)]
    [InlineData("HardSigmoid", 1.5, 0.75)]
    [InlineData("HardSigmoid", 4.0, 1.0)]
    [InlineData("HardTanh", -1.5, -1.0)]
    [InlineData("Sign", -0.0, 0.0)]
    [InlineData("Sign", -3.0, -1.0)]
    [InlineData("Sign", double.NaN, 0.0)]
    [InlineData("Relu", -2.0, 0.0)]
    [InlineData("Relu", double.NaN, double.NaN)]
    [InlineData("LeakyRelu", -2.0, -0.02)]
    [InlineData("Rsqrt", 4.0, 0.5)]
    public void Elementary_values(string function, double x, double expected)
    {
        double y = function == "LeakyRelu" ? LeakyRelu(x)[0] : OnVector(function)(x)[0];
        if (double.IsNaN(expected) || double.IsInfinity(expected) || expected == 0) Assert.Equal(expected, y);
        else Assert.True(Math.Abs(y - expected) <= 2e-15 * Math.Abs(expected), $"{function}({x}) = {y:R}, expected {expected:R}");
    }

    [Theory]
    [InlineData("Sigmoid"), InlineData("Tanh"), InlineData("Exp"), InlineData("Log"), InlineData("Log1p"), InlineData("Sqrt"), InlineData("Rsqrt")]
    [InlineData("Square"), InlineData("Abs"), InlineData("Sign"), InlineData("Sin"), InlineData("Cos"), InlineData("Relu"), InlineData("Silu")]
    [InlineData("Gelu"), InlineData("Softplus"), InlineData("HardTanh"), InlineData("HardSigmoid"), InlineData("Erf")]
    public void The_first_line_is_the_same_on_matrices(string function)
    {
        Mat m = new(2, 3, (i, j) => 0.7 * (i + 1) + 0.9 * j - 1.1);
        Func<Mat, Mat> onMatrix = typeof(Functions).GetMethod(function, [typeof(Mat)])!.CreateDelegate<Func<Mat, Mat>>();
        Mat result = onMatrix(m);
        Assert.Equal((2, 3), (result.Rows, result.Columns));
        Assert.Equal(OnVector(function)(Flatten(m)).ToArray(), result.ToArray());
    }

    [Fact]
    public void Extremes_propagate_NaN_and_infinities()
    {
        Assert.Equal([double.NaN, double.NaN, 1], Min(V(double.NaN, 1, 1), V(1, double.NaN, 2)).ToArray());
        Assert.Equal([double.NaN, double.NaN, 2], Max(V(double.NaN, 1, 1), V(1, double.NaN, 2)).ToArray());
        Assert.Equal([-1, double.NaN, 2], Clamp(V(-5, double.NaN, 5), -1, V(1, 1, 2)).ToArray());
        Assert.Equal([-Infinite, Infinite, Infinite, 3], LogAddExp(V(-Infinite, Infinite, Infinite, 3), V(-Infinite, Infinite, 0, -Infinite)).ToArray());
        Assert.Equal(1000 + Math.Log(2), LogAddExp(1000, 1000)[0], 1e-12);
        Assert.Equal([1, 5], Where(V(0, 2) < 1, 1, V(double.NaN, 5)).ToArray());
        Assert.Equal([8, 0.25], Pow(V(2, 0.5), V(3, 2)).ToArray());
    }

    [Fact]
    public void Reductions_give_size_one()
    {
        Vec v = V(3, -4);
        Assert.Equal([-1], Sum(v).ToArray());
        Assert.Equal([-0.5], Mean(v).ToArray());
        Assert.Equal([25], Dot(v, v).ToArray());
        Assert.Equal([-2], Dot(v, 2).ToArray());
        Assert.Equal([5], Norm(v).ToArray());
        Assert.Equal([0], Norm(V(0, 0)).ToArray());
    }

    [Fact]
    public void Normalisations_over_one_vector()
    {
        Assert.Equal([0.25, 0.75], Softmax(V(1000, 1000 + Math.Log(3))).ToArray().Select(x => Math.Round(x, 12)));
        Vec v = V(1, 2, 6);
        double variance = (4 + 1 + 9) / 3.0;
        Assert.Equal(3 / Math.Sqrt(variance + 1e-5), LayerNorm(v)[2], 1e-15);
        Assert.Equal(3 / Math.Sqrt(variance + 0.5), LayerNorm(v, 0.5)[2], 1e-15);
        Assert.Equal(6 / Math.Sqrt(41 / 3.0 + 1e-5), RmsNorm(v)[2], 1e-15);
        Assert.Equal([0, 0], LayerNorm(V(7, 7)).ToArray());
    }

    [Fact]
    public void Structure()
    {
        Vec v = V(1, 2, 3);
        Assert.Equal([1, 2, 3, 9, 1, 2, 3], Concat(v, 9, v).ToArray());
        Assert.Equal([2, 3], Slice(v, 1, 2).ToArray());
        Assert.Equal(v.ToArray(), Concat(Slice(v, 3, 0), v).ToArray());
        Assert.Equal([3, 2, 1], Reverse(v).ToArray());
        Assert.Equal([1, 2, 3], v.ToArray());
        Mat outer = Outer(v, V(10, 1));
        Assert.Equal((3, 2), (outer.Rows, outer.Columns));
        Assert.Equal([10, 1, 20, 2, 30, 3], outer.ToArray());
        Assert.Equal([10, 20, 30, 1, 2, 3], Transpose(outer).ToArray());
        Assert.Equal([2, 6, 12], (Diagonal(V(2, 3, 4)) * v).ToArray());
        Assert.Equal([100, 1, 400, 4, 900, 9], Hadamard(outer, outer).ToArray());
        Assert.Equal(outer.ToArray(), Flatten(outer).ToArray());
        Assert.Equal(v.ToArray(), StopGradient(v).ToArray());
    }

    static Func<Vec, Vec> OnVector(string function) => typeof(Functions).GetMethod(function, [typeof(Vec)])!.CreateDelegate<Func<Vec, Vec>>();
}
