using Recurve.Forecasting;
using Recurve.Samples;

const string Both = "both";
TrainingCommand command = new(
    "Trains parallel Legendre memory units (Chilkuri and Eliasmith 2021) to forecast Mackey-Glass series, and an LSTM of the same size beside them; --iterations counts epochs.",
    iterations: 500, learningRate: 3e-3, quickly: (40, 1e-2));
Setting<string> cell = command.Choice("--cell", "The recurrent cell.", Both, [Both, .. Network.Cells.Keys]);
Setting<int> count = command.Count("--series", "Series; the first half is trained on.", 128, quickly: 16, atLeast: 2);
Setting<int> length = command.Count("--length", "Steps of a series.", 5000, quickly: 250);
Setting<int> substeps = command.Count("--substeps", "Euler steps of the equation between two samples.", 10);
Setting<int> batch = command.Count("--batch", "Series in a minibatch.", 32, quickly: 4);
Setting<int> layers = command.Count("--layers", "Recurrent layers.", 4, quickly: 2);
Setting<int> units = command.Count("--units", "Size of each Legendre layer; an LSTM gets as many as make it as large.", 62, quickly: 32);
Setting<int> order = command.Count("--order", "Size of the memory of each Legendre layer.", 24);
Setting<int> window = command.Count("--window", "Steps that the memory spans.", 40);
Setting<bool> bidirectional = command.Flag("--bidirectional", "Walk each layer in both directions: no forecast then, since the target lies within the input except at the end.");
return await command.InvokeAsync(
    args,
    _ => "mackey-glass",
    (parsed, run, cancel) =>
    {
        Lazy<MackeyGlass> series = new(() => new(count.Of(parsed), length.Of(parsed), substeps.Of(parsed), run.Seed));
        Network network = new(layers.Of(parsed), units.Of(parsed), order.Of(parsed), window.Of(parsed), bidirectional.Of(parsed));
        string[] chosen = cell.Of(parsed) == Both ? [.. Network.Cells.Keys] : [cell.Of(parsed)];
        int exit = 0;
        foreach (string name in chosen)
        {
            if (exit != 0 || cancel.IsCancellationRequested) break;
            TrainingOptions part = run.Part("--cell", name);
            // an interrupted run may not have come to its later parts
            if (name != chosen[0] && !Directory.Exists(part.Folder)) part = part with { Resume = false };
            exit = new ForecastTraining(series.Value, length.Of(parsed), batch.Of(parsed), name, network.Create(name, run.Seed)).Run(part, cancel);
        }
        return exit;
    });
