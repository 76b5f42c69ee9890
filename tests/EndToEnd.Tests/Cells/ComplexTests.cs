using System.Reflection;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Complex states and every complex operation, compiled: against the cell's own Step in value and gradient, and at the edges of float.</summary>
public sealed class ComplexTests
{
    /// <summary>Two outputs of the new z from z, the inputs x (units) and s (size 1), the weights a, b (units) and fixed numbers.</summary>
    static readonly Dictionary<string, string> Steps = new()
    {
        ["Product"] = "z = Complex(a, b) * z * 0.5 + Complex(x, s);",
        ["RealFactor"] = "z = z * Sigmoid(a) + 0.5 * (b * Complex(s, x));",
        ["Quotient"] = "z = z / Complex(2 + a, b - s) + x / Complex(1.5 + Square(a), x);",
        ["QuotientByReal"] = "z = Complex(x, b) / (1.5 + Square(a)) - z / (2 + Square(s)) - (1 - z) / 3;",
        ["Polar"] = "z = Polar(Sigmoid(a), s) * z + Polar(x, 0.3) - Polar(1, b);",
        ["Exponential"] = "z = Exp(Complex(Tanh(x), b) - 1) * z + Exp(x - Square(x) - 1);",
        ["Conjugate"] = "z = 0.5 * Conjugate(z) + Conjugate(Complex(x, b)) - Conjugate(a);",
        ["Parts"] = "z = 0.5 * z + Complex(Imaginary(z) * 0.3 - x, Real(z) * b); z = z + Complex(Imaginary(x), Real(x));",
        ["Magnitude"] = "z = Complex(x, Abs(Complex(a, x) + 2 * z) * 0.2) - 0.1 * Abs(z - Complex(s, 1));",
        ["Nonlinear"] = "z = 0.2 * z * z + Complex(Tanh(Real(z)), Sin(Imaginary(z))) * Complex(0, 1) + x;",
        ["Broadcast"] = "z = Complex(0.5, s) * z + Sum(Real(Complex(0.5, x))) * Complex(Mean(Imaginary(z)), 1) + Mean(Real(s * z)) * 0.3;",
        ["Mixing"] = "z = 0.3 * Complex(m * Real(z), m * Imaginary(z)) + Complex(x, m * x);",
        ["Apart"] = "z = a * z + Complex(x, b);",
        ["OneWay"] = "z = Complex(0.5 * Real(z) + x, 0.5 * Imaginary(z) + Square(Real(z)) * 0.1);",
        ["Real"] = "z = x + 0.5 * Real(z);",
        ["Number"] = "z = 0 * z + Complex(s, 0.5);",
        ["Delay"] = "CVec old = z; z = Complex(x, b); a1 = old;",
        ["Held"] = "a1 = 0.5 * a1 + z * x;",
        ["Chosen"] = "if (flag) z = x; else z = 0.5 * z; z = flag ? 0.5 * z + Complex(b, x) : x;",
        ["Helper"] = "(z, a1) = (Turn(z, b) + x, Turn(by: s, v: z)); CVec Turn(CVec v, Vec by) { CVec unit = Polar(0.9, by); unit *= v; return -unit; }",
    };

    static readonly Lazy<Assembly> Compiled = new(() => GeneratorHarness.Run([.. Steps.Select(s => $$"""
        [Cell]
        public sealed partial class Complex{{s.Key}}(int units)
        {
            readonly bool flag = true;
            [Weight] readonly Vec a = new(units, i => 0.3 + 0.1 * i), b = new(units, i => 0.5 - 0.2 * i);
            [Weight] readonly Mat m = new(units, units);
            [State(Trained = true)] CVec z = new(units);
            [State] CVec a1 = new(units);

            (Vec, Vec) Step([Size(nameof(units))] Vec x, [Size(1)] Vec s)
            {
                {{s.Value}}
                return (Real(z) + 0.1 * (m * a) * b * Mean(x) * s + Imaginary(a1), Imaginary(z) - Real(a1));
            }
        }
        """)]).Load());

