using Recurve.Generator.IR;
using Recurve.Generator.Support;
using Recurve.Generator.Tests.IR;
using Recurve.Generator.Transform;

namespace Recurve.Generator.Tests.Transform;

/// <summary>Adjoints against central differences, op by op and on random regions; and the conventions at ties.</summary>
public sealed class DifferentiateTests
{
    static readonly Shape lane = Shape.Vector(Size.Parameter("n"));

    public static TheoryData<string> Elementwise => [.. OpTable.All
        .Where(r => r.Family == Family.Elementwise && r.Result != Element.Mask && r.Op is not (Op.StopGradient or Op.Sign)).Select(r => r.Name)];

    [Theory, MemberData(nameof(Elementwise))]
    public void Each_operation(string name)
    {
        var row = OpTable.Of(Enum.Parse<Op>(name));
        var random = new Random(name.Length * 7919 + name[0]);
        for (var trial = 0; trial < 40; trial++)
        {
            var b = new Builder();
            var streams = Enumerable.Range(0, row.Arity).Select(i => b.Leaf(Op.Input, $"u{i}", lane)).ToList();
            var operands = row.Op == Op.Where ? [b.Less(streams[0], b.Literal(0.1)), streams[1], streams[2]] : streams;
            var y = b.Add(row.Op, operands, number: row.Op == Op.LeakyRelu ? 0.2 : 0);
            var region = new Region(b.Values, streams, [], [], [], [y]);
            var positive = row.Op is Op.Log or Op.Log1p or Op.Sqrt or Op.Rsqrt or Op.Pow;
            var at = streams.ToDictionary(s => s, _ => new[] { positive ? 0.3 + random.NextDouble() : 4 * random.NextDouble() - 2 });
            if (row.Op == Op.Clamp) (at[streams[1]], at[streams[2]]) = ([-0.7 + 0.1 * random.NextDouble()], [0.6 + 0.1 * random.NextDouble()]);
            Assert.True(Agrees(region, at, random, out var report) != false, $"{name}, trial {trial}: {report}");
        }
    }

    [Fact]
    public void Random_regions()
    {
        const int seed = 20240607, count = 400;
        int discarded = 0;
        for (var trial = 0; trial < count; trial++)
        {
            var random = new Random(seed + trial);
            var (region, at) = Random(random, states: 1 + trial % 3);
            switch (Agrees(region, at, random, out var report))
            {
                case null: discarded++; break;
                case false: Assert.Fail($"Seed {seed + trial}: {report}\n{Text(region)}"); break;
            }
        }
        Assert.True(discarded <= count / 10, $"{discarded} of {count} random regions were too ill-conditioned to compare (seed {seed}).");
    }

    [Theory]
    [InlineData("Relu", 0, 0), InlineData("Abs", 0, 0), InlineData("LeakyRelu", 0, 0.2), InlineData("HardTanh", 1, 0), InlineData("HardTanh", -1, 0)]
    [InlineData("HardSigmoid", 3, 0), InlineData("Sqrt", 0, double.PositiveInfinity), InlineData("HardTanh", 0.5, 1)]
    public void Ties_of_one_operand(string name, double x, double slope)
        => Assert.Equal([slope], Slopes(Enum.Parse<Op>(name), [x]));

    [Theory]
    [InlineData("Max", 1, 1, 0.5, 0.5), InlineData("Min", 1, 1, 0.5, 0.5), InlineData("Max", 2, 1, 1, 0), InlineData("Min", 2, 1, 0, 1)]
    [InlineData("LogAddExp", double.NegativeInfinity, double.NegativeInfinity, 0, 0), InlineData("LogAddExp", double.NegativeInfinity, 0, 0, 1)]
    [InlineData("Pow", 0, 2, 0, 0), InlineData("Pow", 3, 0, 0, 1.0986122886681098), InlineData("Pow", 0, 0, 0, 0)]
    public void Ties_of_two_operands(string name, double x, double y, double left, double right)
        => Assert.Equal([left, right], Slopes(Enum.Parse<Op>(name), [x, y]));

    [Theory]
    [InlineData(-1, -1, 1, 1, 0, 0), InlineData(1, -1, 1, 1, 0, 0), InlineData(-2, -1, 1, 0, 1, 0), InlineData(2, -1, 1, 0, 0, 1), InlineData(0, 1, -1, 0, 0, 1)]
    public void Clamp_passes_at_its_bounds(double v, double lo, double hi, double dv, double dlo, double dhi)
        => Assert.Equal([dv, dlo, dhi], Slopes(Op.Clamp, [v, lo, hi]));

