using System.CommandLine;
using System.Globalization;

namespace Recurve.FirstSymbol;

/// <summary>The resolved options of a run.</summary>
sealed record Options(
    int Length, int Units, int Batch, string Cell, int Seed, int Iterations, double LearningRate, string Name, string Runs, bool Resume)
{
    /// <summary>Folder of this run: metrics.csv, checkpoint, report.html.</summary>
    public string Folder => Path.Combine(Runs, Name);

    /// <summary>As rows of the report.</summary>
    public IEnumerable<(string, string)> Rows =>
    [
        ("cell", Cell), ("length", Text(Length)), ("units", Text(Units)), ("batch", Text(Batch)), ("seed", Text(Seed)),
        ("iterations at most", Text(Iterations)), ("learning rate", LearningRate.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The command line; <paramref name="run"/> gets what was parsed and returns the exit code.</summary>
    public static RootCommand Command(Func<Options, CancellationToken, int> run)
    {
        Option<int> length = Positive("--length", "Steps of a sequence.", 1024);
        Option<int> units = Positive("--units", "Width of both layers.", 128);
        Option<int> batch = Positive("--batch", "Sequences in a minibatch.", 8);
        Option<string> cell = new("--cell") { Description = "The recurrent cell.", DefaultValueFactory = _ => "gilrlstm" };
        cell.AcceptOnlyFromAmong([.. Network.Cells.Keys]);
        Option<int> seed = new("--seed") { Description = "Determines weights and data.", DefaultValueFactory = _ => 1 };
        Option<int> iterations = Positive("--iterations", "Stop after this many minibatches.", 10_000);
        Option<double> learningRate = new("--learning-rate") { Description = "Adam's.", DefaultValueFactory = _ => 1e-3 };
        learningRate.Validators.Add(r => { if (!(r.GetValueOrDefault<double>() > 0)) r.AddError("--learning-rate must be above 0."); });
        Option<string?> name = new("--name") { Description = "Name of the run [default: <cell>-<length>-<seed>, numbered where it exists]." };
        Option<string> runs = new("--runs") { Description = "Folder that runs are written to.", DefaultValueFactory = _ => "runs" };
        Option<bool> resume = new("--resume") { Description = "Continue the run of this name from its checkpoint." };
        RootCommand command = new("Trains two recurrent layers to remember the first symbol of a long sequence (Martin and Cundy 2018).")
        {
            length, units, batch, cell, seed, iterations, learningRate, name, runs, resume,
        };
        command.SetAction((parsed, cancel) =>
        {
            Options options = new(
                parsed.GetValue(length), parsed.GetValue(units), parsed.GetValue(batch), parsed.GetValue(cell)!, parsed.GetValue(seed),
                parsed.GetValue(iterations), parsed.GetValue(learningRate), parsed.GetValue(name) ?? "", parsed.GetValue(runs)!, parsed.GetValue(resume));
            return Task.Run(() => run(options.Name == "" ? options with { Name = options.UnusedName() } : options, cancel), CancellationToken.None);
        });
        return command;
    }

    /// <summary>cell-length-seed, with a number behind it where runs of that name exist; the last of them to resume.</summary>
    string UnusedName()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Cell}-{Length}-{Seed}");
        IEnumerable<string> names = Enumerable.Range(2, int.MaxValue - 2).Select(i => $"{name}-{Text(i)}").Prepend(name);
        string[] used = [.. names.TakeWhile(n => Directory.Exists(Path.Combine(Runs, n)))];
        return Resume ? used.LastOrDefault(name) : names.ElementAt(used.Length);
    }

    static Option<int> Positive(string name, string description, int standard)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(r => { if (r.GetValueOrDefault<int>() < 1) r.AddError($"{name} must be at least 1, not {r.GetValueOrDefault<int>()}."); });
        return option;
    }

    static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
