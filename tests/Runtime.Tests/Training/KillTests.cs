using System.Diagnostics;
using System.Globalization;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Training;

/// <summary>
/// A process that trains and saves after each iteration is killed at random moments: what is found is always a whole checkpoint, and the run that it leads to is the uninterrupted one.
/// </summary>
public sealed class KillTests : InFolder
{
    const int AfterTheLast = 3;

    static int Kills => int.TryParse(Environment.GetEnvironmentVariable("RECURVE_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 12;

    static TrainerOptions Options => NoisyLine.Options with { EarlyStopping = new(Patience: int.MaxValue), Schedule = null, CheckpointEvery = TimeSpan.Zero };

    /// <summary>What the child process does: trains, and tells of each iteration.</summary>
    internal static void Train(string folder)
        => new NoisyLine().Fit(Options with
        {
            Folder = folder,
            Resume = File.Exists(Path.Combine(folder, "checkpoint.safetensors")),
            Progress = new Listener(p => Console.WriteLine(p.Iteration)),
        });

    [Fact]
    public void AKilledRunLeadsToTheUninterruptedOne()
    {
        int seed = RandomSeed.Draw();
        Random random = new(seed);
        string folder = Folder("a"), checkpoint = Path.Combine(folder, "checkpoint.safetensors");
        Dictionary<long, string> found = [];
        long last = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            long told = TrainAndKill(folder, random.NextDouble() * 12);
            NoisyLine state = new();
            var notes = Checkpoint.Load(checkpoint, state.Model, new Adam(state.Model.Parameters));
            long iteration = long.Parse(notes["iteration"], CultureInfo.InvariantCulture);
            // told of after it was learned from and before it was saved; the next one may have been saved too, its line lost
            Assert.True(iteration >= Math.Max(last, told - 1), $"seed {seed}: iteration {iteration} was saved, after {last}, when {told} was told of");
            found[last = iteration] = state.Weights;
        }
        Assert.True(Directory.GetFiles(folder, "*.tmp").Length <= 1, $"seed {seed}: leftovers are not removed");

        NoisyLine resumed = new(), whole = new();
        TrainerOptions rest = Options with { MaxIterations = last + AfterTheLast, CheckpointEvery = TimeSpan.MaxValue };
        TrainingResult result = resumed.Fit(rest with { Folder = folder, Resume = true });
        TrainingResult expected = whole.Fit(rest with
        {
            Folder = Folder("whole"),
            Progress = new Listener(p =>
            {
                if (found.Remove(p.Iteration, out string? weights)) Assert.True(weights == whole.Weights, $"seed {seed}: other weights at iteration {p.Iteration}");
            }),
        });
        Assert.True(found.Count == 0, $"seed {seed}: iterations {string.Join(", ", found.Keys)} never came");
        Assert.Equal(expected.Best, result.Best);
        Assert.Equal(NoisyLine.Text(expected.History), NoisyLine.Text(result.History));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder("whole"), "checkpoint.safetensors")), File.ReadAllBytes(checkpoint));
    }

    /// <summary>Lets a process train until some time after it has saved once; the result is the last iteration it told of.</summary>
    static long TrainAndKill(string folder, double milliseconds)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [typeof(KillTests).Assembly.Location, "train", folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        // the second line comes after the first is saved
        if (process.StandardOutput.ReadLine() is null || process.StandardOutput.ReadLine() is null) Assert.Fail(error.Result);
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalMilliseconds < milliseconds) Thread.SpinWait(20);
        process.Kill();
        string[] told = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        // a last line without its end may be cut
        return told.Length < 2 ? 0 : long.Parse(told[^2], CultureInfo.InvariantCulture);
    }
}
