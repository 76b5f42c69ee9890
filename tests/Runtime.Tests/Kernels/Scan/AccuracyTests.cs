namespace Recurve.Runtime.Tests.Kernels.Scan;

/// <summary>Rounding over a million steps: bounds of docs/kernels.md.</summary>
public class AccuracyTests
{
    const int Steps = 1 << 20;

    [Theory]
    [InlineData(0.7, 0.999)]
    [InlineData(0.9999, 1.0)]
    [InlineData(0.999999, 0.999999)]
    public void AMillionStepsCostNoAccuracy(double low, double high)
    {
        var shape = new Shape(1, Steps, 1) { SequenceAdjoint = true };
        var numbers = Numbers.Of(Plain.Cell, shape);
        var random = new Random(2);
        for (var t = 0; t < Steps; t++) numbers.Streams[0][t] = (float)(low + (high - low) * random.NextDouble());
        using var run = new KernelRun(Plain.Cell, shape, numbers, pad: 0);
        var actual = run.Scan<Plain>();
        var expected = Reference.Run(Plain.Cell, shape, numbers);

        var error = Reference.RelativeError(actual["state 0"], expected["state 0"]);
        var serial = SerialError(numbers, expected["state 0"]);
        Assert.True(error <= 1e-7, $"state: {error:e2}, the serial loop: {serial:e2}");
        error = Reference.RelativeError(actual["stream adjoint 0"], expected["stream adjoint 0"]);
        Assert.True(error <= 1e-7, $"adjoint: {error:e2}");
    }

    [Fact]
    public void SumsOverAMillionRowsStayAccurate()
    {
        var shape = new Shape(1, Steps, 1) { SequenceAdjoint = true };
        var numbers = Numbers.Of(MinGru.Cell, shape);
        for (var t = 0; t < Steps; t++) numbers.SequenceAdjoints[0][t] = MathF.Abs(numbers.SequenceAdjoints[0][t]);
        using var run = new KernelRun(MinGru.Cell, shape, numbers, pad: 0);
        var actual = run.Scan<MinGru>();
        var expected = Reference.Run(MinGru.Cell, shape, numbers);
        Assert.Equal(1, actual["stream adjoint 3"][0] / expected["stream adjoint 3"][0], 1e-6);
    }

    static double SerialError(Numbers x, double[] expected)
    {
        var h = x.Starts[0][0];
        var states = new double[Steps];
        for (var t = 0; t < Steps; t++) states[t] = h = MathF.FusedMultiplyAdd(x.Streams[0][t], h, x.Streams[1][t]);
        return Reference.RelativeError(states, expected);
    }
}
