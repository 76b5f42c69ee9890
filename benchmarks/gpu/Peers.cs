using System.Globalization;

namespace Recurve.Gpu;

/// <summary>peers/gpu.py in a process of its own for each case, if there is a Python with PyTorch that sees the card.</summary>
sealed class Peers
{
    readonly string? python = new[] { "python3", "python" }.FirstOrDefault(p => Machine.Run(p, ["-c", "import torch; assert torch.cuda.is_available()"], _ => { }) == 0);

    /// <summary>Why there are none; null: there are.</summary>
    public string? WhyNot => python is null ? "there is no Python with a PyTorch that sees the card" : null;

    /// <summary>Everything that was measured, or why it was not: cell, shape, peer, forward, both.</summary>
    public List<string[]> Rows { get; } = [];

    /// <summary>The fastest, each with its name; null: there is none.</summary>
    public ((double Seconds, string Name)? Forward, (double Seconds, string Name)? Both) Best(string name, (int Batch, int Steps, int Units) shape)
    {
        if (python is null) return (null, null);
        List<(double Seconds, string Name)> forward = [], both = [];
        string[] sizes = [.. new[] { shape.Batch, shape.Steps, shape.Units }.Select(n => n.ToString(CultureInfo.InvariantCulture))];
        Machine.Run(python, [Path.Combine(AppContext.BaseDirectory, "peers", "gpu.py"), name, .. sizes], line =>
        {
            // a name and two times, or a name and a reason
            string[] parts = line.Split('\t');
            if (parts.Length == 3 && double.TryParse(parts[1], CultureInfo.InvariantCulture, out double f) && double.TryParse(parts[2], CultureInfo.InvariantCulture, out double b))
            {
                forward.Add((f, parts[0]));
                both.Add((b, parts[0]));
                parts = [parts[0], (1e3 * f).ToString("F3", CultureInfo.InvariantCulture), (1e3 * b).ToString("F3", CultureInfo.InvariantCulture)];
            }
            Rows.Add([name, string.Join(", ", sizes), parts[0], parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? ""]);
        });
        return (forward.Count == 0 ? null : forward.Min(), both.Count == 0 ? null : both.Min());
    }
}
