using System.Globalization;
using Recurve.Samples;

namespace Recurve.Forecasting;

/// <summary>Trains for a number of epochs: an iteration sees every training series once, in minibatches in random order. The score is the NRMSE of a few unseen series.</summary>
sealed class ForecastTraining : Training
{
    const int Watched = 4;

    readonly MackeyGlass series;
    readonly int length, batch, seed;
    readonly string cell;
    readonly Sequential network;

    public ForecastTraining(MackeyGlass series, int length, int batch, string cell, Network network, int seed, double learningRate)
    {
        (this.series, this.length, this.batch, this.cell, this.seed) = (series, length, batch, cell, seed);
        this.network = network.Create(cell, seed);
        Optimizer = new Adam(this.network.Parameters, learningRate);
    }

    public override string Title => "Mackey-Glass";

    public override string Score => "nrmse";

    public override string ScoreFormat => "P1";

    public override Module Network => network;

    public override Optimizer Optimizer { get; }

    public override IReadOnlyList<CellInfo> Cells => [Forecasting.Network.Cells[cell]];

    public override long StepsPerIteration => (long)series.Training * length;

    public override (double Loss, double Score) Iterate(int iteration, IReadOnlyList<Metric> before)
    {
        int[] order = [.. Enumerable.Range(0, series.Training)];
        RandomSource random = RandomSource.For(seed, $"epoch {iteration}");
        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = random.NextInt(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
        double loss = order.Chunk(batch).Sum(chosen => Learn(chosen) * chosen.Length) / order.Length;
        return (loss, Error(series.Test.Take(Watched)));
    }

    public override bool? IsReached(IReadOnlyList<Metric> rows) => null;

    public override string Conclude(IReadOnlyList<Metric> rows) => string.Create(CultureInfo.InvariantCulture,
        $"{cell} of {Forecasting.Network.Size(network):N0} weights forecasts {series.Test.Count()} unseen series {MackeyGlass.Ahead} steps ahead with NRMSE {100 * Error(series.Test):0.00} %; persistence has {100 * series.PersistenceError:0.0} %");

    double Learn(int[] chosen)
    {
        var (inputs, targets) = series.Batch(chosen);
        Optimizer.ZeroGrad();
        Tensor loss = Loss.MeanSquaredError(network.Forward(inputs.To(Device.Default)), targets.To(Device.Default));
        loss.Backward();
        GradientClip.ByNorm(Optimizer.Parameters, 1.0);
        Optimizer.Step();
        return loss.Item();
    }

    double Error(IEnumerable<int> indices) => MackeyGlass.RelativeError([.. indices.Chunk(batch).Select(chosen =>
    {
        var (inputs, targets) = series.Batch(chosen);
        return (network.Forward(inputs.To(Device.Default)).ToArray(), targets.ToArray());
    })]);
}
