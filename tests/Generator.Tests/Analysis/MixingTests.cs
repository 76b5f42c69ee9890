using Recurve.Generator.IR;
using Recurve.Generator.Support;
using Recurve.Generator.Tests.IR;
using Kind = Recurve.Generator.Analysis.RecurrenceKind;

namespace Recurve.Generator.Tests.Analysis;

/// <summary>States whose channels mix: linearly through a matrix (Dense), or not (Coupled).</summary>
public sealed class MixingTests
{
    /// <summary>As <see cref="ClassificationTests.Single"/>.</summary>
    internal static readonly Dictionary<string, (Kind Kind, Func<Cell, Cell.E, Cell.E, Cell.E, Cell.E> Step)> Steps = new()
    {
        ["u*h + x"] = (Kind.Dense, (c, h, x, a) => c.Mat("u").Of(h) + x),
        ["u*(a*h) + a*h"] = (Kind.Dense, (c, h, x, a) => c.Mat("u").Of(a * h) + a * h),
        ["h + a*Mean(h)"] = (Kind.Dense, (c, h, x, a) => h + a * c.Call("Mean", h)),
        ["Dot(a, h)*a"] = (Kind.Dense, (c, h, x, a) => c.Call("Dot", a, h) * a + x),
        ["Reverse(h) + x"] = (Kind.Dense, (c, h, x, a) => c.Call("Reverse", h) + x),
        ["u*h + x*h"] = (Kind.Coupled, (c, h, x, a) => c.Mat("u").Of(h) + x * h),
        ["x*(u*h)"] = (Kind.Coupled, (c, h, x, a) => x * c.Mat("u").Of(h)),
        ["Outer(x, x)*h"] = (Kind.Coupled, (c, h, x, a) => c.Call("Outer", x, x).Of(h)),
        ["h*Dot(x, h)"] = (Kind.Coupled, (c, h, x, a) => h * c.Call("Dot", x, h)),
        ["Tanh(u*h + x)"] = (Kind.Coupled, (c, h, x, a) => c.Call("Tanh", c.Mat("u").Of(h) + x)),
        ["u*Tanh(h)"] = (Kind.Coupled, (c, h, x, a) => c.Mat("u").Of(c.Call("Tanh", h))),
        ["Softmax(h)"] = (Kind.Coupled, (c, h, x, a) => c.Call("Softmax", h)),
        ["Relu(u*h)"] = (Kind.Coupled, (c, h, x, a) => c.Call("Relu", c.Mat("u").Of(h))),
    };

    [Theory]
    [InlineData("u*h + x", true)]
    [InlineData("u*(a*h) + a*h", true)]
    [InlineData("h + a*Mean(h)", true)]
    [InlineData("Dot(a, h)*a", true)]
    [InlineData("Reverse(h) + x", false)]
    public void Matrix_is_derived_unless_channels_move(string step, bool derived)
    {
        var cell = new Cell();
        var (h, x, a) = (cell.State("h"), cell.Input("x", Cell.Units), cell.Vec("a"));
        cell.Next("h", Steps[step].Step(cell, h, x, a));
        var form = Assert.Single(ClassificationTests.Classify(cell.Returns("y", h)).Groups);
        Assert.Equal(derived, form.Matrices.Count > 0);
        Assert.All(form.Matrices, row => Assert.Equal(Shape.Matrix(Cell.Units, Cell.Units), Assert.Single(row)!.Shape));
    }

    [Fact]
    public void Size_one_state_that_broadcasts_is_a_matrix()
    {
        var cell = new Cell();
        var (h, g, x) = (cell.State("h"), cell.State("g", Size.One), cell.Input("x", Cell.Units));
        cell.Next("h", x * h + g);
        cell.Next("g", cell.Call("Sum", x * h));
        var form = Assert.Single(ClassificationTests.Classify(cell.Returns("y", h)).Groups);
        Assert.Equal(Kind.Coupled, form.Kind);
        Assert.True(form.VariesInTime);
    }

    [Fact]
    public void Moving_channels_of_a_stacked_state_is_a_matrix()
    {
        var cell = new Cell();
        var h = cell.State("h", Size.Of(2) * Cell.Units);
        var (upper, lower) = (cell.Slice(h, Cell.Units, Cell.Units), cell.Slice(h, Size.Of(0), Cell.Units));
        cell.Next("h", cell.Call("Concat", upper, lower));
        cell.Input("x", Cell.Units);
        Assert.Equal(Kind.Dense, Assert.Single(ClassificationTests.Classify(cell.Returns("y", upper)).Groups).Kind);
    }
}