    public static TheoryData<string> Names => [.. Steps.Keys];

    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Names)), OnCuda(nameof(Names))]
    public void AgreesWithItsStep(string device, string name)
    {
        foreach (var (units, batch, time) in new[] { (3, 2, 9), (1, 1, 1), (17, 3, 5), (2, 0, 3) })
            GradientCheck.Verify(Create(name, units), batch, time, seed: units, withStart: true, scale: 0.7, entries: 10, device: device);
        foreach (bool reverse in new[] { false, true })
        {
            Sequence sequence = new() { Lengths = [5, 0, 7], Reverse = reverse, Resets = GradientCheck.RandomResets(3, 7, seed: 4) };
            GradientCheck.Verify(Create(name, 3), batch: 3, time: 7, seed: 9, sequence, scale: 0.7, entries: 10, device: device);
        }
    }

    [Fact]
    public void AStateIsPairsOutside()
    {
        CellModule cell = Create("Product", 3);
        Assert.Equal([3, 2], cell.Parameters.Single(p => p.Name == "z").Value.Shape);
        float[] initial = [1, 2, 3, 4, 5, 6];
        cell.Parameters.Single(p => p.Name == "z").Value.CopyFrom(initial);
        CellStates states = (CellStates)cell.GetType().GetMethod("InitialStates")!.Invoke(cell, [2])!;
        Assert.Equal(["z", "a1"], states.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name));
        Assert.Equal([2, 3, 2], states.Tensors[0].Shape);
        Assert.Equal([.. initial, .. initial], states.Tensors[0].ToArray());

        Tensor[] nothing = [Tensor.Zeros(2, 0, 3), Tensor.Zeros(2, 0, 1)];
        Assert.Equal([.. initial, .. initial], cell.RunAny(nothing, null, null).End.Tensors[0].ToArray());
        Assert.Equal([.. initial, .. initial], EagerRunner.Run(cell.Definition, cell.EagerInputOf(nothing, null, null)).End["z"]);
        CellStates flat = cell.Definition.WrapStates([Tensor.Zeros(2, 6), Tensor.Zeros(2, 3, 2)]);
        Assert.Contains("(2, 3, 2)", Assert.Throws<ArgumentException>(() => cell.RunAny(nothing, flat, null)).Message);
    }

    [Fact]
    public void SavedAndLoadedItGivesTheSame()
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"complex-{Guid.NewGuid():N}.safetensors");
        CellModule cell = Create("Product", 3), other = Create("Product", 3);
        foreach (Parameter parameter in cell.Parameters) parameter.Value.CopyFrom([.. parameter.Value.ToArray().Select((v, i) => v + 0.1f * (i + 1))]);
        Tensor[] x = [Tensor.FromArray([.. Enumerable.Range(0, 12).Select(i => 0.1f * i)], 1, 4, 3), Tensor.FromArray([1, 2, 3, 4], 1, 4, 1)];
        try
        {
            cell.Save(path);
            other.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
        Assert.Equal(cell.RunAny(x, null, null).Outputs[0].ToArray(), other.RunAny(x, null, null).Outputs[0].ToArray());
    }

    [Theory]
    [InlineData("Product", "Block")]
    [InlineData("RealFactor", "Diagonal")]
    [InlineData("Conjugate", "Diagonal")]
    [InlineData("Apart", "Diagonal")]
    [InlineData("Nonlinear", "Pointwise")]
    [InlineData("Magnitude", "Pointwise")]
    [InlineData("OneWay", "Diagonal")]
    [InlineData("Mixing", "Dense")]
    [InlineData("Delay", "FeedForward")]
    public void HasOneClass(string name, string kind)
        => Assert.Equal(("z", kind), Create(name, 2).Definition.Info.States.Select(s => (s.Name, s.Kind.ToString())).First());

    [Fact]
    public void WhatIsApartSaysSo()
    {
        Assert.StartsWith("its parts are apart: Real(z)' = a * Real(z) + x", Create("Apart", 2).Definition.Info.States[0].Reason, StringComparison.Ordinal);
        Assert.Equal("z is never assigned", Create("Held", 2).Definition.Info.States[0].Reason);
    }

    [Fact]
    public void MagnitudeAndQuotientDoNotOverflowBetweenTheirTerms()
    {
        var assembly = GeneratorHarness.Run("""
            [Cell]
            public sealed partial class Magnitudes
            {
                [State] Vec h = new(1);
                Vec Step([Size(1)] Vec x, [Size(1)] Vec y) { h = x; return Abs(Complex(x, y)); }
            }
            [Cell]
            public sealed partial class Quotients
            {
                [State] Vec h = new(1);
                (Vec, Vec) Step([Size(1)] Vec x, [Size(1)] Vec y) { h = x; return (Real(Complex(x, y) / Complex(x, y)), Imaginary(x / Complex(x, y))); }
            }
            """).Load();
        CellModule Cell(string name) => (CellModule)Activator.CreateInstance(assembly.GetType(name)!)!;
        float[] re = [3e30f, 3e-30f, 0, -2, float.PositiveInfinity, 0], im = [4e30f, 4e-30f, -5, 0, 1, 0];
        Tensor x = Tensor.FromArray(re, 1, 6, 1), y = Tensor.FromArray(im, 1, 6, 1);
        x.RequiresGrad = y.RequiresGrad = true;
        var (outputs, _) = Cell("Magnitudes").RunAny([x, y], null, null);
        Assert.Equal([5e30f, 5e-30f, 5, 2, float.PositiveInfinity, 0], outputs[0].ToArray(), (a, b) => a == b || Math.Abs(a - b) <= 1e-6 * Math.Abs(a));
        outputs[0].Backward(Tensor.FromArray([1, 1, 1, 1, 0, 1], 1, 6, 1));
        Assert.Equal([0.6f, 0.6f, 0, -1], x.Grad!.ToArray()[..4], (a, b) => Math.Abs(a - b) <= 1e-6);
        Assert.Equal([0.8f, 0.8f, -1, 0], y.Grad!.ToArray()[..4], (a, b) => Math.Abs(a - b) <= 1e-6);
        Assert.Equal((0, 0), (x.Grad.ToArray()[5], y.Grad.ToArray()[5]));

        (outputs, _) = Cell("Quotients").RunAny([x, y], null, null);
        Assert.Equal([1f, 1, 1, 1], outputs[0].ToArray()[..4], (a, b) => Math.Abs(a - b) <= 1e-6);
        Assert.Equal([-0.48f, -0.48f, 0, 0], outputs[1].ToArray()[..4], (a, b) => Math.Abs(a - b) <= 1e-6);
    }

    static CellModule Create(string name, int units)
    {
        CellModule cell = (CellModule)Activator.CreateInstance(Compiled.Value.GetType($"Complex{name}", throwOnError: true)!, units)!;
        cell.Initialize(seed: 3);
        return cell;
    }
}
