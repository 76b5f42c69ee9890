using System.Globalization;
using System.Net;

namespace Recurve.Samples;

/// <summary>A line of a chart.</summary>
/// <param name="Name">In the legend; empty for none.</param>
/// <param name="Points">From left to right.</param>
/// <param name="Color">CSS.</param>
/// <param name="Width">Of the line, in pixels.</param>
public sealed record Line(string Name, IReadOnlyList<(double X, double Y)> Points, string Color, double Width = 2);

/// <summary>A picture of lines over common axes: linear from zero, or logarithmic by decades (where what is not positive is left out).</summary>
/// <param name="Name">The heading.</param>
/// <param name="Axis">What the horizontal axis counts.</param>
/// <param name="Lines">Later ones lie above earlier ones.</param>
/// <param name="LogarithmicX">Whether the horizontal axis is logarithmic.</param>
/// <param name="LogarithmicY">Whether the vertical axis is logarithmic.</param>
public sealed record Chart(string Name, string Axis, IReadOnlyList<Line> Lines, bool LogarithmicX = false, bool LogarithmicY = false)
{
    const int Width = 860, LinearHeight = 260, DecadeHeight = 70, Margin = 50;

    /// <summary>A number over a training's iterations, with its moving average above it.</summary>
    public static Chart OfTraining(string name, IReadOnlyList<Metric> rows, Func<Metric, double> value)
    {
        (double X, double Y)[] points = [.. rows.Select(r => ((double)r.Iteration, value(r)))];
        return new(name, "iteration", points.Length == 0 ? [] : [new("", points, "#b9cbe4", 1), new("", Smooth(points), "#1f5fa8")]);
    }

    /// <summary>As a part of a page; empty where there are no points.</summary>
    public string ToSvg()
    {
        Line[] lines = [.. Lines.Select(l => l with { Points = [.. l.Points.Where(p => double.IsFinite(p.Y) && (!LogarithmicX || p.X > 0) && (!LogarithmicY || p.Y > 0))] }).Where(l => l.Points.Count > 0)];
        if (lines.Length == 0) return "";
        Scale x = Scale.Of([.. lines.SelectMany(l => l.Points.Select(p => p.X))], LogarithmicX), y = Scale.Of([.. lines.SelectMany(l => l.Points.Select(p => p.Y))], LogarithmicY);
        int height = LogarithmicY ? 2 * Margin + DecadeHeight * y.Decades : LinearHeight, bottom = height - Margin;
        double Across(double value) => Margin + x.Of(value) * (Width - 10 - Margin);
        double Down(double value) => bottom - y.Of(value) * (bottom - 10);
        string name = WebUtility.HtmlEncode(Name), axis = WebUtility.HtmlEncode(Axis);
        return $"""
            <h2>{name}</h2>
            <svg viewBox="0 0 {Width} {height}" role="img" aria-label="{name} over {axis}">
            {string.Join('\n', x.Marks.Select(v => Invariant($"<line class=\"grid\" x1=\"{Across(v):0.#}\" y1=\"10\" x2=\"{Across(v):0.#}\" y2=\"{bottom}\"/>")))}
            {string.Join('\n', y.Marks.Select(v => Invariant($"<line class=\"grid\" x1=\"{Margin}\" y1=\"{Down(v):0.#}\" x2=\"{Width - 10}\" y2=\"{Down(v):0.#}\"/>")))}
            <line class="axis" x1="{Margin}" y1="{bottom}" x2="{Width - 10}" y2="{bottom}"/><line class="axis" x1="{Margin}" y1="10" x2="{Margin}" y2="{bottom}"/>
            {string.Join('\n', x.Labels.Select(v => Invariant($"<text x=\"{Across(v):0.#}\" y=\"{bottom + 18}\" text-anchor=\"{(v == x.Labels[^1] ? "end" : "middle")}\">{(v == x.Labels[^1] ? axis + " " : "")}{v:G3}</text>")))}
            {string.Join('\n', y.Labels.Select(v => Invariant($"<text x=\"{Margin - 6}\" y=\"{Down(v) + 4:0.#}\" text-anchor=\"end\">{v:G3}</text>")))}
            {string.Join('\n', lines.Select(l => Invariant($"<polyline stroke=\"{l.Color}\" stroke-width=\"{l.Width}\" points=\"{string.Join(' ', l.Points.Select(p => Invariant($"{Across(p.X):0.#},{Down(p.Y):0.#}")))}\"/>")))}
            {string.Join('\n', lines.Where(l => l.Name != "").Select((l, i) => Invariant($"<text x=\"{Width - 14}\" y=\"{26 + 16 * i}\" text-anchor=\"end\" style=\"fill:{l.Color}\">{WebUtility.HtmlEncode(l.Name)}</text>")))}
            </svg>

            """;
    }

    /// <summary>Exponential moving average, bias-corrected, over about a thirtieth of the run.</summary>
    static IReadOnlyList<(double X, double Y)> Smooth((double X, double Y)[] points)
    {
        double keep = 1 - 1 / Math.Max(points.Length / 30.0, 1), mean = 0, weight = 0;
        return [.. points.Select(p =>
        {
            (mean, weight) = (keep * mean + (1 - keep) * p.Y, keep * weight + (1 - keep));
            return (p.X, mean / weight);
        })];
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Maps [From, To] to [0, 1].</summary>
    readonly record struct Scale(double From, double To, bool Logarithmic)
    {
        public static Scale Of(double[] values, bool logarithmic) => logarithmic
            ? new(Math.Floor(Math.Log10(values.Min()) + 1e-9), Math.Max(Math.Ceiling(Math.Log10(values.Max()) - 1e-9), Math.Floor(Math.Log10(values.Min()) + 1e-9) + 1), true)
            : new(0, Math.Max(values.Max(), 1e-9), false);

        public int Decades => (int)(To - From);

        /// <summary>Decades, within the axes.</summary>
        public double[] Marks => Logarithmic ? [.. Labels.Skip(1)] : [];

        public double[] Labels
        {
            get
            {
                double from = From;
                return Logarithmic ? [.. Enumerable.Range(0, Decades + 1).Select(i => Math.Pow(10, from + i))] : [0, To];
            }
        }

        public double Of(double value) => ((Logarithmic ? Math.Log10(value) : value) - From) / (To - From);
    }
}
