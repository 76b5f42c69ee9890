namespace Recurve.Samples;

/// <summary>The resolved options that every training has.</summary>
/// <param name="Name">Of the run.</param>
/// <param name="Runs">Folder of all runs.</param>
/// <param name="Resume">Whether to continue the run of this name.</param>
/// <param name="Seed">Determines weights and data.</param>
/// <param name="Iterations">At most.</param>
/// <param name="Limit">Time at most, of this process.</param>
/// <param name="LearningRate">Of the optimizer.</param>
/// <param name="Settings">All options that matter to the result, with whether a resumed run must agree.</param>
public sealed record TrainingOptions(
    string Name, string Runs, bool Resume, int Seed, int Iterations, TimeSpan Limit, double LearningRate, IReadOnlyList<(string Name, string Value, bool Fixed)> Settings)
{
    /// <summary>Folder of this run: metrics.csv, checkpoint.safetensors, report.html.</summary>
    public string Folder => Path.Combine(Runs, Name);

    /// <summary>One of several runs under one name, which differ in a setting: in a folder of its own inside.</summary>
    public TrainingOptions Part(string setting, string value) => this with
    {
        Name = Path.Combine(Name, value),
        Settings = [.. Settings.Select(s => s.Name == setting ? (s.Name, value, s.Fixed) : s)],
    };
}
