using Recurve.EndToEnd.Tests.Cells;
using Recurve.Plans;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Sliced;

/// <summary>Sequences whose steps are divided over ranks, against the same sequences in one piece: outputs, end states and every gradient.</summary>
public sealed class SlicedCellTests
{
    const int Batch = 3, Steps = 48, Inputs = 3, Units = 5;

    static readonly RecurrenceKind[] stepByStep = [RecurrenceKind.Pointwise, RecurrenceKind.Coupled];

    public static TheoryData<string> Composable => [.. Catalogue.All.Where(e => !IsStepByStep(e)).Select(e => e.Name)];

    public static TheoryData<string> Others => [.. Catalogue.All.Where(IsStepByStep).Select(e => e.Name)];

    // a Dense group whose matrix is not derived is a loop too
    static bool IsStepByStep(Catalogue.Entry entry) => entry.Kinds.Any(stepByStep.Contains) || entry.Info.Stages.Any(s => s.StartsWith("Loop", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Composable))]
    public void Agrees_with_one_piece(string name)
    {
        var entry = Catalogue.All.Single(e => e.Name == name);
        foreach (var count in new[] { 2, 4 })
        {
            Agree(new(entry), count, 1, 1e-5);
            Agree(new(entry) { WithStart = true, IsReverse = true }, count, 1, 1e-5);
            Agree(new(entry) { WithStart = true, Lengths = [Steps, 7, 0] }, count, 1, 1e-5);
            Agree(new(entry) { Lengths = [13, Steps - 1, Steps], IsReverse = true, Resets = [0, 1, 30, Steps + 20, 2 * Steps] }, count, 1, 1e-5);
        }
        Agree(new(entry) { WithStart = true, Resets = [5, 12, Steps + 24, Steps + 25] }, 3, 2, 1e-5);
    }

    /// <summary>The same where many ranks scan their summaries: rounds of one, two and four places, resets that cut what is composed, and a last round that not all take part in.</summary>
    [Theory]
    [InlineData("MinGru")]
    [InlineData("Rotation")]
    [InlineData("IndRnnRelu")]
    [InlineData("Viterbi")]
    [InlineData("SoftViterbi")]
    [InlineData("GilrLstm")]
    public void Scanned_summaries_agree_with_one_piece(string name)
    {
        var entry = Catalogue.All.Single(e => e.Name == name);
        foreach (var count in new[] { 2, 3, 6, 8 })
        {
            Agree(new(entry), count, 1, 1e-5, isScanned: true);
            Agree(new(entry) { WithStart = true, IsReverse = true }, count, 1, 1e-5, isScanned: true);
            Agree(new(entry) { WithStart = true, Lengths = [Steps, 7, 0], Resets = [5, 12, 30, Steps + 20] }, count, 1, 1e-5, isScanned: true);
        }
    }

    [Theory, MemberData(nameof(Others))]
    public void What_cannot_be_divided_is_named(string name)
    {
        var entry = Catalogue.All.Single(e => e.Name == name);
        var error = Assert.Throws<NotSupportedException>(() => LocalSlices.Run(2, 1, slices => new Problem(entry).Run(slices)));
        var state = entry.Info.States.FirstOrDefault(s => stepByStep.Contains(s.Kind)) ?? entry.Info.States[0];
        Assert.Contains($"state '{state.Name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("RCV1001", error.Message, StringComparison.Ordinal);
    }

    /// <summary>12 tiles on one rank, 6 on each of two, … are folded and run the same way.</summary>
    [Theory]
    [InlineData("MinGru")]
    [InlineData("Rotation")]
    [InlineData("IndRnnRelu")]
    [InlineData("Viterbi")]
    public void Tiles_of_the_whole_sequence_give_the_same_bits(string name)
    {
        var problem = new Problem(Catalogue.All.Single(e => e.Name == name)) { WithStart = true };
        var one = Joined(LocalSlices.Run(1, 12, problem.Run));
        foreach (var count in new[] { 2, 3, 4 })
        {
            var several = Joined(LocalSlices.Run(count, 12 / count, problem.Run));
            foreach (var key in new[] { "y0", "x0", "end" }) Assert.Equal(one[key], several[key]);
        }
    }

    /// <summary>With factors near one every carry is seen at the end: what comes in the wrong order must show.</summary>
    [Fact]
    public void The_order_of_the_ranks_matters()
    {
        var problem = new Problem(Catalogue.All.Single(e => e.Name == "Rotation"));
        var expected = Joined([problem.Run(null)]);
        var swapped = new LocalSlices.World(4) { Order = [0, 2, 1, 3] };
        var actual = Joined(LocalSlices.Run(swapped, 1, problem.Run));
        Assert.True(Distance(expected["y0"], actual["y0"]) > 1e-2);
    }

    /// <summary>Each sequence ends in another slice, one in the middle of it; every rank has all last steps, and what the ranks add to them is summed.</summary>
    [Fact]
    public void The_last_step_is_everybodys()
    {
        int[] lengths = [40, 13, 1];
        float[] values = [.. Enumerable.Range(0, Batch * 40 * 2).Select(i => MathF.Sin(i))];
        var (expected, gradient) = Run(null);
        var ranks = LocalSlices.Run(4, 1, Run);
        foreach (var (y, _) in ranks) Assert.Equal(expected, y);
        for (var b = 0; b < Batch; b++)
            Assert.Equal(gradient[(b * 80)..((b + 1) * 80)].Select(g => 10 * g), ranks.SelectMany(r => r.Gradient[(b * 20)..((b + 1) * 20)]));

        // rank r weighs r + 1: 1 + 2 + 3 + 4 in all
        (float[] Y, float[] Gradient) Run(ITimeSlices? slices)
        {
            var (rank, own) = (slices?.Rank ?? 0, 40 / (slices?.Count ?? 1));
            var x = Tensor.FromArray([.. Enumerable.Range(0, Batch).SelectMany(b => values[((b * 40 + rank * own) * 2)..((b * 40 + (rank + 1) * own) * 2)])], Batch, own, 2);
            x.RequiresGrad = true;
            var y = new LastStep().Forward(x, new Sequence { Slices = slices, Lengths = [.. lengths.Select(l => Math.Clamp(l - rank * own, 0, own))] });
            ((rank + 1) * y.Sum()).Backward();
            return (y.ToArray(), x.Grad!.ToArray());
        }
    }

    [Fact]
    public void A_sequence_without_a_step_has_no_last_one()
        => Assert.Contains("sequence 1 has no step", Assert.Throws<ArgumentException>(() => LocalSlices.Run(2, 1, slices =>
            new LastStep().Forward(Tensor.Zeros(2, 4, 3), new Sequence { Slices = slices, Lengths = [1, 0] }))).Message);

    [OpenClFact]
    public void A_slice_on_a_device_is_refused()
    {
        var cell = Catalogue.All.Single(e => e.Name == "MinGru").Create(Inputs, Units);
        cell.Initialize(1);
        cell.To(Device.OpenCl(0));
        var x = Tensor.Zeros(1, 4, Inputs).To(Device.OpenCl(0));
        foreach (var module in new Module[] { cell, new LastStep() })
        {
            var error = Assert.Throws<NotSupportedException>(() => LocalSlices.Run(1, 1, slices => module.Forward(x, new Sequence { Slices = slices })));
            Assert.Contains("slices of a sequence run on the processor, but x is on", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_do_not_depend_on_the_steps()
    {
        var entry = Catalogue.All.Single(e => e.Name == "MinGru");
        int Sent(int steps)
        {
            var world = new LocalSlices.World(2);
            LocalSlices.Run(world, 1, new Problem(entry) { Steps = steps }.Run);
            return world.Sent.Sum();
        }
        Assert.Equal(Sent(16), Sent(1024));
    }

    /// <summary>Steps that overflow cannot be composed, so the ranks run one after the other.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_overflow_between_slices_is_that_of_the_steps(bool isScanned)
    {
        var x = new float[4 * 40];
        Array.Fill(x, 10f);
        x[100] = 0;
        var whole = Run(null, x);
        var parts = LocalSlices.Run(new LocalSlices.World(4) { Scans = isScanned }, 1, slices => Run(slices, x[(slices.Rank * 40)..((slices.Rank + 1) * 40)])).SelectMany(v => v).ToArray();
        Assert.Equal(whole, parts);
        Assert.Contains(whole, float.IsPositiveInfinity);
        Assert.Contains(whole, float.IsNaN);

        static float[] Run(ITimeSlices? slices, float[] x)
        {
            var input = Tensor.FromArray(x, 1, x.Length, 1);
            input.RequiresGrad = true;
            var y = new Powers().Forward(input, new Sequence { Slices = slices });
            y.Sum().Backward();
            return [.. y.ToArray().Zip(input.Grad!.ToArray()).SelectMany(v => new[] { v.First, v.Second })];
        }
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(3e38f)]
    public void What_is_not_finite_in_a_dense_slice_stays_where_it_was(float value)
    {
        const int time = 160;
        var x = new float[time];
        (x[70], x[71]) = (value, value);
        var whole = new DelayMemory(12).Forward(Tensor.FromArray(x, 1, time, 1)).ToArray();
        var parts = LocalSlices.Run(4, 1, slices => new DelayMemory(12).Forward(Tensor.FromArray(x[(slices.Rank * 40)..((slices.Rank + 1) * 40)], 1, 40, 1), new Sequence { Slices = slices }).ToArray());
        Assert.Equal(whole.Select(float.IsFinite), parts.SelectMany(p => p).Select(float.IsFinite));
        Assert.Contains(whole, v => !float.IsFinite(v));
    }

    static void Agree(Problem problem, int count, int tiles, double tolerance, bool isScanned = false)
    {
        var (expected, actual) = (Joined([problem.Run(null)]), Joined(LocalSlices.Run(new LocalSlices.World(count) { Scans = isScanned }, tiles, problem.Run)));
        foreach (var (key, value) in expected)
        {
            var distance = Distance(value, actual[key]);
            Assert.True(distance <= tolerance, $"{problem}, {count} ranks, {tiles} tiles: {key} differs by {distance:E2}");
        }
    }

    static double Distance(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var norm = Math.Sqrt(expected.Sum(v => (double)v * v));
        var error = Math.Sqrt(expected.Zip(actual, (p, q) => Math.Pow((double)p - q, 2)).Sum());
        return error == 0 ? 0 : error / (norm + 1e-6);
    }

    /// <summary>Slices one after the other, weights summed over ranks, what every rank holds once.</summary>
    static Dictionary<string, float[]> Joined(Dictionary<string, float[]>[] ranks)
    {
        Dictionary<string, float[]> joined = [];
        foreach (var key in ranks[0].Keys)
        {
            if (key == "end")
            {
                Assert.All(ranks, r => Assert.Equal(ranks[0][key], r[key]));
                joined[key] = ranks[0][key];
            }
            else if (key[0] is 'x' or 'y' && key.Length == 2 && char.IsDigit(key[1]))
            {
                joined[key] = [.. Enumerable.Range(0, Batch).SelectMany(b => ranks.SelectMany(r =>
                {
                    var size = r[key].Length / Batch;
                    return r[key][(b * size)..((b + 1) * size)];
                }))];
            }
            else joined[key] = [.. Enumerable.Range(0, ranks[0][key].Length).Select(i => (float)ranks.Sum(r => (double)r[key][i]))];
        }
        return joined;
    }

    /// <summary>A call of a cell and a random linear loss of what it gives.</summary>
    sealed record Problem(Catalogue.Entry Entry)
    {
        public int Steps { get; init; } = SlicedCellTests.Steps;

        public bool WithStart { get; init; }

        public bool IsReverse { get; init; }

        public int[]? Lengths { get; init; }

        public int[] Resets { get; init; } = [];

        public override string ToString() => $"{Entry}, start {WithStart}, reverse {IsReverse}, lengths [{string.Join(", ", Lengths ?? [])}], resets [{string.Join(", ", Resets)}]";

        /// <summary>All of it, or this rank's slice.</summary>
        public Dictionary<string, float[]> Run(ITimeSlices? slices)
        {
            var random = new Random(7);
            float[] Draw(int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => (float)(scale * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)))];
            var cell = Entry.Create(Inputs, Units);
            cell.Initialize(seed: 3);
            var (count, rank) = (slices?.Count ?? 1, slices?.Rank ?? 0);
            var own = Steps / count;
            Tensor Slice(float[] all, int size) => Tensor.FromArray([.. Enumerable.Range(0, Batch).SelectMany(b =>
                all[((b * Steps + rank * own) * size)..((b * Steps + (rank + 1) * own) * size)])], Batch, own, size);

            var definition = cell.Definition;
            var inputs = definition.Inputs.Select(i => Slice(Draw(Batch * Steps * i.Size, Entry.Scale), i.Size)).ToArray();
            foreach (var input in inputs) input.RequiresGrad = true;
            var starts = definition.States.Select(s => Tensor.FromArray([.. Draw(Batch * s.Count, Entry.Scale).Select(v => Entry.Positive.Contains(s.Name) ? Math.Abs(v) + 0.1f : v)], [Batch, .. s.Shape])).ToArray();
            foreach (var start in starts) start.RequiresGrad = true;
            var mask = new float[Batch * Steps];
            foreach (var reset in Resets) mask[reset] = 1;
            var sequence = new Sequence
            {
                Slices = slices,
                Reverse = IsReverse,
                Lengths = Lengths is null ? null : [.. Lengths.Select(l => Math.Clamp(l - rank * own, 0, own))],
                Resets = Resets.Length == 0 ? null : Slice(mask, 1).Reshape(Batch, own),
            };
            var (outputs, end) = cell.RunAny(inputs, WithStart ? definition.WrapStates(starts) : null, sequence);
            // the end states are everybody's, so their loss is one rank's
            var loss = Tensor.Zeros();
            foreach (var (output, o) in outputs.Zip(definition.Outputs)) loss = loss + (output * Slice(Draw(Batch * Steps * o.Size, 1), o.Size)).Sum();
            foreach (var (state, s) in end.Tensors.Zip(definition.States))
            {
                var weights = Tensor.FromArray(Draw(Batch * s.Count, rank == count / 2 ? 1 : 0), [Batch, .. s.Shape]);
                loss = loss + (state * weights).Sum();
            }
            loss.Backward();

            Dictionary<string, float[]> results = new()
            {
                ["end"] = [.. end.Tensors.SelectMany(t => t.ToArray())],
            };
            for (var i = 0; i < outputs.Length; i++) results["y" + i] = outputs[i].ToArray();
            for (var i = 0; i < inputs.Length; i++) results["x" + i] = inputs[i].Grad!.ToArray();
            if (WithStart) results["start"] = [.. starts.SelectMany(s => (s.Grad ?? Tensor.Zeros(s.Shape)).ToArray())];
            foreach (var parameter in cell.Parameters) results[parameter.Name] = (parameter.Value.Grad ?? Tensor.Zeros(parameter.Value.Shape)).ToArray();
            return results;
        }
    }
}

/// <summary>Products of inputs.</summary>
[Cell]
sealed partial class Powers
{
    [State] Vec h = new(1);

    Vec Step([Size(1)] Vec x) => h = x * h + 1;
}
