using System.Globalization;
using System.Net;
using System.Text;

namespace Recurve;

/// <summary>
/// The dependency graph of a cell as SVG: inputs left, outputs right, states between, each right of what it is fed by. Arrows differ in colour and in
/// stroke: linear ones are solid, nonlinear ones dotted, fed-forward ones thin.
/// </summary>
sealed class DependencyPicture
{
    const double Height = 46, RowHeight = 86, Gap = 104, Margin = 20, Top = 40, Lane = 40, LaneStep = 8, Legend = 46, LegendWidth = 600;
    const string Blue = "#1f66b0", Red = "#cc2f1d", Gray = "#7a7f87";

    static readonly (string Class, string Says, string Color, string Stroke)[] strokes =
    [
        ("linear", "linear in its past", Blue, "stroke-width=\"3\""),
        ("nonlinear", "nonlinear in its past", Red, "stroke-width=\"3.5\" stroke-dasharray=\"0.5 6\" stroke-linecap=\"round\""),
        ("forward", "fed forward", Gray, "stroke-width=\"1.5\""),
    ];

    readonly CellInfo info;
    readonly DependencyLayout layout;
    readonly double width;
    readonly StringBuilder text = new();

    DependencyPicture(CellInfo info)
    {
        this.info = info;
        layout = new(info);
        int longest = layout.Inputs.Keys.Concat(layout.States.Keys).Concat(layout.Outputs.Keys).Select(n => n.Length).DefaultIfEmpty(0).Max();
        width = Math.Max(104, 9 * longest + 28);
    }

    /// <summary>A complete svg element, usable as a file and inside a page.</summary>
    public static string Of(CellInfo info) => new DependencyPicture(info).Draw();

    string Draw()
    {
        double across = 2 * Margin + layout.Columns * width + (layout.Columns - 1) * Gap;
        double wide = Math.Max(across, LegendWidth), high = Top + layout.Rows * RowHeight + Legend;
        Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" font-family="system-ui, sans-serif" role="img" aria-label="Dependency graph of {Escaped(info.Cell)}">""");
        Line($"""<rect width="100%" height="100%" fill="#fff"/>""");
        Line($"<defs>");
        foreach (var (name, _, color, _) in strokes)
            Line($"""<marker id="recurve-{name}" viewBox="0 0 10 10" refX="9" refY="5" markerUnits="userSpaceOnUse" markerWidth="12" markerHeight="12" orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="{color}"/></marker>""");
        Line($"</defs>");
        foreach (Dependency arrow in info.Dependencies) Arrow(arrow);
        foreach (DependencyBox box in layout.Inputs.Values) Port(box, "input");
        foreach (DependencyBox box in layout.States.Values) State(box);
        foreach (DependencyBox box in layout.Outputs.Values) Port(box, "output");
        WriteLegend(high - Legend / 2);
        return text.Append("</svg>\n").ToString();
    }

    void Arrow(Dependency arrow)
    {
        var (from, to) = layout.Ends(arrow);
        string path = arrow.From == arrow.To && from == to ? Loop(from) : from.Column == to.Column ? Aside(from, to) : Across(from, to);
        string name = arrow.Kind switch { DependencyKind.Linear => "linear", DependencyKind.Nonlinear => "nonlinear", _ => "forward" };
        var (_, says, color, stroke) = strokes.Single(s => s.Class == name);
        Line($"""<path class="{name}" data-from="{Escaped(arrow.From)}" data-to="{Escaped(arrow.To)}" data-kind="{arrow.Kind}" d="{path}" fill="none" stroke="{color}" {stroke} marker-end="url(#recurve-{name})"><title>{Escaped(arrow.To)} reads {Escaped(arrow.From)}: {says}</title></path>""");
    }

    // above the box, against the direction of reading
    string Loop(DependencyBox box) => Path($"M{X(box) + width - 26} {Y(box)} C{X(box) + width - 6} {Y(box) - 38} {X(box) + 6} {Y(box) - 38} {X(box) + 26} {Y(box) - 1}");

    // beside the boxes of a group: down on the right, up on the left
    string Aside(DependencyBox from, DependencyBox to)
    {
        bool down = from.Row < to.Row;
        double x = down ? X(from) + width : X(from), bulge = (down ? 1 : -1) * (22 + 6 * Math.Abs(from.Row - to.Row)), turn = down ? 1 : -1;
        return Path($"M{x} {Middle(from) + 13 * turn} C{x + bulge} {Middle(from) + 13 * turn} {x + bulge} {Middle(to) - 13 * turn} {x + turn} {Middle(to) - 13 * turn}");
    }

    // out, up or down in a lane of its own, and along the row of the target
    string Across(DependencyBox from, DependencyBox to)
    {
        double x = X(from) + width, y = Middle(from), end = X(to) - 1, target = Middle(to), lane = x + Lane + LaneStep * (from.Row % 6);
        if (y == target) return Path($"M{x} {y} H{end}");
        double corner = Math.Sign(target - y) * 7;
        return Path($"M{x} {y} H{lane - 7} Q{lane} {y} {lane} {y + corner} V{target - corner} Q{lane} {target} {lane + 7} {target} H{end}");
    }

    void State(DependencyBox box)
    {
        bool steps = box.State!.Kind is RecurrenceKind.Pointwise or RecurrenceKind.Coupled;
        var (stroke, fill) = box.State.Kind == RecurrenceKind.FeedForward ? (Gray, "#f5f6f7") : steps ? (Red, "#fdf0ee") : (Blue, "#edf4fc");
        Line($"""<g class="state" data-name="{Escaped(box.Name)}"><title>{Escaped($"{box.Name}: {box.State.Kind} because {box.State.Reason}")}</title><rect x="{X(box)}" y="{Y(box)}" width="{width}" height="{Height}" rx="8" fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>""");
        Line($"""<text x="{X(box) + width / 2}" y="{Y(box) + 20}" text-anchor="middle" font-size="15" font-weight="600" fill="#1c2025">{Escaped(box.Name)}</text><text x="{X(box) + width / 2}" y="{Y(box) + 37}" text-anchor="middle" font-size="12" fill="{stroke}">{box.State.Kind}</text></g>""");
    }

    void Port(DependencyBox box, string what)
    {
        Line($"""<g class="{what}" data-name="{Escaped(box.Name)}"><rect x="{X(box)}" y="{Middle(box) - 16}" width="{width}" height="32" rx="16" fill="#fff" stroke="{Gray}" stroke-width="1.5"/>""");
        Line($"""<text x="{X(box) + width / 2}" y="{Middle(box) + 5}" text-anchor="middle" font-size="14" fill="#1c2025">{Escaped(box.Name)}</text></g>""");
    }

    void WriteLegend(double y)
    {
        double x = Margin;
        foreach (var (name, says, color, stroke) in strokes)
        {
            Line($"""<line x1="{x}" y1="{y}" x2="{x + 40}" y2="{y}" stroke="{color}" {stroke} marker-end="url(#recurve-{name})"/><text x="{x + 50}" y="{y + 4}" font-size="13" fill="#3a3f46">{says}</text>""");
            x += 200;
        }
    }

    double X(DependencyBox box) => Margin + box.Column * (width + Gap);

    double Y(DependencyBox box) => Top + box.Row * RowHeight;

    double Middle(DependencyBox box) => Y(box) + Height / 2;

    void Line(FormattableString line) => text.Append(Path(line)).Append('\n');

    static string Path(FormattableString path) => path.ToString(CultureInfo.InvariantCulture);

    static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
