using Recurve;
using Recurve.AddingProblem;
using Recurve.Distributed;
using Recurve.Samples;

// minibatches that the score is a mean over: 1600 sequences of 32 each
const int Window = 50;
TrainingCommand command = new(
    "Trains dual (DuRNN) or independently recurrent (IndRNN) layers on the adding problem: the sum of two marked numbers of a long sequence.",
    iterations: 1_000_000, learningRate: 2e-4, quickly: (1000, 5e-3))
{
    RunsInParallel = true,
};
Setting<int> length = command.Count("--length", "Steps of a sequence.", 500, quickly: 30, atLeast: 2);
Setting<int> units = command.Count("--units", "Width of each layer.", 128, quickly: 32);
Setting<int> layers = command.Count("--layers", "Recurrent layers.", 2);
Setting<int> batch = command.Count("--batch", "Sequences in a minibatch.", 32);
Setting<string> cell = command.Choice("--cell", "The recurrent cell.", "dual", Network.Cells.Keys);
Setting<bool> bidirectional = command.Flag("--bidirectional", "Walk each layer in both directions.");
Setting<double> target = command.Positive("--target", "Stop when the mean squared error of 50 minibatches is below this.", 0.01, isFixed: false);
return await command.InvokeAsync(
    args,
    parsed => $"adding-{cell.Of(parsed)}-{length.Of(parsed)}",
    (parsed, run, cancel) =>
    {
        AddingTask task = new(length.Of(parsed), batch.Of(parsed), run.Seed);
        Network network = new(cell.Of(parsed), units.Of(parsed), layers.Of(parsed), task.Length, bidirectional.Of(parsed), run.Seed);
        DataParallel parallel = new(run.Ranks, network.Module);
        Shard shard = Shard.Of(task.Batch, run.Ranks);
        return run.Train(
            () => new(network.Module.To(Device.Default), new Adam(network.Module.Parameters, run.LearningRate), (run.For("Adding problem") with
            {
                SequenceLength = task.Length,
                AfterStep = network.Constrain,
                Goal = history => history["mse"].Count >= Window && history.Last("mse") < target.Of(parsed),
                Conclude = history => history["mse"] is not { Count: >= Window } scores ? "" : FormattableString.Invariant(
                    $"mean squared error of {Window} minibatches: {scores[^1].Value:0.00000} at the end, {scores.Skip(Window - 1).Min(s => s.Value):0.00000} at best; a constant answer scores {AddingTask.ConstantAnswer:0.000}"),
            }).Across(parallel, shard.Share)),
            trainer => trainer.Fit(
                Batches.Generate(task.Batch, i => task.Minibatch((int)i + 1)),
                minibatch =>
                {
                    Tensor loss = Loss.MeanSquaredError(network.Module.Forward(shard.Rows(minibatch.Inputs).To(Device.Default)), shard.Rows(minibatch.Targets).To(Device.Default));
                    // no minibatch comes twice, and each is measured before it is learned from
                    IReadOnlyList<HistoryPoint> before = trainer.History["loss"];
                    trainer.Log("mse", before.Skip(before.Count - Window + 1).Select(p => p.Value).Append(loss.Item()).Average());
                    return loss;
                },
                cancel: cancel));
    });