    [Fact]
    public void Where_selects_gradients_so_the_other_branch_cannot_spoil_them()
    {
        var b = new Builder();
        var (x, z) = (b.Leaf(Op.Input, "x", lane), b.Leaf(Op.Input, "z", lane));
        var region = new Region(b.Values, [x, z], [], [], [], [b.Where(b.Greater(x, b.Literal(0)), z, b.Divide(b.Literal(1), x))]);
        var adjoint = Differentiate.Run(region with { Values = b.Values });
        var run = new Evaluator(new Dictionary<Value, double[]> { [x] = [2], [z] = [3], [adjoint.OutputAdjoints[0]] = [double.NaN] });
        Assert.Equal([0.0], run.Of(adjoint.Streams[0]!).Select(v => double.IsNaN(v) ? 1.0 : v));
    }

    [Fact]
    public void What_has_no_gradient_is_absent()
    {
        var b = new Builder();
        var (x, p, s) = (b.Leaf(Op.Input, "x", lane), b.Leaf(Op.OldState, "h", lane), b.Leaf(Op.Input, "new h", lane));
        var next = b.Add(Op.StopGradient, [b.Multiply(x, p)]);
        var adjoint = Differentiate.Run(new(b.Values, [x], [p], [s], [next], [b.Multiply(s, b.Sign(x))]));
        Assert.Equal([null], adjoint.Delta);
        Assert.Equal([null], adjoint.Streams);
        Assert.Equal([null, null], adjoint.Map);
    }

    [Fact]
    public void Adjoint_of_MinGru_reads_like_the_mathematics()
    {
        var b = new Builder();
        var (s0, s1) = (b.Leaf(Op.Input, "s0", lane), b.Leaf(Op.Input, "s1", lane));
        var (p, s) = (b.Leaf(Op.OldState, "h", lane), b.Leaf(Op.Input, "new h", lane));
        var z = b.Sigmoid(s0);
        var next = b.Add(b.Multiply(b.Subtract(b.Literal(1), z), p), b.Multiply(z, s1));
        var region = new Region(b.Values, [s0, s1], [p], [s], [next], []);
        var a = Differentiate.Run(region with { Values = b.Values });
        Assert.Equal(
            """
            %0 = Sigmoid(s0)
            %1 = Subtract(1, %0)
            %2 = Multiply(%0, %1)
            %3 = Multiply(%0, carry 0)
            %4 = Multiply(s1, carry 0)
            %5 = Multiply(%1, carry 0)
            %6 = Multiply(h, carry 0)
            %7 = Subtract(%4, %6)
            %8 = Multiply(%2, %7)
            δ = %5
            a = %1
            r = 0
            ū0 = %8
            ū1 = %3
            """.ReplaceLineEndings("\n"),
            Printer.Print([("δ", a.Delta[0]), ("a", a.Map[0]), ("r", a.Map[1]), ("ū0", a.Streams[0]), ("ū1", a.Streams[1])]));
    }

    static double[] Slopes(Op op, double[] at)
    {
        var b = new Builder();
        var streams = at.Select((_, i) => b.Leaf(Op.Input, $"u{i}", lane)).ToList();
        var y = b.Add(op, streams, number: op == Op.LeakyRelu ? 0.2 : 0);
        var adjoint = Differentiate.Run(new(b.Values, streams, [], [], [], [y]));
        var leaves = streams.Zip(at).ToDictionary(s => s.First, s => new[] { s.Second });
        leaves[adjoint.OutputAdjoints[0]] = [1];
        return [.. adjoint.Streams.Select(u => u is null ? 0 : new Evaluator(leaves).Of(u)[0])];
    }

    /// <summary>L = c · F + ȳ · G(p, F, u) has gradients δ and ū. Null: differences of two step sizes disagree, so they say nothing.</summary>
    static bool? Agrees(Region region, Dictionary<Value, double[]> at, Random random, out string report)
    {
        var adjoint = Differentiate.Run(region);
        var seeds = adjoint.Carry.Concat(adjoint.OutputAdjoints).ToDictionary(a => a, _ => new[] { random.NextDouble() - 0.5 });
        var leaves = new Dictionary<Value, double[]>(at.Concat(seeds));
        foreach (var (s, next) in region.New.Zip(region.Next)) leaves[s] = new Evaluator(at).Of(next);
        var run = new Evaluator(leaves);

        var wanted = region.Old.Zip(adjoint.Delta).Concat(region.Streams.Zip(adjoint.Streams)).ToList();
        report = "";
        foreach (var (leaf, gradient) in wanted)
        {
            var (coarse, fine) = (Slope(leaf, 2e-5), Slope(leaf, 1e-5));
            var scale = 1 + Math.Abs(fine);
            if (!double.IsFinite(fine) || Math.Abs(coarse - fine) > 1e-6 * scale) return null;
            var value = gradient is null ? 0 : run.Of(gradient)[0];
            report = $"adjoint of {leaf.Name} is {value}, by differences {fine}";
            if (!(Math.Abs(value - fine) <= 2e-6 * scale)) return false;
        }
        return MapsAgree([.. adjoint.Map.Select(v => v is null ? 0 : run.Of(v)[0])], adjoint.Carry, leaves,
                [.. adjoint.Delta.Select(d => d is null ? 0 : run.Of(d)[0])], ref report)
            && MapsAgree([.. Newton.Of(region).Map.Select(v => run.Of(v)[0])], region.Old, leaves, [.. region.Next.Select(n => run.Of(n)[0])], ref report);

        double Slope(Value leaf, double step) => (Loss(leaf, step) - Loss(leaf, -step)) / (2 * step);

        double Loss(Value leaf, double step)
        {
            var moved = new Dictionary<Value, double[]>(at) { [leaf] = [at[leaf][0] + step] };
            var next = region.Next.Select(n => new Evaluator(moved).Of(n)).ToList();
            for (var j = 0; j < next.Count; j++) moved[region.New[j]] = next[j];
            return next.Select((n, j) => n[0] * seeds[adjoint.Carry[j]][0]).Sum()
                + region.Outputs.Select((y, k) => new Evaluator(moved).Of(y)[0] * seeds[adjoint.OutputAdjoints[k]][0]).Sum();
        }
    }

