using Recurve.AddingProblem;
using Recurve.Samples;

TrainingCommand command = new(
    "Trains dual (DuRNN) or independently recurrent (IndRNN) layers on the adding problem: the sum of two marked numbers of a long sequence.",
    iterations: 1_000_000, learningRate: 2e-4, quickly: (1000, 5e-3));
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
    (parsed, run, cancel) => Trainer.Run(
        run,
        () => new AddingTraining(
            new(length.Of(parsed), batch.Of(parsed), run.Seed),
            new(cell.Of(parsed), units.Of(parsed), layers.Of(parsed), length.Of(parsed), bidirectional.Of(parsed), run.Seed),
            cell.Of(parsed), run.LearningRate, target.Of(parsed)),
        cancel));
