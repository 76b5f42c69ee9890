using Recurve.Generator.Analysis;
using Recurve.Generator.Transform;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Analysis;

/// <summary>Cells that look like another class than they are, in the user's own C#.</summary>
public sealed class MisleadingCellTests
{
    [Theory]
    // nonlinear, but only inside helpers
    [InlineData("static Vec Gate(Vec v) => v * Half(v); static Vec Half(Vec v) => 0.5 * Tanh(v);", "h = Gate(h) + x; return h;", "h Pointwise")]
    [InlineData("static Vec Keep(Vec v) => v; static Vec Pull(Vec v, Vec to) => v + 0.1 * (to - v);", "h = Pull(Keep(h), Tanh(x)); return h;", "h Diagonal")]
    // cancellation that holds for real numbers only, or not even for those
    [InlineData("", "h = h * h - h * h + x; return h;", "h Pointwise")]
    [InlineData("", "h = Tanh(h) - Tanh(h) + x; return h;", "h Pointwise")]
    [InlineData("", "h = h * h / h + x; return h;", "h Pointwise")]
    [InlineData("", "h = 0 * Tanh(h) + x; return h;", "h Pointwise")]
    [InlineData("", "h = Where(x > 0, h, h) + x; return h;", "h Diagonal")]
    // shared by name only: each is used by the other's output, not by its future
    [InlineData("", "Vec seen = h * g; h = a * h + x; g = Sigmoid(x) * g + x; return seen + h * g;", "h Diagonal, g Diagonal")]
    // another state's new value is a known sequence, its old value one step earlier too
    [InlineData("", "h = a * h + x; g = Tanh(h) * g + Square(h); return g;", "h Diagonal, g Diagonal")]
    [InlineData("", "g = Tanh(h) * g + Square(h); h = a * h + x; return g;", "h Diagonal, g Diagonal")]
    [InlineData("", "h = a * g + x; g = x * h; return g;", "h FeedForward, g Diagonal")]
    [InlineData("", "Vec before = h; h = a * g + x; g = x * before; return g + h;", "h Block, g Block")]
    [InlineData("", "h = Tanh(g) * h + x; g = h + x; return g;", "h Pointwise, g Pointwise")]
    // the choice is the state's own
    [InlineData("", "h = Where(h > 0, 0.5 * h, x); return h;", "h Pointwise")]
    [InlineData("", "h = Where(g > 0, 0.5 * h, x); g = a * g + x; return h;", "h Diagonal, g Diagonal")]
    // exchanged at once
    [InlineData("", "(h, g) = (g, h); return h + x;", "h Block, g Block")]
    [InlineData("", "(h, g) = (g + x, a * h); return h;", "h Block, g Block")]
    [InlineData("", "h = g + x; g = a * h; return h;", "h FeedForward, g Diagonal")]
    // locals called like a state
    [InlineData("", "Vec h = Tanh(x); this.h = h * this.h + x; return this.h;", "h Diagonal")]
    [InlineData("", "Vec h = Tanh(this.h); this.h = a * h + x; return h;", "h Pointwise")]
    [InlineData("static Vec Own(Vec h) => Tanh(h);", "h = a * h + Own(x); return h;", "h Diagonal")]
    public void Is_what_it_is(string members, string step, string kinds)
    {
        bool Reads(string name) => System.Text.RegularExpressions.Regex.IsMatch(step, $@"\b{name}\b");
        var spec = GeneratorHarness.Spec($$"""
            [Cell] public sealed partial class C(int units)
            {
                {{(Reads("a") ? "[Weight] readonly Vec a = new(units);" : "")}}
                [State] Vec h = new(units){{(Reads("g") ? ", g = new(units)" : "")}};
                {{members}}
                Vec Step([Size("units")] Vec x) { {{step}} }
            }
            """, "C");
        Assert.False(spec.HasErrors);
        var forms = DependencyClassifier.Classify(Simplify.Run(Lower.Run(spec).Program!)).Groups;
        var found = spec.States.Select(s => $"{s.Name} {forms.Single(f => f.States.Any(t => t.Name == s.Name)).Kind}");
        Assert.Equal(kinds, string.Join(", ", found));
    }
}
