using Recurve.FirstSymbol;
using Recurve.Samples;

TrainingCommand command = new(
    "Trains two recurrent layers to remember the first symbol of a long sequence (Martin and Cundy 2018).", iterations: 10_000, learningRate: 1e-3);
Setting<int> length = command.Count("--length", "Steps of a sequence.", 1024);
Setting<int> units = command.Count("--units", "Width of both layers.", 128);
Setting<int> batch = command.Count("--batch", "Sequences in a minibatch.", 8);
Setting<string> cell = command.Choice("--cell", "The recurrent cell.", "gilrlstm", Network.Cells.Keys);
return await command.InvokeAsync(
    args,
    parsed => $"{cell.Of(parsed)}-{length.Of(parsed)}",
    (parsed, run, cancel) => Trainer.Run(
        run,
        () => new FirstSymbolTraining(new(length.Of(parsed), batch.Of(parsed), run.Seed), cell.Of(parsed), units.Of(parsed), run.LearningRate),
        cancel));
