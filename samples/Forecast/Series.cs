using System.Globalization;

namespace Recurve.SeriesForecast;

/// <summary>Numbers at equal distances in time.</summary>
/// <param name="Name">Of the column.</param>
/// <param name="Values">In order.</param>
sealed record Series(string Name, double[] Values)
{
    const int Hours = 1500;

    /// <summary>Reads a column of a file whose cells are parted by commas or semicolons.</summary>
    /// <param name="path">The file, with or without a line of names.</param>
    /// <param name="column">Its name; empty for the last one.</param>
    /// <exception cref="FormatException">There is no such column, or a cell is not a number.</exception>
    public static Series Read(string path, string column)
    {
        string[][] rows = [.. File.ReadLines(path).Where(line => line.Trim() != "").Select(line => line.Split(line.Contains(';') ? ';' : ','))];
        if (rows.Length == 0) throw new FormatException($"{path} is empty.");
        string[] names = [.. rows[0].Select(name => name.Trim().Trim('"'))];
        int index = column == "" ? names.Length - 1 : Array.IndexOf(names, column);
        if (index < 0) throw new FormatException($"{path} has no column '{column}' but {string.Join(", ", names)}.");
        bool hasNames = Number(rows[0], index) is null;
        return new(hasNames ? names[index] : "value", [.. rows.Select((row, i) => (row, line: i + 1)).Skip(hasNames ? 1 : 0).Select(r => Number(r.row, index)
            ?? throw new FormatException($"{path}: row {r.line} has '{r.row.ElementAtOrDefault(index)}' where a number is expected."))]);
    }

    /// <summary>The file that comes with the sample: the load of an imagined town by the hour, with a day, a week, and weather that stays a while.</summary>
    public static string Generate()
    {
        RandomSource random = new(1);
        double weather = 0;
        IEnumerable<string> rows = Enumerable.Range(0, Hours).Select(hour =>
        {
            weather = 0.95 * weather + 0.3 * random.Normal();
            double day = 2 * Math.PI * hour / 24, weekend = hour / 24 % 7 >= 5 ? 0.7 : 1;
            double load = 50 + weekend * (-12 * Math.Cos(day) - 5 * Math.Cos(2 * day + 0.6)) + 2 * weather;
            return string.Create(CultureInfo.InvariantCulture, $"{hour},{load:0.00}\n");
        });
        return $"hour,load\n{string.Concat(rows)}";
    }

    static double? Number(string[] row, int index)
        => index < row.Length && double.TryParse(row[index].Trim().Trim('"'), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
}
