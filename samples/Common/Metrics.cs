using System.Globalization;

namespace Recurve.Samples;

/// <summary>One row of metrics.csv; what the score is, each training says.</summary>
public readonly record struct Metric(int Iteration, double Seconds, double Loss, double Score)
{
    /// <summary>As a line of the file.</summary>
    public string ToCsv() => string.Create(CultureInfo.InvariantCulture, $"{Iteration},{Seconds:0.###},{Loss:R},{Score:R}");

    /// <summary>Reads a line of the file.</summary>
    public static Metric FromCsv(string line)
    {
        double[] cells = [.. line.Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
        return new((int)cells[0], cells[1], cells[2], cells[3]);
    }
}

/// <summary>metrics.csv: every iteration's numbers, flushed as they come; a resumed run continues the file.</summary>
public sealed class Metrics : IDisposable
{
    readonly StreamWriter writer;
    readonly List<Metric> rows = [];

    /// <summary>Opens the file, keeping the rows up to <paramref name="resumeAt"/> (0: a new file).</summary>
    /// <param name="path">The file.</param>
    /// <param name="score">Name of the last column.</param>
    /// <param name="resumeAt">The last iteration of an earlier part of the run.</param>
    public Metrics(string path, string score, int resumeAt)
    {
        if (resumeAt > 0 && File.Exists(path))
            rows.AddRange(File.ReadLines(path).Skip(1).Where(l => l != "").Select(Metric.FromCsv).Where(m => m.Iteration <= resumeAt));
        writer = new(path) { NewLine = "\n" };
        writer.WriteLine($"iteration,seconds,loss,{score}");
        foreach (Metric row in rows) writer.WriteLine(row.ToCsv());
    }

    /// <summary>Rows so far.</summary>
    public IReadOnlyList<Metric> Rows => rows;

    /// <summary>Appends a row.</summary>
    public void Add(Metric row)
    {
        rows.Add(row);
        writer.WriteLine(row.ToCsv());
        writer.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();
}
