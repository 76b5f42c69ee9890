using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Recurve.Distributed;

namespace Recurve.Samples;

/// <summary>The command line of a training: the options that all have, and those that a sample adds.</summary>
public sealed class TrainingCommand
{
    readonly RootCommand root;
    readonly List<(string Name, bool Fixed, Func<ParseResult, string> Text)> settings = [];
    readonly Option<bool>? quick;
    readonly Setting<int> seed, iterations;
    readonly Setting<double> learningRate, minutes;
    readonly Option<string?> name = new("--name") { Description = "Name of the run [default: after its options, numbered where it exists]." };
    readonly Option<string> runs = new("--runs") { Description = "Folder that runs are written to.", DefaultValueFactory = _ => "runs" };
    readonly Option<bool> resume = new("--resume") { Description = "Continue the run of this name from its checkpoint." };

    /// <summary>Whether several processes can train together, started by mpirun.</summary>
    public bool RunsInParallel { get; init; }

    /// <summary>A command line with the common options.</summary>
    /// <param name="description">What the sample does, in a sentence.</param>
    /// <param name="iterations">At most, by default.</param>
    /// <param name="learningRate">By default.</param>
    /// <param name="quickly">Iterations and learning rate with <c>--quick</c>; without them there is no such option.</param>
    public TrainingCommand(string description, int iterations, double learningRate, (int Iterations, double LearningRate)? quickly = null)
    {
        root = new(description) { name, runs, resume };
        if (quickly is not null)
            root.Add(quick = new("--quick") { Description = "A small setting that shows in less than a minute that everything works." });
        seed = Number("--seed", "Determines weights and data.", 1, null, isFixed: true, _ => null);
        this.iterations = Count("--iterations", "Stop after this many.", iterations, quickly?.Iterations, isFixed: false);
        this.learningRate = Positive("--learning-rate", "Adam's.", learningRate, quickly?.LearningRate, isFixed: false);
        minutes = Positive("--minutes", "Stop and save after this long.", TimeSpan.FromDays(7).TotalMinutes, isFixed: false);
    }

    /// <summary>Adds an option for a whole number.</summary>
    /// <param name="option">Its name, with dashes.</param>
    /// <param name="description">A sentence.</param>
    /// <param name="standard">Its value where the user does not say one.</param>
    /// <param name="quickly">The same with <c>--quick</c>.</param>
    /// <param name="isFixed">Whether a resumed run must agree.</param>
    /// <param name="atLeast">The smallest value.</param>
    public Setting<int> Count(string option, string description, int standard, int? quickly = null, bool isFixed = true, int atLeast = 1)
        => Number(option, description, standard, quickly, isFixed, value => value >= atLeast ? null : $"at least {Text(atLeast)}, not {Text(value)}");

    /// <summary>Adds an option for a number above 0.</summary>
    public Setting<double> Positive(string option, string description, double standard, double? quickly = null, bool isFixed = true, double below = double.PositiveInfinity)
        => Number(option, description, standard, quickly, isFixed, value => !(value > 0) ? $"above 0, not {Text(value)}" : value >= below ? $"below {Text(below)}, not {Text(value)}" : null);

    /// <summary>Adds an option for one of several names.</summary>
    public Setting<string> Choice(string option, string description, string standard, IEnumerable<string> names)
        => Add(option, description, standard, standard, isFixed: true, configure: o => o.AcceptOnlyFromAmong([.. names]));

    /// <summary>Adds an option for text, such as a file's name.</summary>
    public Setting<string> Text(string option, string description, string standard) => Add(option, description, standard, standard, isFixed: true);

    /// <summary>Adds an option that is there or not.</summary>
    public Setting<bool> Flag(string option, string description) => Add(option, description, false, false, isFixed: true);

    /// <summary>Parses the arguments and, unless they are wrong, runs; the result is the exit code.</summary>
    /// <param name="arguments">Of the process.</param>
    /// <param name="nameOf">Name of a run that the user did not name.</param>
    /// <param name="run">What to do; it ends soon after the token is cancelled (Ctrl-C).</param>
    public Task<int> InvokeAsync(
        string[] arguments, Func<ParseResult, string> nameOf, Func<ParseResult, TrainingOptions, CancellationToken, int> run)
    {
        root.SetAction((parsed, cancel) => Task.Run(
            () => World.Run(ranks => ranks.Size == 1 || RunsInParallel
                ? FindDevice(ranks) ?? run(parsed, Resolve(parsed, nameOf(parsed), ranks), cancel)
                : throw new MpiException("this sample trains in one process: start it without mpirun.")),
            CancellationToken.None));
        // Ctrl-C ends the training after its iteration, which may be long
        return root.Parse(arguments).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(5) });
    }

    // asked before anything is computed or written
    static int? FindDevice(Communicator ranks)
    {
        try
        {
            _ = Device.Default;
            return null;
        }
        catch (Exception error) when (ranks.Size == 1 && error is ArgumentException or DeviceException)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return 2;
        }
    }

    TrainingOptions Resolve(ParseResult parsed, string standardName, Communicator ranks)
    {
        string folder = parsed.GetValue(runs)!;
        bool continues = parsed.GetValue(resume);
        int number = seed.Of(parsed);
        return new(
            parsed.GetValue(name) ?? UnusedName(folder, $"{standardName}-{Text(number)}", continues), folder, continues, number, iterations.Of(parsed),
            TimeSpan.FromMinutes(Math.Min(minutes.Of(parsed), TimeSpan.FromDays(365).TotalMinutes)), learningRate.Of(parsed),
            [.. settings.Select(s => new HyperParameter(s.Name, s.Text(parsed), s.Fixed))])
        {
            Ranks = ranks,
        };
    }

    /// <summary>The name with a number behind it where runs of that name exist; the last of them to resume.</summary>
    static string UnusedName(string folder, string name, bool resume)
    {
        IEnumerable<string> names = Enumerable.Range(2, int.MaxValue - 2).Select(i => $"{name}-{Text(i)}").Prepend(name);
        string[] used = [.. names.TakeWhile(n => Directory.Exists(Path.Combine(folder, n)))];
        return resume ? used.LastOrDefault(name) : names.ElementAt(used.Length);
    }

    Setting<T> Number<T>(string option, string description, T standard, T? quickly, bool isFixed, Func<T, string?> complaint) where T : struct, INumber<T>
        => Add(option, description, standard, quickly ?? standard, isFixed, o => o.CustomParser = NumberOption.Parser(option, complaint));

    Setting<T> Add<T>(string option, string description, T standard, T quickly, bool isFixed, Action<Option<T>>? configure = null)
    {
        string text = EqualityComparer<T>.Default.Equals(standard, quickly) ? description : $"{description} With --quick: {Text(quickly)}.";
        Option<T> added = new(option) { Description = text, DefaultValueFactory = _ => standard };
        configure?.Invoke(added);
        root.Add(added);
        Setting<T> setting = new(added, standard, quickly, quick);
        settings.Add((option, isFixed, parsed => Text(setting.Of(parsed))));
        return setting;
    }

    static string Text<T>(T value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
