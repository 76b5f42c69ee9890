using Recurve.Samples;

namespace Recurve.Forecasting;

/// <summary>Trains for a number of epochs, each with every training series once, and watches the NRMSE of a few unseen series.</summary>
/// <param name="series">To learn from and to measure.</param>
/// <param name="length">Steps of each.</param>
/// <param name="batch">Series in a minibatch.</param>
/// <param name="cell">Name of the network's cell.</param>
/// <param name="network">What is trained.</param>
sealed class ForecastTraining(MackeyGlass series, int length, int batch, string cell, Module network)
{
    const int Watched = 4;

    /// <summary>Trains; the result is the exit code.</summary>
    public int Run(TrainingOptions run, CancellationToken cancel) => run.Train(
        () => new(network.To(Device.Default), new Adam(network.Parameters, run.LearningRate), run.For("Mackey-Glass") with
        {
            MaxIterations = null,
            MaxEpochs = run.Iterations,
            SequenceLength = length,
            Conclude = _ => FormattableString.Invariant(
                $"{cell} of {Network.Size(network):N0} weights forecasts {series.Test.Count()} unseen series {MackeyGlass.Ahead} steps ahead with NRMSE {100 * Error(series.Test):0.00} %; persistence has {100 * series.PersistenceError:0.0} %"),
        }),
        trainer => trainer.Fit(
            Batches.Of([.. Enumerable.Range(0, series.Training)], batch, series.Batch, shuffleSeed: run.Seed),
            Error,
            Batches.Of([.. series.Test.Take(Watched)], Watched, series.Batch),
            minibatch =>
            {
                trainer.Log("nrmse", Error(series.Test.Take(Watched)));
                return Error(minibatch);
            },
            cancel));

    Tensor Error((Tensor Inputs, Tensor Targets) minibatch) => Loss.MeanSquaredError(network.Forward(minibatch.Inputs.To(Device.Default)), minibatch.Targets.To(Device.Default));

    double Error(IEnumerable<int> indices) => MackeyGlass.RelativeError([.. indices.Chunk(batch).Select(chosen =>
    {
        var (inputs, targets) = series.Batch(chosen);
        return (network.Forward(inputs.To(Device.Default)).ToArray(), targets.ToArray());
    })]);
}
