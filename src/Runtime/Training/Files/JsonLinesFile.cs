using System.Text.Json;

namespace Recurve;

/// <summary>metrics.jsonl: an object per iteration with what was measured; what a resumed run continues from.</summary>
internal sealed class JsonLinesFile : HistoryFile
{
    public JsonLinesFile(string path, History history) : base(path)
        => Begin(stream =>
        {
            foreach (var (iteration, values) in history.Rows()) Write(stream, iteration, values);
        });

    public override void Append(History history) => Write(Stream, history.Iterations[^1], history.LastRow());

    static void Write(Stream stream, long iteration, IEnumerable<KeyValuePair<string, double>> values)
    {
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteNumber(HistoryNames.Iteration, iteration);
            foreach (var (name, value) in values)
            {
                // JSON has no NaN and no infinities
                if (double.IsFinite(value)) json.WriteNumber(name, value);
                else json.WriteString(name, Text(value));
            }
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
    }
}
