using Recurve;
using Recurve.FirstSymbol;
using Recurve.Samples;

const int PerfectInARow = 5;
TrainingCommand command = new(
    "Trains two recurrent layers to remember the first symbol of a long sequence (Martin and Cundy 2018).", iterations: 10_000, learningRate: 1e-3);
Setting<int> length = command.Count("--length", "Steps of a sequence.", 1024);
Setting<int> units = command.Count("--units", "Width of both layers.", 128);
Setting<int> batch = command.Count("--batch", "Sequences in a minibatch.", 8);
Setting<string> cell = command.Choice("--cell", "The recurrent cell.", "gilrlstm", Network.Cells.Keys);
return await command.InvokeAsync(
    args,
    parsed => $"{cell.Of(parsed)}-{length.Of(parsed)}",
    (parsed, run, cancel) =>
    {
        FirstSymbolTask task = new(length.Of(parsed), batch.Of(parsed), run.Seed);
        Module network = Network.Create(cell.Of(parsed), units.Of(parsed), task.Length, run.Seed);
        return run.Train(
            () => new(network.To(Device.Default), new Adam(network.Parameters, run.LearningRate), run.For("First symbol") with
            {
                SequenceLength = task.Length,
                Goal = history => history["accuracy"] is { Count: >= PerfectInARow } rows && rows.Skip(rows.Count - PerfectInARow).All(r => r.Value == 1),
            }),
            trainer => trainer.Fit(
                Batches.Generate(task.Batch, i => task.Minibatch((int)i + 1)),
                minibatch =>
                {
                    Tensor logits = network.Forward(minibatch.Inputs.To(Device.Default));
                    trainer.Log("accuracy", FirstSymbolTask.Accuracy(logits.ToArray(), minibatch.Classes));
                    return Loss.CrossEntropy(logits, minibatch.Classes);
                },
                cancel: cancel));
    });
