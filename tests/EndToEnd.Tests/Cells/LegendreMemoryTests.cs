using Recurve.Cells;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>The constants of Legendre memories and reservoirs.</summary>
public sealed class LegendreMemoryTests
{
    [Fact]
    public void Exponential_of_a_rotation_is_the_rotation()
    {
        double[,] e = MatrixExponential.Of(new double[,] { { 0, -7 }, { 7, 0 } });
        Assert.Equal(Math.Cos(7), e[0, 0], 1e-13);
        Assert.Equal(-Math.Sin(7), e[0, 1], 1e-13);
        Assert.Equal(Math.Sin(7), e[1, 0], 1e-13);
        Assert.Equal(Math.Cos(7), e[1, 1], 1e-13);
    }

    [Fact]
    public void Exponential_of_a_nilpotent_matrix_is_its_series()
    {
        double[,] e = MatrixExponential.Of(new double[,] { { 0, 30, 2 }, { 0, 0, 40 }, { 0, 0, 0 } });
        Assert.Equal([1, 30, 2 + 600, 0, 1, 40, 0, 0, 1], e.Cast<double>().Select(v => Math.Round(v, 9)));
        Assert.Throws<ArgumentException>(() => MatrixExponential.Of(new double[2, 3]));
        Assert.Throws<ArgumentException>(() => MatrixExponential.Of(new double[,] { { double.NaN } }));
    }

    /// <summary>Against the differential equation itself in small steps, the input held.</summary>
    [Fact]
    public void A_step_of_the_memory_is_its_differential_equation()
    {
        const int Order = 6, Pieces = 20000;
        const double Window = 11;
        double[] m = [0.3, -0.2, 0.5, 0.1, -0.7, 0.4], next = new double[Order];
        LegendreMemory memory = LegendreMemory.Of(Order, Window);
        for (int i = 0; i < Order; i++) next[i] = Enumerable.Range(0, Order).Sum(j => memory.A(i, j) * m[j]) + memory.B(i) * 0.9;

        for (int piece = 0; piece < Pieces; piece++)
        {
            double[] half = Add(m, Rate(m), 0.5 / Pieces);
            m = Add(m, Rate(half), 1.0 / Pieces);
        }
        for (int i = 0; i < Order; i++) Assert.Equal(m[i], next[i], 1e-8);

        double[] Rate(double[] at) => [.. Enumerable.Range(0, Order).Select(i => (2 * i + 1) / Window
            * (Enumerable.Range(0, Order).Sum(j => (i < j ? -1 : Math.Pow(-1, i - j + 1)) * at[j]) + Math.Pow(-1, i) * 0.9))];

        static double[] Add(double[] x, double[] y, double factor) => [.. x.Zip(y, (a, b) => a + factor * b)];
    }

    /// <summary>What the memory is for: u θ steps ago is Σ mᵢ Pᵢ(1), and Pᵢ(1) = 1 for every Legendre polynomial.</summary>
    [Fact]
    public void The_memory_gives_back_what_came_a_window_ago()
    {
        const int Order = 12, Window = 100, Steps = 600;
        LegendreMemory memory = LegendreMemory.Of(Order, Window);
        double[] m = new double[Order];
        for (int t = 0; t < Steps; t++)
        {
            m = [.. Enumerable.Range(0, Order).Select(i => Enumerable.Range(0, Order).Sum(j => memory.A(i, j) * m[j]) + memory.B(i) * Wave(t))];
            if (t >= 3 * Window) Assert.Equal(Wave(t + 0.5 - Window), m.Sum(), 0.02);
        }

        static double Wave(double t) => Math.Sin(2 * Math.PI * t / 130);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(5), InlineData(8)]
    public void The_reservoirs_matrix_is_orthogonal(int units)
    {
        Mat q = new LinearReservoir(3, units, 2).Definition.Fields.Single(f => f.Name == "q").Matrix!;
        for (int i = 0; i < units; i++)
        {
            for (int j = 0; j < units; j++)
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, units).Sum(k => q[i, k] * q[j, k]), 1e-12);
        }
    }
}
