using System.Net;

namespace Recurve;

/// <summary>A line of a chart.</summary>
/// <param name="Name">In the legend; empty for none, or that of the chart.</param>
/// <param name="Points">From left to right.</param>
/// <param name="Color">Of CSS.</param>
/// <param name="Width">In pixels.</param>
public sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points, string Color, double Width = 2);

/// <summary>
/// Lines over common axes, for a page: a box drawn with the pointer is zoomed into, a double click shows all again. What a logarithmic axis cannot show is left out.
/// </summary>
/// <param name="Name">The heading.</param>
/// <param name="Axis">What the horizontal axis counts.</param>
/// <param name="Curves">Later ones lie above earlier ones.</param>
/// <param name="LogarithmicX">Whether the horizontal axis is logarithmic.</param>
/// <param name="LogarithmicY">Whether the vertical axis is logarithmic; the reader may change it where all is positive.</param>
public sealed record Chart(string Name, string Axis, IReadOnlyList<Curve> Curves, bool LogarithmicX = false, bool LogarithmicY = false)
{
    // of the plot's own coordinates, in which the axes go from 0 to this
    const double Extent = 1000;
    // above the highest point, so that it is not the edge
    const double Headroom = 0.04;
    const int MostPoints = 4000;

    /// <summary>As a part of a page that <see cref="HtmlReport"/> writes; empty where there are no points.</summary>
    internal string ToHtml()
    {
        Curve[] curves = [.. Curves.Select(c => c with { Points = [.. c.Points.Where(IsShown)] }).Where(c => c.Points.Count > 0)];
        if (curves.Length == 0) return "";
        var x = Recurve.Axis.Over(curves.SelectMany(c => c.Points.Select(p => p.X)), LogarithmicX);
        var y = Recurve.Axis.Over(curves.SelectMany(c => c.Points.Select(p => p.Y)), LogarithmicY, Headroom);
        string name = WebUtility.HtmlEncode(Name), axis = WebUtility.HtmlEncode(Axis);
        var legend = string.Concat(curves.Where(c => c.Name != "" && c.Name != Name).Select(c => $" <span class=\"legend\" style=\"color:{WebUtility.HtmlEncode(c.Color)}\">{WebUtility.HtmlEncode(c.Name)}</span>"));
        return $"""
            <figure class="chart"><figcaption><b>{name}</b>{legend} <button type="button" class="log" hidden>log</button><output></output></figcaption>
            <svg class="frame" viewBox="0 0 860 260" role="img" aria-label="{name} over {axis}"><g class="axes"></g><text class="axis-name" x="840" y="254">{axis}</text>
            <svg class="plot" x="60" y="8" width="780" height="214" viewBox="0 0 {Extent} {Extent}" preserveAspectRatio="none" data-x="{x}" data-y="{y}">
            {string.Join('\n', curves.Select(c => FormattableString.Invariant($"<polyline stroke=\"{WebUtility.HtmlEncode(c.Color)}\" stroke-width=\"{c.Width}\" points=\"{PointsOf(c, x, y)}\"/>")))}
            </svg><rect class="box" hidden/></svg></figure>

            """;
    }

    bool IsShown((double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y) && (!LogarithmicX || point.X > 0) && (!LogarithmicY || point.Y > 0);

    static string PointsOf(Curve curve, Axis x, Axis y)
        => string.Join(' ', Thinned(curve.Points).Select(p => FormattableString.Invariant($"{Extent * x.Of(p.X):0.###},{Extent * (1 - y.Of(p.Y)):0.###}")));

    /// <summary>The lowest and the highest of each of many runs of points, which is what can be seen of them.</summary>
    static IEnumerable<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points)
        => points.Count <= MostPoints ? points : points.Chunk(2 * ((points.Count + MostPoints - 1) / MostPoints)).SelectMany(run =>
        {
            (double X, double Y) low = run.MinBy(p => p.Y), high = run.MaxBy(p => p.Y);
            return low.X <= high.X ? new[] { low, high } : [high, low];
        });
}

/// <summary>From and To of an axis, as logarithms to base 10 where it is logarithmic.</summary>
internal readonly record struct Axis(double From, double To, bool IsLogarithmic)
{
    /// <summary>Holds all values, and zero too where it is linear and zero is not far from them.</summary>
    public static Axis Over(IEnumerable<double> values, bool isLogarithmic, double headroom = 0)
    {
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values) (least, most) = (Math.Min(least, value), Math.Max(most, value));
        var (from, to) = isLogarithmic ? (Math.Log10(least), Math.Log10(most)) : (least, most);
        if (!isLogarithmic && from > 0 && (from <= to - from || from == to)) from = 0;
        // a single value has a range too
        if (from == to) to = !isLogarithmic && to < 0 ? 0 : to + 1;
        return new(from, to + headroom * (to - from), isLogarithmic);
    }

    /// <summary>Of the range, from 0 to 1.</summary>
    public double Of(double value) => ((IsLogarithmic ? Math.Log10(value) : value) - From) / (To - From);

    /// <summary>As the page's script reads it.</summary>
    public override string ToString() => FormattableString.Invariant($"{From:R} {To:R} {(IsLogarithmic ? "log" : "linear")}");
}
