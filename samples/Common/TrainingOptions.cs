using Recurve.Distributed;

namespace Recurve.Samples;

/// <summary>The resolved options that every training has.</summary>
/// <param name="Name">Of the run.</param>
/// <param name="Runs">Folder of all runs.</param>
/// <param name="Resume">Whether to continue the run of this name.</param>
/// <param name="Seed">Determines weights and data.</param>
/// <param name="Iterations">At most.</param>
/// <param name="Limit">Time at most, of this process.</param>
/// <param name="LearningRate">Of the optimizer.</param>
/// <param name="Settings">All options that matter to the result.</param>
public sealed record TrainingOptions(
    string Name, string Runs, bool Resume, int Seed, int Iterations, TimeSpan Limit, double LearningRate, IReadOnlyList<HyperParameter> Settings)
{
    /// <summary>The processes that train together.</summary>
    public required Communicator Ranks { get; init; }

    /// <summary>Folder of this run.</summary>
    public string Folder => Path.Combine(Runs, Name);

    /// <summary>One of several runs under one name, which differ in a setting: in a folder of its own inside.</summary>
    /// <param name="option">With its dashes.</param>
    /// <param name="value">Its value, and the folder's name.</param>
    public TrainingOptions Part(string option, string value) => this with
    {
        Name = Path.Combine(Name, value),
        Settings = [.. Settings.Select(s => s.Name == option ? s with { Value = value } : s)],
    };

    /// <summary>What the trainer is told.</summary>
    /// <param name="task">Name of what is learned, for the report.</param>
    public TrainerOptions For(string task) => new()
    {
        Folder = Folder,
        Title = $"{task}: {Name}",
        Resume = Resume,
        MaxIterations = Iterations,
        MaxTime = Limit,
        MaxGradientNorm = 1.0,
        Seed = Seed,
        HyperParameters = Settings,
        Progress = new ConsoleProgress(),
    };

    /// <summary>Trains, and says on the console what the compiler decided and what came of it.</summary>
    /// <param name="create">Makes the trainer.</param>
    /// <param name="fit">Trains it.</param>
    /// <returns>Exit code: 0 goal reached, all done or saved on request, 1 goal not reached or out of time, 2 a mistake in the options or files.</returns>
    public int Train(Func<Trainer> create, Func<Trainer, TrainingResult> fit)
    {
        try
        {
            Trainer trainer = create();
            if (Ranks.Rank == 0) Console.WriteLine($"{string.Join('\n', trainer.Cells)}\n");
            TrainingResult result = fit(trainer);
            if (Ranks.Rank == 0) Console.WriteLine($"{result}\nwritten to {Folder}");
            return result.Reason is StopReason.GoalMissed or StopReason.TimeLimit ? 1 : 0;
        }
        // one of several ranks ends all, which the world sees to
        catch (Exception error) when (Ranks.Size == 1 && error is IOException or FormatException or ArgumentException or UnauthorizedAccessException or DeviceException or DivergedException)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return 2;
        }
    }
}
