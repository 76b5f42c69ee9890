using System.Globalization;
using Recurve.Samples;

namespace Recurve.FirstSymbol;

/// <summary>Trains until five consecutive minibatches are classified without a mistake.</summary>
static class Training
{
    const int PerfectInARow = 5;
    const int CheckpointEvery = 100;

    /// <summary>Exit codes: 0 converged or saved on request, 1 not converged, 2 a mistake in the options or files.</summary>
    public static int Run(Options options, CancellationToken cancel)
    {
        try
        {
            return Train(options, cancel);
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return 2;
        }
    }

    static int Train(Options options, CancellationToken cancel)
    {
        FirstSymbolTask task = new(options.Length, options.Batch, options.Seed);
        Sequential network = Network.Create(options.Cell, options.Units, options.Length, options.Seed);
        Adam adam = new(network.Parameters, options.LearningRate);
        SavedRun saved = new(options, network, adam);
        var (iteration, perfect) = options.Resume ? saved.Load() : saved.Begin();
        using Metrics metrics = new(Path.Combine(options.Folder, "metrics.csv"), iteration);
        Console.WriteLine(Network.Cells[options.Cell].Info);
        Console.WriteLine();

        double before = metrics.Rows.Count > 0 ? metrics.Rows[^1].Seconds : 0;
        Progress progress = new(options.Iterations, (long)options.Batch * options.Length);
        while (perfect < PerfectInARow && iteration < options.Iterations && !cancel.IsCancellationRequested)
        {
            var (inputs, classes) = task.Minibatch(++iteration);
            adam.ZeroGrad();
            Tensor logits = network.Forward(inputs);
            Tensor loss = Loss.CrossEntropy(logits, classes);
            loss.Backward();
            GradientClip.ByNorm(network.Parameters, 1.0);
            adam.Step();
            double accuracy = Accuracy(logits.ToArray(), classes);
            perfect = accuracy == 1 ? perfect + 1 : 0;
            metrics.Add(new(iteration, before + progress.Elapsed.TotalSeconds, loss.ToArray()[0], accuracy));
            progress.Report(iteration, loss.ToArray()[0], accuracy);
            if (iteration % CheckpointEvery == 0) saved.Save(iteration, perfect);
        }
        progress.End();
        saved.Save(iteration, perfect);

        bool converged = perfect >= PerfectInARow;
        string how = converged ? "converged" : cancel.IsCancellationRequested ? "stopped and saved" : "not converged";
        string result = string.Create(CultureInfo.InvariantCulture,
            $"{how} after {iteration} iterations, {before + progress.Elapsed.TotalSeconds:0.0} s of training, {progress.StepsPerSecond:N0} steps/s");
        Report.Write(Path.Combine(options.Folder, "report.html"), $"First symbol: {options.Name}", result, options.Rows,
            [Network.Cells[options.Cell].Info], metrics.Rows);
        Console.WriteLine(result);
        Console.WriteLine($"written to {options.Folder}");
        return converged || cancel.IsCancellationRequested ? 0 : 1;
    }

    static double Accuracy(float[] logits, int[] classes)
        => classes.Where((c, b) => (logits[2 * b + 1] > logits[2 * b] ? 1 : 0) == c).Count() / (double)classes.Length;
}
