using Recurve.Samples;

namespace Recurve.FirstSymbol;

/// <summary>Trains until five consecutive minibatches are classified without a mistake.</summary>
sealed class FirstSymbolTraining(FirstSymbolTask task, string cell, int units, double learningRate) : Training
{
    const int PerfectInARow = 5;
    readonly Sequential network = FirstSymbol.Network.Create(cell, units, task.Length, task.Seed);
    Adam? adam;

    public override string Title => "First symbol";

    public override string Score => "accuracy";

    public override string ScoreFormat => "P0";

    public override Module Network => network;

    public override Optimizer Optimizer => adam ??= new(network.Parameters, learningRate);

    public override IReadOnlyList<CellInfo> Cells => [FirstSymbol.Network.Cells[cell].Info];

    public override long StepsPerIteration => (long)task.Batch * task.Length;

    public override (double Loss, double Score) Iterate(int iteration, IReadOnlyList<Metric> before)
    {
        var (inputs, classes) = task.Minibatch(iteration);
        Optimizer.ZeroGrad();
        Tensor logits = network.Forward(inputs.To(Device.Default));
        Tensor loss = Loss.CrossEntropy(logits, classes);
        loss.Backward();
        GradientClip.ByNorm(network.Parameters, 1.0);
        Optimizer.Step();
        return (loss.Item(), Accuracy(logits.ToArray(), classes));
    }

    public override bool? IsReached(IReadOnlyList<Metric> rows) => rows.Count >= PerfectInARow && rows.TakeLast(PerfectInARow).All(r => r.Score == 1);

    static double Accuracy(float[] logits, int[] classes)
        => classes.Where((c, b) => (logits[2 * b + 1] > logits[2 * b] ? 1 : 0) == c).Count() / (double)classes.Length;
}
