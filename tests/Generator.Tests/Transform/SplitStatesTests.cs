using Recurve.Generator.Analysis;
using Recurve.Generator.IR;
using Recurve.Generator.Support;
using Recurve.Generator.Tests.IR;
using Recurve.Generator.Transform;
using Arrow = Recurve.Generator.Analysis.DependencyKind;
using Kind = Recurve.Generator.Analysis.RecurrenceKind;

namespace Recurve.Generator.Tests.Transform;

public sealed class SplitStatesTests
{
    static readonly Size units = Cell.Units;

    static Size Of(int count) => Size.Of(count) * units;

    /// <summary>A cell whose state w of that size becomes what is given, and returns m w.</summary>
    static Program Program(Size size, Func<Cell, Cell.E, Cell.E, Cell.E> next)
    {
        var cell = new Cell();
        var (x, w, m) = (cell.Input("x", units), cell.State("w", size), cell.Mat("m", units, size));
        cell.Returns("y", m.Of(cell.Next("w", next(cell, w, x))));
        return Simplify.Run(Lower.Run(cell.Spec()).Program!.Verified("Lower")).Verified("Simplify");
    }

    static Program Register(int pieces)
        => Program(Of(pieces), (c, w, x) => c.Call("Concat", c.Slice(w, units, Of(pieces - 1)), x));

    [Fact]
    public void A_shift_register_is_a_state_for_each_piece() => Assert.Equal(
        """
        %0 [units] = Input x
        %1 [units, 3 * units] = Field m
        %2 [units] = OldState Slice(w, 0, units)
        %3 [units] = OldState Slice(w, units, units)
        %4 [units] = OldState Slice(w, 2 * units, units)
        %5 [3 * units] = Concat(%3, %4, %0)
        %6 [units] = MatVec(%1, %5)
        Slice(w, 0, units)' = %3
        Slice(w, units, units)' = %4
        Slice(w, 2 * units, units)' = %0
        return y = %6
        """.ReplaceLineEndings("\n"), Printer.Print(SplitStates.Run(Register(3)).Verified(nameof(SplitStates))));

    [Fact]
    public void What_is_done_to_all_of_it_is_done_to_each_piece()
    {
        var split = SplitStates.Run(Program(Of(2), (c, w, x) => 0.5 * c.Call("Concat", c.Slice(w, units, units), x)));
        Assert.EndsWith("Slice(w, 0, units)' = %5\nSlice(w, units, units)' = %6\nreturn y = %8", Printer.Print(split), StringComparison.Ordinal);
        Assert.Contains("%5 [units] = Multiply(%2, %4)\n%6 [units] = Multiply(%2, %0)\n%7 [2 * units] = Concat(%5, %6)", Printer.Print(split), StringComparison.Ordinal);
    }

    [Fact]
    public void The_user_sees_one_state()
    {
        var classification = DependencyClassifier.Classify(SplitStates.Run(Register(3)));
        Assert.Equal((Kind.Dense, "w' = Concat(Slice(w, units, 2 * units), x) moves the channels of w on, and none comes back"), classification.Of("w"));
        Assert.All(classification.GroupsOf("w"), g => Assert.Equal(("needs no scan", Kind.FeedForward), (g.Runs, g.Kind)));
        Assert.Equal([("x", "w", Arrow.Input), ("w", "w", Arrow.Linear), ("w", "y", Arrow.Output), ("x", "y", Arrow.Direct)],
            Dependencies.Of(classification).OrderBy(d => d.Kind is Arrow.Input ? 0 : d.Kind is Arrow.Linear ? 1 : d.From == "w" ? 2 : 3));
    }

    [Fact]
    public void Sixteen_pieces_are_not_too_many()
    {
        Assert.Equal(16, SplitStates.Run(Register(16)).States.Count);
        Assert.Single(SplitStates.Run(Register(17)).States);
    }

    public static TheoryData<string> Left => [.. left.Keys];

    // the size of w, and what it becomes: nothing that would run in parallel, or pieces whose order depends on units
    static readonly Dictionary<string, (Size Size, Func<Cell, Cell.E, Cell.E, Cell.E> Next)> left = new()
    {
        ["fed back"] = (Of(2), (c, w, x) => c.Call("Concat", c.Slice(w, units, units), c.Call("Tanh", c.Slice(w, units, units) + c.Slice(w, Size.Of(0), units)))),
        ["reversed"] = (Of(2), (c, w, x) => c.Call("Concat", x, c.Slice(c.Call("Reverse", w), units, units))),
        ["by one"] = (units, (c, w, x) => c.Call("Concat", c.Slice(w, Size.One, units - Size.One), c.Slice(x, Size.Of(0), Size.One))),
        ["by inputs"] = (units + Cell.Inputs, (c, w, x) => c.Call("Concat", x, c.Slice(w, Size.Of(0), Cell.Inputs))),
        ["diagonal"] = (Of(2), (c, w, x) => 0.5 * w + c.Call("Concat", x, x)),
    };

    [Theory, MemberData(nameof(Left))]
    public void What_gains_nothing_is_left(string name)
    {
        var program = Program(left[name].Size, left[name].Next);
        Assert.Same(program, SplitStates.Run(program));
    }

    [Fact]
    public void The_slices_are_found_through_what_hides_them()
    {
        // Concat(Slice(w, 2n, 2n), Slice(w, 0, 2n)) twice is w again; a number moves by 2n in the first step, by nothing in the second
        static Cell.E Turned(Cell c, Cell.E w) => c.Call("Concat", c.Slice(w, Of(2), Of(2)), c.Slice(w, Size.Of(0), Of(2)));
        var once = SplitStates.Run(Program(Of(4), (c, w, x) => Turned(c, w) + 1));
        Assert.Equal(["Slice(w, 0, 2 * units)", "Slice(w, 2 * units, 2 * units)"], once.States.Select(s => s.Name));
        var twice = SplitStates.Run(Program(Of(4), (c, w, x) => Turned(c, 0.5 * Turned(c, w)) + 1));
        Assert.All(DependencyClassifier.Classify(twice).Groups, g => Assert.Equal(Kind.Diagonal, g.Kind));
    }

    [Theory]
    [InlineData("w", "w")]
    [InlineData("Real(w)", "w_re")]
    [InlineData("Slice(w, 0, units)", "w_at_0")]
    [InlineData("Slice(part.w, 2 * units + 1, units)", "part.w_at_2_units_1")]
    public void Names_are_identifiers(string name, string identifier) => Assert.Equal(identifier, PlaneNames.Identifier(name));
}
