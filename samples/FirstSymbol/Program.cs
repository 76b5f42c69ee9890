using Recurve;
using Recurve.Distributed;
using Recurve.FirstSymbol;
using Recurve.Samples;

const int PerfectInARow = 5;
TrainingCommand command = new(
    "Trains two recurrent layers to remember the first symbol of a long sequence (Martin and Cundy 2018).", iterations: 10_000, learningRate: 1e-3)
{
    RunsInParallel = true,
};
Setting<int> length = command.Count("--length", "Steps of a sequence.", 1024);
Setting<int> units = command.Count("--units", "Width of both layers.", 128);
Setting<int> batch = command.Count("--batch", "Sequences in a minibatch.", 8);
Setting<string> cell = command.Choice("--cell", "The recurrent cell.", "gilrlstm", Network.Cells.Keys);
Setting<bool> sequenceParallel = command.Flag("--sequence-parallel", "Under mpirun, divide the steps among the processes instead of the sequences.");
return await command.InvokeAsync(
    args,
    parsed => $"{cell.Of(parsed)}-{length.Of(parsed)}",
    (parsed, run, cancel) =>
    {
        FirstSymbolTask task = new(length.Of(parsed), batch.Of(parsed), run.Seed);
        Module network = Network.Create(cell.Of(parsed), units.Of(parsed), task.Length, run.Seed);
        DataParallel parallel = new(run.Ranks, network);
        SequenceParallel? time = sequenceParallel.Of(parsed) ? new(run.Ranks) : null;
        // a part of the sequences, or of the steps of each: then what is said at the end counts
        Shard shard = time is null ? Shard.Of(task.Batch, run.Ranks) : new(0, task.Batch, task.Batch);
        double share = time is null ? shard.Share : time.HoldsLast(task.Length) ? 1 : 0;
        return run.Train(
            () => new(network.To(Device.Default), new Adam(network.Parameters, run.LearningRate), (run.For("First symbol") with
            {
                SequenceLength = task.Length,
                Goal = history => history["accuracy"] is { Count: >= PerfectInARow } rows && rows.Skip(rows.Count - PerfectInARow).All(r => r.Value == 1),
            }).Across(parallel, share)),
            trainer => trainer.Fit(
                Batches.Generate(task.Batch, i => task.Minibatch((int)i + 1, shard, time)),
                minibatch =>
                {
                    Tensor logits = network.Forward(minibatch.Inputs.To(Device.Default), time?.Walk(task.Batch, task.Length));
                    trainer.Log("accuracy", FirstSymbolTask.Accuracy(logits.ToArray(), minibatch.Classes));
                    return Loss.CrossEntropy(logits, minibatch.Classes);
                },
                cancel: cancel));
    });
