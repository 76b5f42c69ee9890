using System.Globalization;
using Recurve.Samples;
using Recurve.Spectral;

namespace Recurve.SpectralRnn;

/// <summary>Recovery from more and more samples, then refinement of the first teacher's network beside random starts; both in one report.</summary>
/// <param name="create">A student by its teacher's number.</param>
/// <param name="law">Of the inputs.</param>
sealed class Experiment(Func<int, Student> create, InputLaw law)
{
    const int StepsOfASequence = 1000;

    /// <summary>Runs both, each start of the refinement in a folder of its own inside the run's.</summary>
    /// <returns>Exit code: 0 where the spectral start reached the noise floor.</returns>
    public int Run(
        TrainingOptions run, int teachers, long samples, int starts, (int Batch, int Length, double Target) refinement, CancellationToken cancel)
    {
        if (!run.Resume && Directory.Exists(run.Folder))
        {
            Console.Error.WriteLine($"error: {run.Folder} holds a run already: continue it with --resume, or choose another --name.");
            return 2;
        }
        Directory.CreateDirectory(run.Folder);
        RecoveryStudy study = new(teachers, create, law, samples, StepsOfASequence, run.Seed);
        try
        {
            study.Run(Path.Combine(run.Folder, "errors.csv"), cancel);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("stopped");
            return 0;
        }
        string[] summary = [.. study.Summary()];
        Console.WriteLine($"\n{string.Join('\n', summary)}\n\n{study.Best?.Report}\n");
        Student student = create(0);
        Dictionary<string, int> exits = [];
        if (study.Best is { } best) Refine("spectral", () => best.Module);
        for (int i = 1; i <= starts; i++)
        {
            int seed = i;
            Refine($"random-{i}", () =>
            {
                Module network = student.Create();
                network.Initialize(seed);
                return network;
            });
        }
        void Refine(string start, Func<Module> network)
        {
            if (cancel.IsCancellationRequested) return;
            TrainingOptions part = run.Part("--starts", start);
            // an interrupted run may not have come to its later parts
            if (!Directory.Exists(part.Folder)) part = part with { Resume = false };
            exits[start] = new Refinement(student, law, refinement.Batch, refinement.Length, refinement.Target, run.Seed).Run(part, network(), cancel);
        }
        string result = Result(exits, summary);
        HtmlReport.Write(
            Path.Combine(run.Folder, "report.html"), $"Spectral training: {run.Name}", result,
            ReportSection.Of("Recovery and refinement", study.Chart(), Curves(run, exits)),
            ReportSection.Table("Options", run.Settings.Select(s => (s.Name, s.Value))),
            ReportSection.Text("What the compiler decided", student.Info.ToString()));
        Console.WriteLine($"{result}\nwritten to {run.Folder}");
        return cancel.IsCancellationRequested ? 0 : exits.GetValueOrDefault("spectral", 1);
    }

    static string Result(Dictionary<string, int> exits, string[] summary)
    {
        string spectral = exits.TryGetValue("spectral", out int exit) ? exit == 0 ? "reached the noise floor" : "did not reach the noise floor" : "was not recovered";
        int[] random = [.. exits.Where(e => e.Key != "spectral").Select(e => e.Value)];
        return string.Create(CultureInfo.InvariantCulture, $"the spectral start {spectral}; of {random.Length} random starts {random.Count(e => e == 0)} did; {string.Join("; ", summary)}");
    }

    // a start that diverges leaves the picture at its top
    const double MostFloors = 1e4;

    static Chart Curves(TrainingOptions run, Dictionary<string, int> exits)
    {
        string? named = exits.Keys.LastOrDefault(start => start != "spectral");
        return new("error on unseen sequences, in units of the noise floor, cut off at 10⁴", "iteration",
            [.. exits.Keys.Reverse().Select(start => start == "spectral"
                ? new Curve(start, Read(run, start), "#1f5fa8")
                : new Curve(start == named ? "random starts" : "", Read(run, start), "#999", 1))],
            LogarithmicX: true, LogarithmicY: true);
    }

    static (double X, double Y)[] Read(TrainingOptions run, string start)
        => [.. History.Read(Path.Combine(run.Part("--starts", start).Folder, "metrics.jsonl"))[Refinement.Score].Select(p => ((double)p.Iteration, Math.Min(p.Value, MostFloors)))];
}
