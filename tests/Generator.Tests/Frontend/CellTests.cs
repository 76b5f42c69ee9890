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
}
