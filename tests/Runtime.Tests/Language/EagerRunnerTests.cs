using Recurve.Contracts;

namespace Recurve.Runtime.Tests.Language;

public sealed class EagerRunnerTests
{
    /// <summary>h ← w h + x, a delayed input p ← x; outputs h and the old p. Written as the generated half would bind it.</summary>
    sealed class Accumulator
    {
        public readonly Vec W = new(2, _ => 0.5);
        public Vec H = new(2), P = new(2);

        public CellDefinition Define() => new()
        {
            Info = new(nameof(Accumulator), [], [], ""),
            Inputs = [("x", 2)],
            Outputs = [("h", 2), ("p", 2)],
            Fields = [new("w", true) { Vector = W }],
            States = [new("h", 2, true, () => H, v => H = v), new("p", 2, false, () => P, v => P = v)],
            Step = (x, y) =>
            {
                y[1] = P;
                P = x[0];
                y[0] = H = W * H + x[0];
            },
            Plan = _ => { },
            WrapStates = _ => throw new NotSupportedException(),
        };
    }

    static double[] Count(int count) => [.. Enumerable.Range(1, count).Select(i => (double)i)];

    [Fact]
    public void Sequences_are_walked_one_by_one_from_their_initial_states()
    {
        EagerRun run = EagerRunner.Run(new Accumulator().Define(), new() { Batch = 2, Steps = 2, Inputs = [Count(8)] });
        Assert.Equal([1, 2, 3.5, 5, 5, 6, 9.5, 11], run.Outputs[0]);
        Assert.Equal([0, 0, 1, 2, 0, 0, 5, 6], run.Outputs[1]);
        Assert.Equal([3.5, 5, 9.5, 11], run.End["h"]);
        Assert.Equal([3, 4, 7, 8], run.End["p"]);
    }

    [Fact]
    public void Start_states_and_field_values_are_taken_and_the_users_own_restored()
    {
        Accumulator cell = new();
        Vec before = cell.H;
        EagerRun run = EagerRunner.Run(cell.Define(), new()
        {
            Batch = 1,
            Steps = 1,
            Inputs = [[1, 1]],
            Fields = [[2, 3]],
            Start = [[10, 20], null],
            Initial = [[7, 7], null],
        });
        Assert.Equal([21, 61], run.Outputs[0]);
        Assert.Equal([0.5, 0.5], cell.W.ToArray());
        Assert.Same(before, cell.H);
    }

    [Fact]
    public void Everything_is_restored_when_Step_throws()
    {
        Accumulator cell = new();
        CellDefinition good = cell.Define();
        Vec before = cell.H;
        CellDefinition bad = new()
        {
            Info = good.Info,
            Inputs = good.Inputs,
            Outputs = good.Outputs,
            Fields = good.Fields,
            States = good.States,
            Plan = good.Plan,
            WrapStates = good.WrapStates,
            Step = (_, _) => throw new InvalidCastException(),
        };
        Assert.Throws<InvalidCastException>(() => EagerRunner.Run(bad, new() { Batch = 1, Steps = 1, Inputs = [[1, 1]], Fields = [[2, 3]] }));
        Assert.Equal([0.5, 0.5], cell.W.ToArray());
        Assert.Same(before, cell.H);
    }

    [Fact]
    public void Outputs_past_the_length_are_zero_and_the_end_is_the_one_at_the_length()
    {
        double[] x = [1, 1, 1, 1, double.NaN, double.NaN, 9, 9, 9, 9, 9, 9];
        EagerRun run = EagerRunner.Run(new Accumulator().Define(), new()
        {
            Batch = 2,
            Steps = 3,
            Inputs = [x],
            Lengths = [2, 0],
            Start = [[4, 4, 6, 8], null],
        });
        Assert.Equal([3, 3, 2.5, 2.5, 0, 0, 0, 0, 0, 0, 0, 0], run.Outputs[0]);
        Assert.Equal([2.5, 2.5, 6, 8], run.End["h"]);
    }

