using System.Globalization;
using System.Text;

namespace Recurve;

/// <summary>metrics.csv: a row per iteration, a column per name, a cell left empty where nothing was measured. A new name rewrites the file.</summary>
internal sealed class CsvFile : HistoryFile
{
    int columns;

    public CsvFile(string path, History history) : base(path) => Write(history);

    public override void Append(History history)
    {
        if (history.Names.Count > columns) Write(history);
        else Stream.Write(Encoding.UTF8.GetBytes(Row(history, history.Iterations[^1], history.LastRow())));
    }

    void Write(History history)
    {
        columns = history.Names.Count;
        Begin(stream =>
        {
            using StreamWriter writer = new(stream, leaveOpen: true);
            writer.Write($"{string.Join(',', history.Names.Prepend(HistoryNames.Iteration))}\n");
            foreach (var (iteration, values) in history.Rows()) writer.Write(Row(history, iteration, values));
        });
    }

    static string Row(History history, long iteration, IEnumerable<KeyValuePair<string, double>> values)
    {
        var found = values.ToDictionary();
        var cells = history.Names.Select(name => found.TryGetValue(name, out var value) ? Text(value) : "");
        return $"{string.Join(',', cells.Prepend(iteration.ToString(CultureInfo.InvariantCulture)))}\n";
    }
}
