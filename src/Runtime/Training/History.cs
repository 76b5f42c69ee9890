using System.Globalization;
using System.Text.Json;

namespace Recurve;

/// <summary>A number of a training and when it was measured.</summary>
/// <param name="Iteration">From 1: how many minibatches had been learned from.</param>
/// <param name="Value">The number.</param>
public readonly record struct HistoryPoint(long Iteration, double Value);

/// <summary>
/// The numbers of a training by name, in the order in which the names first came. The trainer writes <c>loss</c>, <c>learning_rate</c>, <c>gradient_norm</c>
/// (before clipping), <c>epoch</c>, <c>seconds</c> (of training, over all processes), <c>memory_mib</c> (of tensors), <c>val_loss</c>, and what <see cref="Trainer.Log"/> is given.
/// </summary>
public sealed class History
{
    readonly OrderedDictionary<string, List<HistoryPoint>> columns = [];
    readonly List<long> iterations = [];

    /// <summary>Names, in the order in which they first came.</summary>
    public IReadOnlyList<string> Names => columns.Keys;

    /// <summary>Iterations of which anything is known, in order.</summary>
    public IReadOnlyList<long> Iterations => iterations;

    /// <summary>The points of a name in order; none where there is no such name.</summary>
    public IReadOnlyList<HistoryPoint> this[string name] => columns.TryGetValue(name, out var points) ? points : [];

    /// <summary>The last value of a name; null where there is none.</summary>
    public double? Last(string name) => this[name] is [.., var last] ? last.Value : null;

    /// <summary>Reads what <see cref="Trainer"/> wrote to metrics.jsonl; a last line that was cut off is left out.</summary>
    /// <exception cref="FormatException">A line is not of this format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static History Read(string path) => Read(path, long.MaxValue);

    /// <summary>The same up to an iteration.</summary>
    internal static History Read(string path, long upTo)
    {
        var text = File.ReadAllText(path);
        History history = new();
        // a process that was killed while it wrote left a line without its end
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < lines.Length; i++)
        {
            try
            {
                if (!history.AddLine(lines[i], upTo)) break;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
            {
                throw new FormatException($"{path}: line {i + 1} is not an object of numbers with a growing 'iteration': {e.Message}", e);
            }
        }
        return history;
    }

    /// <summary>Appends what is known of an iteration.</summary>
    /// <exception cref="ArgumentException">The iteration does not follow the last one.</exception>
    internal void Add(long iteration, IEnumerable<KeyValuePair<string, double>> values)
    {
        if (iterations is [.., var last] && iteration <= last) throw new ArgumentException($"Iteration {iteration} does not follow {last}.", nameof(iteration));
        iterations.Add(iteration);
        foreach (var (name, value) in values)
        {
            if (!columns.TryGetValue(name, out var points)) columns.Add(name, points = []);
            points.Add(new(iteration, value));
        }
    }

    /// <summary>What is known of the last iteration.</summary>
    internal IEnumerable<KeyValuePair<string, double>> LastRow()
        => iterations.Count == 0 ? [] : columns.Where(c => c.Value is [.., var last] && last.Iteration == iterations[^1]).Select(c => KeyValuePair.Create(c.Key, c.Value[^1].Value));

    /// <summary>What is known of each iteration.</summary>
    internal IEnumerable<(long Iteration, IEnumerable<KeyValuePair<string, double>> Values)> Rows()
    {
        var next = columns.ToDictionary(c => c.Key, _ => 0);
        foreach (var iteration in iterations)
        {
            KeyValuePair<string, double>[] row =
            [
                .. columns.Where(c => next[c.Key] < c.Value.Count && c.Value[next[c.Key]].Iteration == iteration).Select(c => KeyValuePair.Create(c.Key, c.Value[next[c.Key]++].Value)),
            ];
            yield return (iteration, row);
        }
    }

    bool AddLine(string line, long upTo)
    {
        using var document = JsonDocument.Parse(line);
        var iteration = document.RootElement.GetProperty("iteration").GetInt64();
        if (iteration > upTo) return false;
        Add(iteration, document.RootElement.EnumerateObject().Where(p => p.Name != "iteration").Select(p => KeyValuePair.Create(p.Name, Number(p.Value))).ToArray());
        return true;
    }

    // JSON has no NaN and no infinities: they are strings
    static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble();
}

/// <summary>The names that the trainer itself writes.</summary>
internal static class HistoryNames
{
    public const string Iteration = "iteration", Loss = "loss", LearningRate = "learning_rate", GradientNorm = "gradient_norm", Epoch = "epoch", Seconds = "seconds", Memory = "memory_mib";

    /// <summary>Before a name that is measured on the validation data.</summary>
    public const string Validation = "val_";

    /// <exception cref="ArgumentException">The name cannot be a column, or the trainer has one of that name.</exception>
    public static void Check(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name is Iteration or Loss or LearningRate or GradientNorm or Epoch or Seconds or Memory)
            throw new ArgumentException($"The trainer writes '{name}' itself; log under another name.", nameof(name));
        if (name.StartsWith(Validation, StringComparison.Ordinal))
            throw new ArgumentException($"'{name}' begins with '{Validation}', which the trainer puts before what is logged in validation.", nameof(name));
        if (name.AsSpan().IndexOfAny(",\"\n\r") >= 0) throw new ArgumentException($"'{name}' has a comma, a quotation mark or a line break, which the head of a csv file cannot hold.", nameof(name));
    }
}
