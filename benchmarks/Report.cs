using System.Globalization;

namespace Recurve.Benchmarks;

/// <summary>Prints the table, line by line as it is measured.</summary>
static class Report
{
    /// <summary>A heading and the column names.</summary>
    public static void Section(string name)
    {
        Console.WriteLine();
        Console.WriteLine($"## {name}");
        Console.WriteLine();
        Console.WriteLine($"| {"case",-46} | {"threads",7} | {"ours",12} | {"peer",12} | {"ratio",6} | peer");
        Console.WriteLine($"|{new string('-', 48)}|{new string('-', 9)}|{new string('-', 14)}|{new string('-', 14)}|{new string('-', 8)}|-----");
    }

    /// <summary>Two times, or rates where <paramref name="work"/> is given: units of work per second.</summary>
    public static void Compare(string what, int threads, double ours, double peer, string name, double work = 0, string unit = "ms")
        => Line(what, threads, Text(ours, work, unit), Text(peer, work, unit), (peer / ours).ToString("F2", CultureInfo.InvariantCulture), name);

    /// <summary>A figure without a peer.</summary>
    public static void Single(string what, int threads, double ours, double work = 0, string unit = "ms", string note = "")
        => Line(what, threads, Text(ours, work, unit), "", "", note);

    /// <summary>A peer that is not there, and why.</summary>
    public static void Missing(string what, string why) => Line(what, 0, "", "", "", why);

    static string Text(double seconds, double work, string unit)
        => (work > 0 ? work / seconds * 1e-9 : seconds * 1e3).ToString(work > 0 ? "F1" : "F3", CultureInfo.InvariantCulture) + " " + unit;

    static void Line(string what, int threads, string ours, string peer, string ratio, string note)
        => Console.WriteLine($"| {what,-46} | {(threads > 0 ? threads.ToString(CultureInfo.InvariantCulture) : ""),7} | {ours,12} | {peer,12} | {ratio,6} | {note}");
}
