using System.Globalization;
using Recurve.Samples;

namespace Recurve.AddingProblem;

/// <summary>
/// Trains until the mean squared error of the last <see cref="Window"/> minibatches is below a target. No minibatch comes twice, and each is measured before it is learned from.
/// </summary>
sealed class AddingTraining : Training
{
    /// <summary>Minibatches that the score is a mean over: 1600 sequences of 32 each.</summary>
    public const int Window = 50;

    readonly AddingTask task;
    readonly Network network;
    readonly string cell;
    readonly double target;

    public AddingTraining(AddingTask task, Network network, string cell, double learningRate, double target)
    {
        (this.task, this.network, this.cell, this.target) = (task, network, cell, target);
        Optimizer = new Adam(network.Module.Parameters, learningRate);
    }

    public override string Title => "Adding problem";

    public override string Score => "mse";

    public override Module Network => network.Module;

    public override Optimizer Optimizer { get; }

    public override IReadOnlyList<CellInfo> Cells => [AddingProblem.Network.Cells[cell].Info];

    public override long StepsPerIteration => (long)task.Batch * task.Length;

    public override (double Loss, double Score) Iterate(int iteration, IReadOnlyList<Metric> before)
    {
        var (inputs, targets) = task.Minibatch(iteration);
        Optimizer.ZeroGrad();
        Tensor loss = Loss.MeanSquaredError(network.Module.Forward(inputs.To(Device.Default)), targets.To(Device.Default));
        loss.Backward();
        GradientClip.ByNorm(Optimizer.Parameters, 1.0);
        Optimizer.Step();
        network.Constrain();
        double error = loss.Item();
        return (error, before.TakeLast(Window - 1).Select(r => r.Loss).Append(error).Average());
    }

    public override bool? IsReached(IReadOnlyList<Metric> rows) => rows.Count >= Window && rows[^1].Score < target;

    public override string Conclude(IReadOnlyList<Metric> rows) => rows.Count < Window ? "" : string.Create(CultureInfo.InvariantCulture,
        $"mean squared error of {Window} minibatches: {rows[^1].Score:0.00000} at the end, {rows.Skip(Window - 1).Min(r => r.Score):0.00000} at best; a constant answer scores {AddingTask.ConstantAnswer:0.000}");
}
