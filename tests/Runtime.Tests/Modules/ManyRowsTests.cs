namespace Recurve.Runtime.Tests.Modules;

/// <summary>Layers over so many rows that they are divided among the cores.</summary>
public sealed class ManyRowsTests
{
    const int Inputs = 5, Outputs = 3;

    /// <summary>Below and above where a linear layer works in blocks, and with a last block and tile that are not full.</summary>
    [Theory]
    [InlineData(1535)]
    [InlineData(1537)]
    [InlineData(20001)]
    public void Linear_over_many_rows_is_linear_row_by_row(int rows)
    {
        Linear linear = new(Inputs, Outputs);
        linear.Initialize(1);
        var x = GradientProbe.Normal(2, rows, Inputs);
        var dy = GradientProbe.Normal(3, rows, Outputs);
        var y = linear.Forward(x);
        y.Backward(dy);

        foreach (var row in new[] { 0, 191, 192, 1534, rows - 1 })
        {
            var alone = linear.Forward(Tensor.FromArray(x.ToArray()[(row * Inputs)..((row + 1) * Inputs)], 1, Inputs));
            Assert.Equal(alone.ToArray(), y.ToArray()[(row * Outputs)..((row + 1) * Outputs)]);
        }
        var bias = linear.Parameters.Single(p => p.Name == "bias").Grad!.ToArray();
        var given = dy.ToArray();
        for (var j = 0; j < Outputs; j++)
        {
            var expected = Enumerable.Range(0, rows).Sum(row => (double)given[row * Outputs + j]);
            Assert.True(Math.Abs(bias[j] - expected) < 1e-5 * Math.Sqrt(rows), $"bias {j} over {rows} rows: {bias[j]}, expected {expected}");
        }
    }
}