    // matrix row by row, then rest: matrix · at + rest = results
    static bool MapsAgree(double[] map, IReadOnlyList<Value> at, Dictionary<Value, double[]> leaves, double[] results, ref string report)
    {
        for (var i = 0; i < results.Length; i++)
        {
            var product = at.Select((v, j) => map[i * results.Length + j] * leaves[v][0]).Sum() + map[results.Length * results.Length + i];
            report = $"row {i} of the map gives {product}, the step {results[i]}";
            if (!(Math.Abs(product - results[i]) <= 1e-9 * (1 + Math.Abs(results[i])))) return false;
        }
        return true;
    }

    [Fact]
    public void Newton_linearises_around_its_guess_also_behind_StopGradient()
    {
        var b = new Builder();
        var (x, p, q) = (b.Leaf(Op.Input, "x", lane), b.Leaf(Op.OldState, "p", lane), b.Leaf(Op.OldState, "q", lane));
        var region = new Region(b.Values, [x], [p, q], [], [b.Add(b.Square(b.Add(Op.StopGradient, [p])), q), b.Multiply(x, p)], []);
        var map = Newton.Of(region with { Values = b.Values }).Map;
        var run = new Evaluator(new Dictionary<Value, double[]> { [x] = [5], [p] = [3], [q] = [7] });
        Assert.Equal([6, 1, 5, 0, -9, 0], map.Select(v => run.Of(v)[0]));
    }

    static (Region, Dictionary<Value, double[]>) Random(Random random, int states)
    {
        var b = new Builder();
        var streams = Enumerable.Range(0, 3).Select(i => b.Leaf(Op.Input, $"u{i}", lane)).ToList();
        var old = Enumerable.Range(0, states).Select(j => b.Leaf(Op.OldState, $"p{j}", lane)).ToList();
        var @new = Enumerable.Range(0, states).Select(j => b.Leaf(Op.Input, $"s{j}", lane)).ToList();
        // of bounded growth, so that a chain of them stays comparable; the rest is covered op by op
        Op[] unary = [Op.Negate, Op.Sigmoid, Op.Tanh, Op.Sin, Op.Cos, Op.Abs, Op.Relu, Op.Silu, Op.Gelu, Op.Softplus, Op.HardTanh, Op.HardSigmoid, Op.Erf, Op.LeakyRelu];
        Op[] binary = [Op.Add, Op.Subtract, Op.Multiply, Op.Min, Op.Max, Op.LogAddExp];
        List<Value> Grow(IEnumerable<Value> leaves, int count)
        {
            var pool = leaves.Append(b.Literal(0.7)).ToList();
            Value Pick() => pool[random.Next(pool.Count)];
            for (var i = 0; i < count; i++)
            {
                pool.Add(random.Next(10) switch
                {
                    < 4 => b.Add(unary[random.Next(unary.Length)], [Pick()], number: 0.2),
                    < 8 => b.Add(binary[random.Next(binary.Length)], [Pick(), Pick()]),
                    8 => b.Where(b.Less(Pick(), Pick()), Pick(), Pick()),
                    _ => b.Divide(Pick(), b.Add(b.Literal(1.5), b.Square(Pick()))),
                });
            }
            return [.. pool.Skip(pool.Count - 6).Where(v => !v.IsScalar)];
        }
        var inner = Grow(streams.Concat(old), 12);
        var next = old.Select(p => b.Add(inner[random.Next(inner.Count)], p)).ToList();
        var outer = Grow(streams.Concat(old).Concat(@new), 12);
        IReadOnlyList<Value> outputs = [.. Enumerable.Range(0, 2).Select(_ => b.Multiply(outer[random.Next(outer.Count)], streams[0]))];
        var at = streams.Concat(old).ToDictionary(v => v, _ => new[] { 2 * random.NextDouble() - 1 });
        return (new(b.Values, streams, old, @new, next, outputs), at);
    }

    static string Text(Region region) => Printer.Print(
        [.. region.Next.Select((v, i) => ($"next {i}", (Value?)v)), .. region.Outputs.Select((v, i) => ($"output {i}", (Value?)v))]);
}
