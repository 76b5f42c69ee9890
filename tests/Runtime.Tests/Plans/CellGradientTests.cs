using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>Hand-written plans against their eager Step, in value and gradient, over odd shapes and every way to walk.</summary>
public class CellGradientTests
{
    [Theory]
    [MemberData(nameof(Shapes))]
    public void MinGru(int batch, int time, int units) => Check(() => new MinGruByHand(3, units), batch, time);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TrainedInitialState(int batch, int time, int units) => Check(() => new MinGruByHand(2, units, trained: true), batch, time);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void LoopOverTwoStates(int batch, int time, int units) => Check(() => new GatedByHand(3, units), batch, time);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void DelaysAndHeldStates(int batch, int time, int units) => Check(() => new DelaysByHand(2, units), batch, time);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void StepByStepWithinChannels(int batch, int time, int units) => Check(() => new IndRnnByHand(units), batch, time);

    [Theory]
    [InlineData(3, 5, 4)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 300, 2)]
    [InlineData(0, 1, 2)]
    [InlineData(2, 0, 3)]
    public void RowOperations(int batch, int time, int units) => Check(() => new RowsByHand(units), batch, time);

    public static TheoryData<int, int, int> Shapes()
    {
        var data = new TheoryData<int, int, int>();
        foreach (var (batch, time, units) in new[]
        {
            (1, 1, 1), (3, 2, 3), (0, 2, 3), (3, 0, 3), (1, 63, 17), (3, 7, 17), (5, 4, 64), (17, 3, 5),
        }) data.Add(batch, time, units);
        return data;
    }

    [Fact]
    public void BiasesOfOneSumHaveOneGradientEvenIfOnlyTheSecondIsTrained()
    {
        var ((b, d), (frozen, alone)) = (Biases(trained: true), Biases(trained: false));
        Assert.Contains(d!, v => v != 0);
        Assert.Equal(d, b);
        Assert.Equal(d, alone);
        Assert.Null(frozen);

        static (float[]? B, float[]? D) Biases(bool trained)
        {
            var cell = new GatedByHand(3, 5);
            cell.Initialize(seed: 1);
            Tensor Of(string name) => cell.Parameters.Single(p => p.Name == name).Value;
            Of("b").RequiresGrad = trained;
            var x = Tensor.FromArray([.. Enumerable.Range(0, 6 * 7 * 3).Select(i => MathF.Sin(i))], 6, 7, 3);
            var y = cell.RunAny([x], null, null).Outputs[0];
            y.Backward(y.Detach());
            return (Of("b").Grad?.ToArray(), Of("d").Grad?.ToArray());
        }
    }

    static void Check(Func<CellModule> make, int batch, int time)
    {
        var seed = 1000 * batch + time;
        var random = new Random(seed);
        int[] lengths = [.. Enumerable.Range(0, batch).Select(_ => random.Next(time + 1))];
        foreach (var reverse in new[] { false, true })
        {
            foreach (var withStart in new[] { false, true })
            {
                GradientCheck.Verify(make(), batch, time, seed, new() { Reverse = reverse }, withStart);
                GradientCheck.Verify(make(), batch, time, seed + 1, new() { Reverse = reverse, Lengths = lengths }, withStart);
                var resets = GradientCheck.RandomResets(batch, time, seed);
                GradientCheck.Verify(make(), batch, time, seed + 2, new() { Reverse = reverse, Lengths = lengths, Resets = resets }, withStart);
            }
        }
    }
}
