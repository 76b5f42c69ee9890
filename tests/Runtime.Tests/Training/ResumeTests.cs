namespace Recurve.Runtime.Tests.Training;

/// <summary>A run in pieces is the run in one.</summary>
public sealed class ResumeTests : InFolder
{
    const int Last = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(23)]
    public void AResumedRunEqualsTheUninterruptedOne(int cut)
    {
        NoisyLine whole = new(), first = new(), second = new();
        TrainerOptions options = NoisyLine.Options with { MaxIterations = Last };
        TrainingResult expected = whole.Fit(options with { Folder = Folder("whole") });
        using CancellationTokenSource source = new();
        TrainingResult part = first.Fit(
            options with { Folder = Folder("parts"), Progress = new Listener(p => { if (p.Iteration == cut) source.Cancel(); }) }, source.Token);
        Assert.Equal((StopReason.Cancelled, cut), (part.Reason, part.Iterations));

        TrainingResult rest = second.Fit(options with { Folder = Folder("parts"), Resume = true });
        Assert.Equal((StopReason.Finished, Last), (rest.Reason, rest.Iterations));
        Assert.Equal(NoisyLine.Text(expected.History), NoisyLine.Text(rest.History));
        Assert.Equal(whole.Weights, second.Weights);
        Assert.Equal(expected.Best, rest.Best);
        Assert.Equal(File.ReadAllBytes(CheckpointOf("whole")), File.ReadAllBytes(CheckpointOf("parts")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder("whole"), "model.safetensors")), File.ReadAllBytes(Path.Combine(Folder("parts"), "model.safetensors")));
        Assert.Equal(NoisyLine.Text(expected.History), NoisyLine.Text(History.Read(Path.Combine(Folder("parts"), "metrics.jsonl"))));
    }

    [Fact]
    public void ARunThatWasKilledAtOnceIsResumedFromItsStart()
    {
        NoisyLine whole = new(), killed = new(), resumed = new();
        TrainerOptions options = NoisyLine.Options with { MaxIterations = 4 };
        whole.Fit(options);
        Assert.Throws<TimeoutException>(() => killed.Fit(options with { Folder = Folder("a"), Progress = new Listener(p => throw new TimeoutException()) }));
        Assert.Contains("holds a run already", Assert.Throws<IOException>(() => new NoisyLine().Fit(options with { Folder = Folder("a") })).Message);
        resumed.Fit(options with { Folder = Folder("a"), Resume = true });
        Assert.Equal(whole.Weights, resumed.Weights);
    }

    [Fact]
    public void RowsAfterTheCheckpointAreDroppedAndLeftoversRemoved()
    {
        new NoisyLine().Fit(NoisyLine.Options with { MaxIterations = 5, Folder = Folder("a") });
        string lines = Path.Combine(Folder("a"), "metrics.jsonl"), leftover = Path.Combine(Folder("a"), $".checkpoint.safetensors.{Guid.NewGuid():N}.tmp");
        File.AppendAllText(lines, "{\"iteration\":6,\"loss\":12345}\n{\"iteration\":7,\"lo");
        File.WriteAllText(leftover, "half");
        TrainingResult result = new NoisyLine().Fit(NoisyLine.Options with { MaxIterations = 6, Folder = Folder("a"), Resume = true });
        Assert.NotEqual(12345, result.History.Last("loss"));
        Assert.Equal(6, File.ReadAllLines(lines).Length);
        Assert.Equal(7, File.ReadAllLines(Path.Combine(Folder("a"), "metrics.csv")).Length);
        Assert.False(File.Exists(leftover));
        Assert.Single(Directory.GetFiles(Folder("a"), "*tfevents*"));
    }

    [Fact]
    public void WhatDoesNotFitIsNamedAndNothingIsOverwritten()
    {
        TrainerOptions options = NoisyLine.Options with { MaxIterations = 2, Folder = Folder("a"), HyperParameters = [new("units", "9"), new("note", "x", Fixed: false)] };
        Says<IOException>("nothing to resume", options with { Resume = true });
        new NoisyLine().Fit(options);
        byte[] before = File.ReadAllBytes(CheckpointOf("a"));
        Says<IOException>("holds a run already", options);
        options = options with { Resume = true };
        Says<IOException>("was written with units 9, not 8", options with { HyperParameters = [new("units", "8")] });
        Says<IOException>("early_stopping val_loss Lower by 0, not none", options with { EarlyStopping = null });
        File.AppendAllText(Path.Combine(Folder("a"), "metrics.jsonl"), "[]\n");
        Says<FormatException>("line 3", options);
        File.WriteAllText(Path.Combine(Folder("a"), "metrics.jsonl"), "");
        Says<IOException>("after 2 rows of metrics.jsonl, but that file has 0", options);
        Assert.Equal(before, File.ReadAllBytes(CheckpointOf("a")));
        File.WriteAllBytes(CheckpointOf("a"), before[..^1]);
        Says<SafetensorsException>("truncated", options);

        static void Says<T>(string what, TrainerOptions options) where T : Exception => Assert.Contains(what, Assert.Throws<T>(() => new NoisyLine().Fit(options)).Message);
    }

    string CheckpointOf(string run) => Path.Combine(Folder(run), "checkpoint.safetensors");
}