    [Fact]
    public void Reverse_walks_the_valid_steps_backwards_and_keeps_the_input_order()
    {
        double[] x = [1, 1, 2, 2, double.NaN, 9];
        EagerRun run = EagerRunner.Run(new Accumulator().Define(), new() { Batch = 1, Steps = 3, Inputs = [x], Lengths = [2], Reverse = true });
        Assert.Equal([2, 2, 2, 2, 0, 0], run.Outputs[0]); // at t = 1: 2; at t = 0: 0.5 · 2 + 1
        Assert.Equal([2, 2, 0, 0, 0, 0], run.Outputs[1]);
        Assert.Equal([2, 2], run.End["h"]);
        Assert.Equal([1, 1], run.End["p"]);
    }

    [Theory]
    [InlineData(false, new double[] { 51, 51, 5, 5, 4.5, 4.5 })]
    [InlineData(true, new double[] { 3.5, 3.5, 5, 5, 52, 52 })]
    public void A_reset_returns_to_the_initial_state_never_to_the_start(bool reverse, double[] expected)
    {
        // initial 8, start 100, reset before the step at t = 1: there 0.5 · 8 + 1 = 5 in either direction
        EagerRun run = EagerRunner.Run(new Accumulator().Define(), new()
        {
            Batch = 1,
            Steps = 3,
            Inputs = [[1, 1, 1, 1, 2, 2]],
            Reverse = reverse,
            Initial = [[8, 8], null],
            Start = [[100, 100], null],
            Resets = [0, 1, 0],
        });
        Assert.Equal(expected, run.Outputs[0]);
        Assert.Equal(0, run.Outputs[1][2]);
    }

    [Fact]
    public void Empty_batches_and_sequences_are_legal()
    {
        CellDefinition cell = new Accumulator().Define();
        Assert.Empty(EagerRunner.Run(cell, new() { Batch = 0, Steps = 3, Inputs = [[]] }).End["h"]);
        EagerRun still = EagerRunner.Run(cell, new() { Batch = 1, Steps = 0, Inputs = [[]], Start = [[4, 5], null] });
        Assert.Empty(still.Outputs[0]);
        Assert.Equal([4, 5], still.End["h"]);
    }

    [Fact]
    public void Wrong_sizes_name_what_was_expected_and_what_came()
    {
        CellDefinition cell = new Accumulator().Define();
        EagerInput good = new() { Batch = 2, Steps = 3, Inputs = [new double[12]] };
        void Refused(EagerInput input, params string[] words)
        {
            string message = Assert.Throws<ArgumentException>(() => EagerRunner.Run(cell, input)).Message;
            foreach (string word in words) Assert.Contains(word, message);
        }
        Refused(good with { Inputs = [new double[11]] }, "input x", "12", "11");
        Refused(good with { Inputs = [] }, "inputs", "1", "0");
        Refused(good with { Fields = [new double[3]] }, "field w", "2", "3");
        Refused(good with { Start = [new double[3], null] }, "start of state h", "4", "3");
        Refused(good with { Initial = [new double[3], null] }, "initial value of state h", "2", "3");
        Refused(good with { Resets = new double[5] }, "resets", "6", "5");
        Refused(good with { Lengths = [1] }, "lengths", "2", "1");
        Refused(good with { Lengths = [1, 4] }, "length 1", "3", "4");
        Refused(good with { Batch = -1 }, "-1");
    }

    [Fact]
    public void A_state_never_broadcasts()
    {
        Accumulator cell = new();
        CellDefinition narrow = cell.Define();
        CellDefinition wrong = new()
        {
            Info = narrow.Info,
            Inputs = narrow.Inputs,
            Outputs = [("sum", 1)],
            Fields = narrow.Fields,
            States = narrow.States,
            Plan = narrow.Plan,
            WrapStates = narrow.WrapStates,
            Step = (x, y) => y[0] = cell.H = Functions.Sum(x[0]),
        };
        string message = Assert.Throws<InvalidOperationException>(
            () => EagerRunner.Run(wrong, new() { Batch = 1, Steps = 1, Inputs = [[1, 1]] })).Message;
        Assert.Contains("state h size 1", message);
        Assert.Contains("size 2", message);
    }
}
