using Recurve.Generator.IR;
using Recurve.Generator.Support;
using Recurve.Generator.Tests.IR;
using Recurve.Generator.Transform;

namespace Recurve.Generator.Tests.Transform;

/// <summary>Sizes of inputs from their uses, and what is wrong with shapes, in the user's names.</summary>
public sealed class LowerTests
{
    static Size Units => Cell.Units;

    static Size? InputSize(Action<Cell, Cell.E, Cell.E> step, Size? declared = null)
    {
        var cell = new Cell();
        var (x, h) = (cell.Input("x", declared), cell.State("h"));
        step(cell, x, h);
        var lowered = Lower.Run(cell.Returns("y", h).Spec());
        if (lowered.Program is { } program) Assert.Empty(Verifier.Check(program));
        return lowered.Inputs[0];
    }

    static ShapeError Error(Action<Cell, Cell.E, Cell.E> step, Size? declared = null)
    {
        var cell = new Cell();
        var (x, h) = (cell.Input("x", declared), cell.State("h"));
        step(cell, x, h);
        var lowered = Lower.Run(cell.Returns("y", h).Spec());
        Assert.Null(lowered.Program);
        return Assert.Single(lowered.Errors);
    }

    [Fact]
    public void A_product_fixes_an_input() => Assert.Equal(Cell.Inputs, InputSize((c, x, h) => c.Mat("w", Units, Cell.Inputs).Of(x)));

    [Fact]
    public void An_elementwise_use_takes_the_other_size() => Assert.Equal(Units, InputSize((c, x, h) => c.Call("Tanh", x * h)));

    [Fact]
    public void A_product_decides_before_an_earlier_elementwise_use()
        => Assert.Equal(Size.One, InputSize((c, x, h) => c.Next("h", x * h + c.Mat("w", Units, Size.One).Of(x))));

    [Fact]
    public void An_assignment_fixes_an_input() => Assert.Equal(Units, InputSize((c, x, h) => c.Next("h", c.Call("Tanh", x))));

    [Fact]
    public void A_concatenation_is_solved() => Assert.Equal(Cell.Inputs,
        InputSize((c, x, h) => c.Mat("w", Units, Units + Cell.Inputs).Of(c.Call("Concat", x, h))));

    [Fact]
    public void A_declared_size_stands() => Assert.Equal(Size.One, InputSize((c, x, h) => c.Next("h", x * h), Size.One));

    [Fact]
    public void Meeting_a_vector_of_size_one_decides_nothing()
        => Assert.Equal("RCV3002", Error((c, x, h) => c.Call("Mean", x * c.Call("Sum", h))).Id);

    [Fact]
    public void Two_inputs_share_what_one_is_given()
    {
        var cell = new Cell();
        var (x, y, h) = (cell.Input("x"), cell.Input("y"), cell.State("h"));
        cell.Next("h", cell.Mat("w", Units, Cell.Inputs).Of(y * x) + h);
        Assert.Equal([Cell.Inputs, Cell.Inputs], Lower.Run(cell.Returns("y", h).Spec()).Inputs);
    }

    [Fact]
    public void An_input_nothing_fixes_is_named()
    {
        var error = Error((c, x, h) => c.Call("Sum", x));
        Assert.Equal(("RCV3002", 100, "x"), (error.Id, error.Origin, error.Arguments.Single()));
    }

    [Fact]
    public void Shapes_that_differ_are_both_named()
    {
        Cell.E? product = null;
        var error = Error((c, x, h) => product = c.Mat("w", Units, Cell.Inputs).Of(h), Cell.Inputs);
        Assert.Equal(("RCV3001", product!.Value.Index), (error.Id, error.Origin));
        Assert.Equal(["[units, inputs]", "[units]", "MatVec"], error.Arguments);
    }

    [Fact]
    public void Elementwise_shapes_that_differ_are_both_named()
        => Assert.Equal(["[2 * units + 1]", "[units]", "Add"],
            Error((c, x, h) => _ = c.Vec("b", Size.Of(2) * Units + Size.One) + h, Size.One).Arguments);

    [Fact]
    public void One_mistake_is_one_error()
        => Error((c, x, h) => c.Next("h", c.Call("Tanh", c.Vec("b", Size.Of(3)) + h) * h), Size.One);

    [Fact]
    public void Assigning_a_state_never_broadcasts()
    {
        Assert.Equal(["[units]", "[1]", "h ="], Error((c, x, h) => c.Next("h", c.Call("Sum", h)), Size.One).Arguments);
        Assert.Equal(["[units]", "[]", "h ="], Error((c, x, h) => c.Next("h", c.Number(0.5)), Size.One).Arguments);
    }

    [Fact]
    public void A_slice_past_the_end_is_an_error()
        => Assert.Equal(["[units, 2 * units)", "[units]", "Slice"], Error((c, x, h) => c.Slice(h, Units, Units), Size.One).Arguments);

    [Fact]
    public void Matrices_do_not_broadcast()
        => Assert.Equal("RCV3001", Error((c, x, h) => _ = c.Mat("m", Size.One, Units) + c.Mat("n"), Size.One).Id);

    [Fact]
    public void Broadcasts_and_means_are_explicit()
    {
        var cell = new Cell();
        var (x, h) = (cell.Input("x", Size.One), cell.State("h"));
        cell.Next("h", x * h + cell.Call("Mean", h) - 1 * h);
        cell.Returns("y", cell.Number(2));
        Assert.Equal(
            """
            %0 [1] = Input x
            %1 [units] = OldState h
            %2 [units] = Broadcast(%0)
            %3 [units] = Multiply(%2, %1)
            %4 [] = Literal 1
            %5 [] = Fixed (units)
            %6 [] = Divide(%4, %5)
            %7 [1] = Sum(%1)
            %8 [1] = Multiply(%7, %6)
            %9 [units] = Broadcast(%8)
            %10 [units] = Add(%3, %9)
            %11 [units] = Subtract(%10, %1)
            %12 [] = Literal 2
            %13 [1] = Broadcast(%12)
            h' = %11
            return y = %13
            """.ReplaceLineEndings("\n"), Printer.Print(Lower.Run(cell.Spec()).Program!));
    }

    [Fact]
    public void Assigning_a_state_to_itself_is_no_assignment()
    {
        var cell = new Cell();
        var h = cell.State("h");
        cell.Input("x", Units);
        cell.Next("h", h);
        Assert.Null(Lower.Run(cell.Returns("y", h).Spec()).Program!.States[0].New);
    }
}
