using Recurve.EndToEnd.Tests.Cells;
using Recurve.Plans;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Sliced;

/// <summary>Sequences whose steps are divided over ranks, against the same sequences in one piece: outputs, end states and every gradient.</summary>
public sealed partial class SlicedCellTests
{
    const int Batch = 3, Steps = 48, Inputs = 3, Units = 5;

    // Diagonal, Block, Clamped, MaxPlus, LogPlus, Dense, Delay and Hold
    public static TheoryData<string> OfEachKind => ["MinGru", "Rotation", "IndRnnRelu", "Viterbi", "SoftViterbi", "ParallelLmuMatrix", "Fsmn", "Keeper"];

    static readonly Catalogue.Entry[] entries = [.. Catalogue.All, new(nameof(Keeper), (i, _) => new Keeper(i), Keeper.Info, [RecurrenceKind.FeedForward, RecurrenceKind.Diagonal])];

    static Problem ProblemOf(string device, string name) => new(entries.Single(e => e.Name == name)) { Device = device };

    static readonly RecurrenceKind[] stepByStep = [RecurrenceKind.Pointwise, RecurrenceKind.Coupled];

    public static TheoryData<string> Composable => [.. entries.Where(e => !IsStepByStep(e)).Select(e => e.Name)];

    public static TheoryData<string> Others => [.. Catalogue.All.Where(IsStepByStep).Select(e => e.Name)];

    // a Dense group whose matrix is not derived is a loop too
    static bool IsStepByStep(Catalogue.Entry entry) => entry.Kinds.Any(stepByStep.Contains) || entry.Info.Stages.Any(s => s.StartsWith("Loop", StringComparison.Ordinal));

    // of each kind, and several of them in one cell
    public static TheoryData<string> OnDevices => [.. ((IEnumerable<object[]>)OfEachKind).Select(row => (string)row[0]), "GilrLstm", "MLstm", "Rwkv4", "S4D", "ParallelLmu", "LinearIoRnn", "RunningMax", "Qrnn"];

    [Theory, OnCpu(nameof(Composable)), OnOpenCl(nameof(OnDevices)), OnCuda(nameof(OnDevices))]
    public void Agrees_with_one_piece(string device, string name)
    {
        var problem = ProblemOf(device, name);
        foreach (var count in new[] { 2, 4 })
        {
            Agree(problem, count, 1, 1e-5);
            Agree(problem with { WithStart = true, IsReverse = true }, count, 1, 1e-5);
            Agree(problem with { WithStart = true, Lengths = [Steps, 7, 0] }, count, 1, 1e-5);
            Agree(problem with { Lengths = [13, Steps - 1, Steps], IsReverse = true, Resets = [0, 1, 30, Steps + 20, 2 * Steps] }, count, 1, 1e-5);
        }
        Agree(problem with { WithStart = true, Resets = [5, 12, Steps + 24, Steps + 25] }, 3, 2, 1e-5);
    }

    /// <summary>On the double a class of each kind, since it compiles every kernel.</summary>
    [Theory, OnCudaDoubleBesideNvrtc(nameof(OfEachKind))]
    public void Agrees_with_one_piece_on_the_double(string device, string name)
    {
        var problem = ProblemOf(device, name);
        Agree(problem with { WithStart = true, IsReverse = true }, 3, 1, 1e-5);
        Agree(problem with { Lengths = [13, Steps - 1, Steps], Resets = [0, 1, 30, Steps + 20, 2 * Steps] }, 4, 1, 1e-5);
    }

    public static TheoryData<string> Scannable => ["MinGru", "Rotation", "IndRnnRelu", "Viterbi", "SoftViterbi", "GilrLstm"];

    /// <summary>The same where many ranks scan their summaries: rounds of one, two and four places, resets that cut what is composed, and a last round that not all take part in.</summary>
    [Theory, OnCpu(nameof(Scannable)), OnOpenCl(nameof(Scannable)), OnCuda(nameof(Scannable))]
    public void Scanned_summaries_agree_with_one_piece(string device, string name)
    {
        var problem = ProblemOf(device, name);
        foreach (var count in new[] { 2, 3, 6, 8 })
        {
            Agree(problem, count, 1, 1e-5, isScanned: true);
            Agree(problem with { WithStart = true, IsReverse = true }, count, 1, 1e-5, isScanned: true);
            Agree(problem with { WithStart = true, Lengths = [Steps, 7, 0], Resets = [5, 12, 30, Steps + 20] }, count, 1, 1e-5, isScanned: true);
        }
    }

