using System.Globalization;

namespace Recurve.Samples;

/// <summary>The loop around a training: progress, metrics, checkpoints, limits, the report.</summary>
public static class Trainer
{
    static readonly TimeSpan checkpointEvery = TimeSpan.FromSeconds(30);

    /// <summary>Trains on the device that RECURVE_DEVICE names until the goal is reached, a limit is, or the user interrupts.</summary>
    /// <param name="options">Of the run.</param>
    /// <param name="create">Makes the network; called once.</param>
    /// <param name="cancel">Ends the training after its iteration, saved.</param>
    /// <returns>Exit code: 0 goal reached or saved on request, 1 goal not reached, 2 a mistake in the options or files.</returns>
    public static int Run(TrainingOptions options, Func<Training> create, CancellationToken cancel)
    {
        try
        {
            return Train(options, create(), cancel);
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException or UnauthorizedAccessException or DeviceException)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return 2;
        }
    }

    static int Train(TrainingOptions options, Training training, CancellationToken cancel)
    {
        training.Network.To(Device.Default);
        SavedRun saved = new(options, training.Network, training.Optimizer);
        int iteration = options.Resume ? saved.Load() : saved.Begin();
        using Metrics metrics = new(Path.Combine(options.Folder, "metrics.csv"), training.Score, iteration);
        foreach (CellInfo cell in training.Cells) Console.WriteLine(cell);
        Console.WriteLine();

        double before = metrics.Rows.Count > 0 ? metrics.Rows[^1].Seconds : 0;
        Progress progress = new(options.Iterations, options.Limit, training.StepsPerIteration);
        TimeSpan nextCheckpoint = checkpointEvery;
        while (training.IsReached(metrics.Rows) != true && iteration < options.Iterations && progress.Elapsed < options.Limit && !cancel.IsCancellationRequested)
        {
            var (loss, score) = training.Iterate(++iteration, metrics.Rows);
            metrics.Add(new(iteration, before + progress.Elapsed.TotalSeconds, loss, score));
            progress.Report(iteration, loss, $"{training.Score} {score.ToString(training.ScoreFormat, CultureInfo.InvariantCulture)}");
            if (!double.IsFinite(loss)) throw new ArgumentException($"the loss is {loss} at iteration {iteration}: try a smaller --learning-rate.");
            if (progress.Elapsed < nextCheckpoint) continue;
            nextCheckpoint = progress.Elapsed + checkpointEvery;
            saved.Save(iteration);
        }
        progress.End();
        saved.Save(iteration);

        bool finished = training.IsReached(metrics.Rows) ?? iteration >= options.Iterations;
        string how = finished ? training.IsReached(metrics.Rows) is null ? "finished" : "converged" : cancel.IsCancellationRequested ? "stopped and saved" : "not converged";
        string result = string.Create(CultureInfo.InvariantCulture,
            $"{how} after {iteration} iterations, {before + progress.Elapsed.TotalSeconds:0.0} s of training, {progress.StepsPerSecond:N0} steps/s");
        if (training.Conclude(metrics.Rows) is { Length: > 0 } conclusion) result += $"; {conclusion}";
        Report.Write(Path.Combine(options.Folder, "report.html"), $"{training.Title}: {options.Name}", result,
            options.Settings.Select(s => (s.Name, s.Value)), training.Cells,
            Chart.OfTraining("loss", metrics.Rows, r => r.Loss), Chart.OfTraining(training.Score, metrics.Rows, r => r.Score));
        Console.WriteLine(result);
        Console.WriteLine($"written to {options.Folder}");
        return finished || cancel.IsCancellationRequested ? 0 : 1;
    }
}
