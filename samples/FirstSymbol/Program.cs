using Recurve;
using Recurve.Distributed;
using Recurve.FirstSymbol;
using Recurve.Samples;

TrainingCommand command = new(
    "Trains two recurrent layers to remember the first symbol of a long sequence (Martin and Cundy 2018).", iterations: 10_000, learningRate: 1e-3)
{
    RunsInParallel = true,
};
Setting<int> length = command.Count("--length", "Steps of a sequence.", 1024);
Setting<int> firstLength = command.Count(
    "--first-length", "Steps of the first sequences; twice as many whenever eight in a row were told right, up to --length. 0: that from the start.", 0, atLeast: 0);
Setting<int> units = command.Count("--units", "Width of both layers.", 128);
Setting<int> batch = command.Count("--batch", "Sequences in a minibatch.", 8);
Setting<string> cell = command.Choice("--cell", "The recurrent cell.", "gilrlstm", Network.Cells.Keys);
Setting<bool> sequenceParallel = command.Flag("--sequence-parallel", "Under mpirun, divide the steps among the processes instead of the sequences.");
return await command.InvokeAsync(
    args,
    parsed => $"{cell.Of(parsed)}-{length.Of(parsed)}",
    (parsed, run, cancel) =>
    {
        int steps = length.Of(parsed), first = firstLength.Of(parsed) is > 0 and var given ? Math.Min(given, steps) : steps;
        FirstSymbolTask task = new(steps, batch.Of(parsed), run.Seed);
        Curriculum curriculum = new(first, steps, task.Batch);
        Module network = Network.Create(cell.Of(parsed), units.Of(parsed), steps, run.Seed);
        DataParallel parallel = new(run.Ranks, network);
        SequenceParallel? time = sequenceParallel.Of(parsed) ? new(run.Ranks) : null;
        // a part of the sequences, or of the steps of each: then every rank has the loss of all
        Shard shard = time is null ? Shard.Of(task.Batch, run.Ranks) : new(0, task.Batch, task.Batch);
        return run.Train(
            () => new(network.To(Device.Default), new Adam(network.Parameters, run.LearningRate), (run.For("First symbol") with
            {
                SequenceLength = first == steps ? steps : null,
                Goal = curriculum.IsOver,
            }).Across(parallel, time is null ? shard.Share : null)),
            trainer => trainer.Fit(
                Batches.Generate(task.Batch, i => (task with { Length = curriculum.StepsAfter(trainer.History) }).Minibatch((int)i + 1, shard, time)),
                minibatch =>
                {
                    Tensor logits = network.Forward(minibatch.Inputs.To(Device.Default), time?.Walk(task.Batch, minibatch.Steps));
                    trainer.Log("accuracy", FirstSymbolTask.Accuracy(logits.ToArray(), minibatch.Classes));
                    if (first != steps) trainer.Log("steps", minibatch.Steps);
                    return Loss.CrossEntropy(logits, minibatch.Classes);
                },
                cancel: cancel));
    });
