using Recurve.Generator.IR;
using Recurve.Generator.Support;
using Recurve.Generator.Tests.IR;
using Recurve.Generator.Transform;

namespace Recurve.Generator.Tests.Transform;

public sealed class SimplifyTests
{
    static string Simplified(Cell cell) => Printer.Print(Simplify.Run(Lower.Run(cell.Spec()).Program!).Verified("Simplify"));

    [Fact]
    public void Gates_become_views_of_the_stacked_product() => Assert.Equal(
        """
        %0 [inputs] = Input x
        %1 [units] = OldState h
        %2 [units] = OldState c
        %3 [4 * units, inputs] = Field w
        %4 [4 * units, units] = Field u
        %5 [4 * units] = Field b
        %6 [4 * units] = MatVec(%3, %0)
        %7 [4 * units] = MatVec(%4, %1)
        %8 [units] = Slice(%6, 0, units)
        %9 [units] = Slice(%7, 0, units)
        %10 [units] = Add(%8, %9)
        %11 [units] = Slice(%5, 0, units)
        %12 [units] = Add(%10, %11)
        %13 [units] = Sigmoid(%12)
        %14 [units] = Slice(%6, units, units)
        %15 [units] = Slice(%7, units, units)
        """.ReplaceLineEndings("\n"), string.Join('\n', Simplified(Cells.Lstm()).Split('\n').Take(16)));

    [Fact]
    public void A_slice_of_a_new_state_stays_a_view_of_it()
    {
        var cell = new Cell();
        var (x, h) = (cell.Input("x", Cell.Units), cell.State("h"));
        var next = cell.Next("h", x * h);
        cell.Returns("y", cell.Slice(next, Size.Of(0), Size.One));
        Assert.EndsWith("%2 [units] = Multiply(%0, %1)\n%3 [1] = Slice(%2, 0, 1)\nh' = %2\nreturn y = %3", Simplified(cell));
    }

    [Fact]
    public void A_broadcast_mask_compares_broadcast_vectors()
    {
        var cell = new Cell();
        var (x, h) = (cell.Input("x", Size.One), cell.State("h"));
        cell.Next("h", cell.Call("Where", x < cell.Number(0), h, h * h));
        Assert.Contains("%4 [units] = Broadcast(%0)\n%5 [units] mask = Less(%4, %2)", Simplified(cell.Returns("y", h)));
    }

    [Fact]
    public void Dead_and_equal_values_are_gone_and_leaves_stay()
    {
        var cell = new Cell();
        var (x, h) = (cell.Input("x", Cell.Units), cell.State("h"));
        cell.Call("Exp", cell.Vec("unused"));
        cell.Next("h", (x + h) * (h + x));
        Assert.Equal("%0 [units] = Input x\n%1 [units] = OldState h\n%2 [units] = Add(%0, %1)\n%3 [units] = Multiply(%2, %2)\nh' = %3\nreturn y = %1",
            Simplified(cell.Returns("y", h)));
    }

    [Fact]
    public void Structure_of_structure_is_resolved()
    {
        var cell = new Cell();
        var (x, h) = (cell.Input("x", Cell.Units), cell.State("h"));
        var both = cell.Call("Concat", x, h, x);
        cell.Next("h", cell.Slice(both, Cell.Units, Cell.Units) + cell.Slice(cell.Slice(both, Size.Of(0), Size.Of(2) * Cell.Units), Size.Of(0), Cell.Units));
        Assert.Contains("%2 [units] = Add(%1, %0)\nh'", Simplified(cell.Returns("y", h)));
    }
}
