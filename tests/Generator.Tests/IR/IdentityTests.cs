using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Tests.IR;

/// <summary>What is replaced, and above all what is not.</summary>
public sealed class IdentityTests
{
    readonly Builder b = new();
    readonly Value x, y;

    public IdentityTests()
    {
        x = b.Leaf(Op.Input, "x", Shape.Vector(Size.Parameter("n")));
        y = b.Leaf(Op.Input, "y", Shape.Vector(Size.Parameter("n")));
    }

    [Fact]
    public void True_for_all_numbers()
    {
        Assert.Same(x, b.Multiply(x, b.Literal(1)));
        Assert.Same(x, b.Divide(x, b.Literal(1)));
        Assert.Same(x, b.Subtract(x, b.Literal(0)));
        Assert.Same(x, b.Add(x, b.Literal(-0.0)));
        Assert.Same(x, b.Negate(b.Negate(x)));
        Assert.Same(b.Negate(x), b.Multiply(b.Literal(-1), x));
        Assert.Same(b.Subtract(x, y), b.Add(b.Negate(y), x));
        Assert.Same(b.Add(x, y), b.Add(y, x));
        Assert.Same(x, b.Where(b.Less(x, y), x, x));
        Assert.Equal(2.5, b.Divide(b.Literal(5), b.Literal(2)).Number);
    }

    [Fact]
    public void Not_true_for_zeros_infinities_and_NaN()
    {
        Assert.Equal(Op.Add, b.Add(x, b.Literal(0)).Op);
        Assert.Equal(Op.Multiply, b.Multiply(x, b.Literal(0)).Op);
        Assert.Equal(Op.Subtract, b.Subtract(x, x).Op);
        Assert.Equal(Op.Subtract, b.Subtract(b.Literal(0), x).Op);
        Assert.Equal(Op.Divide, b.Divide(x, x).Op);
        Assert.Equal(Op.Not, b.Add(Op.Not, [b.Less(x, y)]).Op);
        Assert.NotSame(b.Subtract(x, y), b.Subtract(y, x));
        Assert.NotSame(b.Literal(0), b.Literal(-0.0));
    }

    [Fact]
    public void A_replacement_keeps_the_shape()
    {
        var chosen = b.Where(b.Less(x, y), b.Literal(1), b.Literal(1));
        Assert.Equal(x.Shape, chosen.Shape);
    }

    [Fact]
    public void Operands_that_do_not_fit_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => b.Add(x, b.Leaf(Op.Input, "z", Shape.Vector(Size.One))));
        Assert.Throws<InvalidOperationException>(() => b.Add(Op.Add, [x]));
        Assert.Throws<InvalidOperationException>(() => b.Add(Op.Input, []));
    }
}
