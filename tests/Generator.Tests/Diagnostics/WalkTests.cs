using Recurve.TestKit;

namespace Recurve.Generator.Tests.Diagnostics;

/// <summary>The additional places of a diagnostic walk from the state through each operation, and each call of a helper, to the offence.</summary>
public sealed class WalkTests
{
    /// <summary>An id, a cell with marks, and the marks in the order of the walk, the offence last.</summary>
    public static TheoryData<string, string, int[]> Walks => new()
    {
        // through a product and two sums into the gate
        { "RCV1001", """
            [Weight] readonly Mat u = new(units, units); [Weight] readonly Vec b = new(units);
            [State] Vec [|h|] = new(units);
            Vec Step(Vec x)
            {
                Vec z = [|Sigmoid|](x [|+|] u [|*|] h [|+|] b);
                h = (1 - z) * h + z * x;
                return h;
            }
            """, [0, 3, 2, 4, 1] },
        // through a local and an earlier statement; the second state of the group is where the chain begins
        { "RCV1001", """
            [State] Vec h = new(units), [|c|] = new(units);
            Vec Step(Vec x)
            {
                Vec past = 0.5 [|*|] c;
                c = [|Tanh|](past [|-|] x) + h;
                h = 0.5 * c + h;
                return h;
            }
            """, [0, 1, 3, 2] },
        // into helpers, from the call to what is in them
        { "RCV1001", """
            [State] Vec [|h|] = new(units);
            static Vec Half(Vec v) => [|Sin|](0.5 [|*|] v);
            Vec Step(Vec x)
            {
                h = [|Gate|](h [|+|] x);
                return h;
                Vec Gate(Vec v) => [|Half|](2 [|*|] v);
            }
            """, [0, 4, 3, 6, 5, 2, 1] },
        // unrolled: each place once
        { "RCV1001", """
            [State] Vec [|h|] = new(units);
            Vec Step(Vec x)
            {
                Vec v = h;
                for (int i = 0; i < 3; i++) v = 0.5 [|*|] v [|+|] x;
                h = [|Exp|](v);
                return h;
            }
            """, [0, 1, 2, 3] },
        // a product of the past with itself
        { "RCV1002", "[State(Strategy = Strategy.Scan)] Vec [|h|] = new(units); Vec Step(Vec x) => h = x - (h [|+|] x) [|*|] h;", [0, 2] },
        { "RCV1003", "[State] Vec [|h|] = new(units); Vec Step(Vec x) => h = Outer(x, x) [|*|] (0.5 [|*|] h);", [0, 2, 1] },
        { "RCV1004", "[State(Strategy = Strategy.Newton)] Vec [|h|] = new(units); Vec Step(Vec x) => h = [|Softmax|](0.5 [|*|] h) + x;", [0, 2, 1] },
        { "RCV1005", "[State(Strategy = Strategy.Newton)] Vec [|h|] = new(units); [State(Strategy = Strategy.Scan)] Vec [|g|] = new(units); Vec Step(Vec x) { (h, g) = (Tanh(g + x), Sin(h)); return h; }", [1, 0] },
        { "RCV5001", "[Weight] readonly Mat u = new(units, units); [State] Vec [|h|] = new(units); Vec Step(Vec x) => h = x + u [|*|] (0.5 [|*|] h);", [0, 2, 1] },
        { "RCV4002", "[Weight] readonly Vec a = new(units); [State] Vec [|h|] = new(units); Vec Step(Vec x) => h = ([|-|]a) * h + x;", [0, 1] },
    };

    [Theory, MemberData(nameof(Walks))]
    public async Task It_leads_from_the_state_to_the_offence(string id, string members, int[] walk)
    {
        var marked = Marked.Parse($"[Cell] sealed partial class C(int units)\n{{\n{members}\n}}");
        var said = Assert.Single(await GeneratorHarness.AnalyzeAsync(marked.Source), d => d.Id == id);
        string At(Microsoft.CodeAnalysis.Text.TextSpan span) => $"{span.Start} {marked.Source.Substring(span.Start, span.Length)}";
        Assert.Equal(walk.Select(w => At(marked.Spans[w])), said.AdditionalLocations.Append(said.Location).Select(l => At(l.SourceSpan)));
    }

    [Fact]
    public async Task It_leads_into_other_files()
    {
        var step = Marked.Parse("[Cell] sealed partial class C(int units) { [State] Vec [|h|] = new(units); Vec Step(Vec x) => h = Mine.[|Soft|](h) + x; }");
        var helper = Marked.Parse("static class Mine { public static Vec Soft(Vec v) => [|Log1p|]([|Exp|](v)); }");
        var said = Assert.Single(await GeneratorHarness.AnalyzeAsync(step.Source, helper.Source), d => d.Id == "RCV1001");
        Assert.Equal([("Source0.cs", step.Spans[0]), ("Source0.cs", step.Spans[1])], said.AdditionalLocations.Select(l => (l.SourceTree!.FilePath, l.SourceSpan)));
        Assert.Equal(("Source1.cs", helper.Spans[1]), (said.Location.SourceTree!.FilePath, said.Location.SourceSpan));
    }
}
