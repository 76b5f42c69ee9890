using Recurve.TestKit;

namespace Recurve.Generator.Tests.Frontend;

public class CellTests
{
    const string MinGru = """
        [Cell]
        public sealed partial class MinGru(int inputs, int units)
        {
            [Weight] readonly Mat wz = new(units, inputs), wh = new(units, inputs);
            [Weight] readonly Vec bz = new(units), bh = new(units);
            [State]  Vec h = new(units);

            Vec Step(Vec x)
            {
                Vec z = Sigmoid(wz * x + bz);
                h = (1 - z) * h + z * (wh * x + bh);
                return h;
            }
        }
        """;

    [Fact]
    public void MinGru_is_read_whole()
    {
        var spec = GeneratorHarness.Spec(MinGru, "MinGru");
        Assert.False(spec.HasErrors);
        Assert.Equal("""
            cell MinGru(int inputs, int units) Auto
            weight wz [units, inputs] Default
            weight wh [units, inputs] Default
            weight bz [units] Default
            weight bh [units] Default
            state h [units] Auto
            input x
            %0 = MatVec(wz, x)
            %1 = Add(%0, bz)
            %2 = Sigmoid(%1)
            %3 = Subtract(1, %2)
            %4 = Multiply(%3, old h)
            %5 = MatVec(wh, x)
            %6 = Add(%5, bh)
            %7 = Multiply(%2, %6)
            %8 = Add(%4, %7)
            h' = %8
            return h = %8

            """, SpecPrinter.Print(spec));
    }

    [Fact]
    public void Initializers_may_stand_in_parentheses()
    {
        const string inner = "[Cell] public sealed partial class Inner(int units) { [State] Vec g = new(units); internal Vec Step(Vec x) => g = 0.5 * g + x; }";
        string Cell(string twice, string weight, string state, string part) => $$"""
            [Cell]
            public sealed partial class Outer(int units)
            {
                readonly int twice = {{twice}};
                [Weight] readonly Vec w = {{weight}};
                [State] Vec h = {{state}};
                readonly Inner inner = {{part}};
                Vec Step([Size("units * 2")] Vec x) => h = 0.5 * h + inner.Step(w * Slice(x, twice - units, units));
            }
            """;
        var plain = GeneratorHarness.Spec(Cell("2 * units", "new(units)", "new Vec(units)", "new(units)"), "Outer", inner);
        Assert.False(plain.HasErrors);
        var bracketed = GeneratorHarness.Spec(Cell("(2 * units)", "(new(units))", "((new Vec(units)))!", "(new(units))"), "Outer", inner);
        Assert.Equal(SpecPrinter.Print(plain), SpecPrinter.Print(bracketed));
    }
}
