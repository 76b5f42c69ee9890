using System.Globalization;
using System.Net;
using System.Text;

namespace Recurve.Samples;

/// <summary>report.html: one self-contained page with a training's result, curves, options and what the compiler decided.</summary>
public static class Report
{
    const int Width = 860, Height = 260, Margin = 50;

    /// <summary>Writes the page.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="title">Name of the run.</param>
    /// <param name="result">One sentence.</param>
    /// <param name="options">The resolved options, in order.</param>
    /// <param name="cells">What the compiler says of each cell.</param>
    /// <param name="score">Name of the second curve.</param>
    /// <param name="rows">The metrics.</param>
    public static void Write(
        string path, string title, string result, IEnumerable<(string Name, string Value)> options, IEnumerable<CellInfo> cells,
        string score, IReadOnlyList<Metric> rows)
    {
        StringBuilder page = new();
        page.Append($$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>{{Text(title)}}</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 920px; margin: 2em auto; padding: 0 1em; color: #222; background: #fff }
            table { border-collapse: collapse } td { padding: .1em 1.2em .1em 0 } pre { background: #f5f5f2; padding: .8em; overflow: auto }
            svg text { font-size: 12px; fill: #555 } .axis { stroke: #999 } .raw { stroke: #b9cbe4 } .smooth { stroke: #1f5fa8; stroke-width: 2 } polyline { fill: none }
            </style></head><body>
            <h1>{{Text(title)}}</h1>
            <p><strong>{{Text(result)}}</strong></p>

            """);
        page.Append(Curve("loss", [.. rows.Select(r => ((double)r.Iteration, r.Loss))]));
        page.Append(Curve(score, [.. rows.Select(r => ((double)r.Iteration, r.Score))]));
        page.Append("<h2>Options</h2>\n<table>\n");
        foreach (var (name, value) in options) page.Append($"<tr><td>{Text(name)}</td><td>{Text(value)}</td></tr>\n");
        page.Append("</table>\n<h2>What the compiler decided</h2>\n");
        foreach (CellInfo cell in cells) page.Append($"<pre>{Text(cell.ToString())}</pre>\n");
        page.Append("</body></html>\n");
        File.WriteAllText(path, page.ToString());
    }

    static string Curve(string name, (double X, double Y)[] points)
    {
        if (points.Length == 0) return "";
        double right = points.Max(p => p.X), top = Math.Max(points.Max(p => p.Y), 1e-9);
        string Line(IEnumerable<(double X, double Y)> line, string css)
            => $"<polyline class=\"{css}\" points=\"{string.Join(' ', line.Select(p => Point(p.X / Math.Max(right, 1), p.Y / top)))}\"/>";
        return $"""
            <h2>{Text(name)}</h2>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Text(name)} over iterations">
            <line class="axis" x1="{Margin}" y1="{Height - Margin}" x2="{Width - 10}" y2="{Height - Margin}"/><line class="axis" x1="{Margin}" y1="10" x2="{Margin}" y2="{Height - Margin}"/>
            <text x="{Margin - 6}" y="16" text-anchor="end">{Number(top)}</text><text x="{Margin - 6}" y="{Height - Margin}" text-anchor="end">0</text>
            <text x="{Width - 10}" y="{Height - Margin + 18}" text-anchor="end">iteration {Number(right)}</text>
            {Line(points, "raw")}
            {Line(Smooth(points), "smooth")}
            </svg>

            """;
    }

    /// <summary>Exponential moving average, bias-corrected, over about a thirtieth of the run.</summary>
    static IEnumerable<(double X, double Y)> Smooth((double X, double Y)[] points)
    {
        double keep = 1 - 1 / Math.Max(points.Length / 30.0, 1), mean = 0, weight = 0;
        foreach (var (x, y) in points)
        {
            (mean, weight) = (keep * mean + (1 - keep) * y, keep * weight + (1 - keep));
            yield return (x, mean / weight);
        }
    }

    static string Point(double x, double y) => string.Create(CultureInfo.InvariantCulture,
        $"{Margin + x * (Width - 10 - Margin):0.#},{Height - Margin - y * (Height - Margin - 10):0.#}");

    static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