    [Theory, OnCpu(nameof(Others)), OnOpenCl(nameof(Others)), OnCuda(nameof(Others))]
    public void What_cannot_be_divided_is_named(string device, string name)
    {
        var entry = Catalogue.All.Single(e => e.Name == name);
        var error = Assert.Throws<NotSupportedException>(() => LocalSlices.Run(2, 1, slices => ProblemOf(device, name).Run(slices)));
        var state = entry.Info.States.FirstOrDefault(s => stepByStep.Contains(s.Kind)) ?? entry.Info.States[0];
        Assert.Contains($"state '{state.Name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("RCV1001", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_complex_state_that_cannot_be_divided_is_named()
    {
        var entry = new Catalogue.Entry(nameof(SlowSpin), (_, units) => new SlowSpin(units), SlowSpin.Info, []);
        var error = Assert.Throws<NotSupportedException>(() => LocalSlices.Run(2, 1, new Problem(entry) { Steps = 8 }.Run));
        Assert.Contains("state 'c'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Strategy.Sequential", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Exact => ["MinGru", "Rotation", "IndRnnRelu", "Viterbi"];

    /// <summary>12 tiles on one rank, 6 on each of two, … are folded and run the same way.</summary>
    [Theory, OnCpu(nameof(Exact)), OnOpenCl(nameof(Exact)), OnCuda(nameof(Exact))]
    public void Tiles_of_the_whole_sequence_give_the_same_bits(string device, string name)
    {
        var problem = ProblemOf(device, name) with { WithStart = true };
        var one = Joined(LocalSlices.Run(1, 12, problem.Run));
        foreach (var count in new[] { 2, 3, 4 })
        {
            var several = Joined(LocalSlices.Run(count, 12 / count, problem.Run));
            foreach (var key in new[] { "y0", "x0", "end" }) Assert.Equal(one[key], several[key]);
        }
    }

    /// <summary>With factors near one every carry is seen at the end: what comes in the wrong order must show.</summary>
    [Theory, OnCpu, OnOpenCl, OnCuda]
    public void The_order_of_the_ranks_matters(string device)
    {
        var problem = ProblemOf(device, "Rotation");
        var expected = Joined([problem.Run(null)]);
        var swapped = new LocalSlices.World(4) { Order = [0, 2, 1, 3] };
        var actual = Joined(LocalSlices.Run(swapped, 1, problem.Run));
        Assert.True(Distance(expected["y0"], actual["y0"]) > 1e-2);
    }

    /// <summary>Each sequence ends in another slice, one in the middle of it; every rank has all last steps, and what the ranks add to them is summed.</summary>
    [Theory, OnCpu, OnOpenCl, OnCuda, OnCudaDoubleBesideNvrtc]
    public void The_last_step_is_everybodys(string device)
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
            var x = Tensor.FromArray([.. Enumerable.Range(0, Batch).SelectMany(b => values[((b * 40 + rank * own) * 2)..((b * 40 + (rank + 1) * own) * 2)])], Batch, own, 2).To(Get(device));
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

    [Theory, OnCpu, OnOpenCl, OnCuda]
    public void Bytes_do_not_depend_on_the_steps(string device)
    {
        var problem = ProblemOf(device, "MinGru");
        int Sent(int steps)
        {
            var world = new LocalSlices.World(2);
            LocalSlices.Run(world, 1, (problem with { Steps = steps }).Run);
            return world.Sent.Sum();
        }
        Assert.Equal(Sent(16), Sent(1024));
    }

    public static TheoryData<bool> Scans => [false, true];

    /// <summary>Steps that overflow cannot be composed, so the ranks run one after the other.</summary>
    [Theory, OnCpu(nameof(Scans)), OnOpenCl(nameof(Scans)), OnCuda(nameof(Scans)), OnCudaDoubleBesideNvrtc(nameof(Scans))]
    public void An_overflow_between_slices_is_that_of_the_steps(string device, bool isScanned)
    {
        var there = Get(device);
        var x = new float[4 * 40];
        Array.Fill(x, 10f);
        x[100] = 0;
        var whole = Multiply(there, null, x);
        var parts = LocalSlices.Run(new LocalSlices.World(4) { Scans = isScanned }, 1, slices => Multiply(there, slices, x[(slices.Rank * 40)..((slices.Rank + 1) * 40)])).SelectMany(v => v).ToArray();
        Assert.Equal(whole, parts);
        Assert.Contains(whole, float.IsPositiveInfinity);
        Assert.Contains(whole, float.IsNaN);
    }

    /// <summary>Products that neither of two tiles takes too far, but both together, in the middle of a slice whose last factor hides it.</summary>
    [Theory, OnCpu(nameof(Scans)), OnOpenCl(nameof(Scans)), OnCuda(nameof(Scans)), OnCudaDoubleBesideNvrtc(nameof(Scans))]
    public void An_overflow_between_tiles_of_a_slice_is_that_of_the_steps(string device, bool isScanned)
    {
        const int steps = 300;
        var there = Get(device);
        var x = new float[4 * steps];
        Array.Fill(x, 1f);
        // tiles of 64 steps from step 300 on
        Array.Fill(x, 10f, 428 - 25, 50);
        x[470] = 0;
        var whole = Multiply(there, null, x);
        var parts = LocalSlices.Run(new LocalSlices.World(4) { Scans = isScanned }, 1, slices => Multiply(there, slices, x[(slices.Rank * steps)..((slices.Rank + 1) * steps)])).SelectMany(v => v).ToArray();
        Assert.Equal(whole.Select(float.IsFinite), parts.Select(float.IsFinite));
        Assert.True(float.IsFinite(whole[2 * 420]));
        Assert.Contains(whole[(2 * 900)..], float.IsNaN);
    }

    /// <summary>Output and gradient of each step.</summary>
    static float[] Multiply(Device device, ITimeSlices? slices, float[] x)
    {
        var input = Tensor.FromArray(x, 1, x.Length, 1).To(device);
        input.RequiresGrad = true;
        var y = ((Powers)new Powers().To(device)).Forward(input, new Sequence { Slices = slices });
        y.Sum().Backward();
        return [.. y.ToArray().Zip(input.Grad!.ToArray()).SelectMany(v => new[] { v.First, v.Second })];
    }

    public static TheoryData<float> Large => [float.PositiveInfinity, 3e38f];

    [Theory, OnCpu(nameof(Large)), OnOpenCl(nameof(Large)), OnCuda(nameof(Large))]
    public void What_is_not_finite_in_a_dense_slice_stays_where_it_was(string device, float value)
    {
        const int time = 160;
        var there = Get(device);
        var x = new float[time];
        (x[70], x[71]) = (value, value);
        float[] Run(float[] part, ITimeSlices? slices)
            => ((DelayMemory)new DelayMemory(12).To(there)).Forward(Tensor.FromArray(part, 1, part.Length, 1).To(there), new Sequence { Slices = slices }).ToArray();
        var whole = Run(x, null);
        var parts = LocalSlices.Run(4, 1, slices => Run(x[(slices.Rank * 40)..((slices.Rank + 1) * 40)], slices));
        Assert.Equal(whole.Select(float.IsFinite), parts.SelectMany(p => p).Select(float.IsFinite));
        Assert.Contains(whole, v => !float.IsFinite(v));
    }

    /// <summary>A slice of many tiles: what they do is joined on the device, with the bounds, resets and all.</summary>
    [Theory, OnOpenCl(nameof(Scannable)), OnCuda(nameof(Scannable))]
    public void A_slice_of_many_tiles_is_one_summary(string device, string name)
    {
        var problem = ProblemOf(device, name) with { Steps = 1200, WithStart = true };
        Agree(problem with { Lengths = [1200, 700, 31] }, 3, 1, 1e-5);
        Agree(problem with { IsReverse = true, Resets = [5, 350, 1200 + 610, 2400 + 1199] }, 3, 1, 1e-5);
    }

    static Device Get(string device) => Recurve.Device.TryGet(device, out var there, out var whyNot) ? there : throw new ArgumentException(whyNot);

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
}
