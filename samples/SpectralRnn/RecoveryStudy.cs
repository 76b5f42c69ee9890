using System.Diagnostics;
using System.Globalization;
using Recurve.Samples;
using Recurve.Spectral;

namespace Recurve.SpectralRnn;

/// <summary>The errors of recovered networks against the number of samples, by decades, over several teachers.</summary>
/// <param name="count">How many teachers.</param>
/// <param name="create">A student by its teacher's number.</param>
/// <param name="law">Of the inputs.</param>
/// <param name="most">Samples of the last decade.</param>
/// <param name="length">Steps of a sequence.</param>
/// <param name="seed">Determines the data.</param>
sealed class RecoveryStudy(int count, Func<int, Student> create, InputLaw law, long most, int length, int seed)
{
    const long Least = 1000;

    static readonly string[] colors = ["#1f5fa8", "#c0392b", "#2e8b57", "#8e5ea2"];
    readonly List<(int Teacher, long Samples, double Seconds, IReadOnlyList<(string Name, double Value)> Errors)> rows = [];

    /// <summary>The first teacher's network from the most samples; null where it could not be recovered.</summary>
    public SpectralFit<Module>? Best { get; private set; }

    /// <summary>Fits, prints and writes errors.csv.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="cancel">Ends the study.</param>
    public void Run(string path, CancellationToken cancel)
    {
        using StreamWriter file = new(path) { NewLine = "\n" };
        for (int i = 0; i < count; i++)
        {
            Student student = create(i);
            foreach (long samples in Decades())
            {
                Stopwatch watch = Stopwatch.StartNew();
                try
                {
                    SpectralFit<Module> fit = student.Fit(student.Teacher.Data(law, samples, length, seed + i), law, seed, cancel);
                    var errors = student.Errors(law, fit);
                    if (rows.Count == 0) file.WriteLine($"teacher,samples,seconds,{string.Join(',', errors.Select(e => e.Name))}");
                    rows.Add((i + 1, samples, watch.Elapsed.TotalSeconds, errors));
                    file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i + 1},{samples},{watch.Elapsed.TotalSeconds:0.###},{string.Join(',', errors.Select(e => e.Value.ToString("G6", CultureInfo.InvariantCulture)))}"));
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"teacher {i + 1}  {samples,13:N0} samples  {watch.Elapsed.TotalSeconds,6:0.00} s  {Text(errors)}"));
                    if (i == 0) Best = fit;
                }
                catch (SpectralException problem)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"teacher {i + 1}  {samples,13:N0} samples  {problem.Message}"));
                }
            }
        }
    }

    /// <summary>Medians over the teachers, with thin lines for the worst.</summary>
    public Chart Chart() => new("error of the recovered network", "samples",
        [.. Names().SelectMany((name, i) => new[] { new Curve("", Points(name, values => values[^1]), colors[i % colors.Length], 0.7), new Curve(name, Points(name, Median), colors[i % colors.Length]) })],
        LogarithmicX: true, LogarithmicY: true);

    /// <summary>Medians and worst at the most samples, and the slope of each error over all decades.</summary>
    public IEnumerable<string> Summary()
    {
        foreach (string name in Names())
        {
            var medians = Points(name, Median);
            string slope = medians.Length > 1 ? $"; falls as N^{Slope(medians).ToString("0.00", CultureInfo.InvariantCulture)} over {Math.Log10(medians[^1].X / medians[0].X).ToString("0.#", CultureInfo.InvariantCulture)} decades" : "";
            yield return string.Create(CultureInfo.InvariantCulture, $"{name}: median {medians[^1].Y:G3}, worst {Points(name, v => v[^1])[^1].Y:G3} at {medians[^1].X:N0} samples{slope}");
        }
    }

    IEnumerable<string> Names() => rows.Count == 0 ? [] : rows[0].Errors.Select(e => e.Name);

    IEnumerable<long> Decades()
    {
        long samples = most;
        while (samples / 10 >= Least) samples /= 10;
        for (; samples < most; samples *= 10) yield return samples;
        yield return most;
    }

    (double X, double Y)[] Points(string name, Func<double[], double> of)
        => [.. rows.GroupBy(r => r.Samples).OrderBy(g => g.Key).Select(g => ((double)g.Key, of([.. g.Select(r => r.Errors.First(e => e.Name == name).Value).Order()])))];

    static double Median(double[] sorted) => (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;

    /// <summary>Of the regression line through the logarithms.</summary>
    static double Slope((double X, double Y)[] points)
    {
        double[] x = [.. points.Select(p => Math.Log10(p.X))], y = [.. points.Select(p => Math.Log10(p.Y))];
        double meanX = x.Average(), meanY = y.Average();
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
    }

    static string Text(IReadOnlyList<(string Name, double Value)> errors) => string.Join("  ", errors.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Name} {e.Value:G3}")));
}
