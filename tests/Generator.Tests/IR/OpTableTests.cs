using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Tests.IR;

/// <summary>Every op has a row, and every row says what its family needs.</summary>
public sealed class OpTableTests
{
    public static TheoryData<string> Names => [.. Enum.GetNames<Op>()];

    [Theory, MemberData(nameof(Names))]
    public void Row_is_complete(string name)
    {
        var row = OpTable.Of(Enum.Parse<Op>(name));
        Assert.Equal(name, row.Name);
        if (row.Family != Family.Elementwise) return;
        Assert.NotNull(row.CSharp);
        Assert.All(Enumerable.Range(0, row.Arity), i => Assert.Contains($"{{{i}}}", row.CSharp));
        Assert.NotNull(row.C);
        Assert.All(Enumerable.Range(0, row.Arity), i => Assert.Contains($"{{{i}}}", row.C));
        if (row.Result == Element.Mask) return;
        Assert.True(row.Cost >= 0);
        for (var i = 0; i < row.Arity; i++)
        {
            var stops = row.In(i) == Linearity.Constant || row.Op == Op.StopGradient;
            Assert.Equal(stops, row.TangentOf(i) is null);
        }
    }

    /// <summary>Lane functions of generated bodies exist in the contract.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Lane_function_exists(string name)
    {
        if (OpTable.Of(Enum.Parse<Op>(name)).CSharp is not { } spelling || !spelling.StartsWith("V.", StringComparison.Ordinal)) return;
        var function = spelling[2..spelling.IndexOf('(')];
        var lane = typeof(Recurve.Contracts.ILane<>);
        Assert.Contains(lane.GetMethods(), m => m.Name == function && m.GetParameters().Length == spelling.Count(c => c == ',') + 1);
    }

    [Fact]
    public void Verifier_finds_what_is_wrong()
    {
        var n = Size.Parameter("n");
        var x = new Value(0, Op.Input, [], Shape.Vector(n), Element.Real) { Name = "x" };
        var h = new Value(1, Op.OldState, [], Shape.Vector(n), Element.Real) { Name = "h" };
        var late = new Value(3, Op.Tanh, [x], Shape.Vector(n), Element.Real);
        var early = new Value(2, Op.Add, [h, late], Shape.Vector(n), Element.Real);
        var wrong = new Value(4, Op.Sum, [x], Shape.Vector(n), Element.Real);
        var masked = new Value(5, Op.And, [x, h], Shape.Vector(n), Element.Mask);
        Value[] values = [x, h, early, late, wrong, masked];
        var program = new Program("P", values, [new("h", Size.One, false, "Auto", h, early, 0)], [("y", masked)]);
        var faults = Verifier.Check(program);
        foreach (var fault in new[]
        {
            "%2 uses %3 before it is there.", "%4 = Sum: shape [n], by the rule [1].", "%5 = And: a mask expected.",
            "State h has size 1, its leaf [n].", "Output y is not a vector: [n] Mask.",
        })
        {
            Assert.Contains(fault, faults);
        }
        Assert.Throws<InvalidOperationException>(() => program.Verified("test"));
    }
}
