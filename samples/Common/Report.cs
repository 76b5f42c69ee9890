using System.Net;
using System.Text;

namespace Recurve.Samples;

/// <summary>report.html: one self-contained page with a run's result, charts, options and what the compiler decided.</summary>
public static class Report
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="title">Name of the run.</param>
    /// <param name="result">One sentence.</param>
    /// <param name="options">The resolved options, in order.</param>
    /// <param name="cells">What the compiler says of each cell.</param>
    /// <param name="charts">In order; those without points are left out.</param>
    public static void Write(
        string path, string title, string result, IEnumerable<(string Name, string Value)> options, IEnumerable<CellInfo> cells, params IEnumerable<Chart> charts)
    {
        StringBuilder page = new();
        page.Append($$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>{{Text(title)}}</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 920px; margin: 2em auto; padding: 0 1em; color: #222; background: #fff }
            table { border-collapse: collapse } td { padding: .1em 1.2em .1em 0 } pre { background: #f5f5f2; padding: .8em; overflow: auto }
            svg text { font-size: 12px; fill: #555 } .axis { stroke: #999 } .grid { stroke: #ddd } polyline { fill: none }
            </style></head><body>
            <h1>{{Text(title)}}</h1>
            <p><strong>{{Text(result)}}</strong></p>

            """);
        foreach (Chart chart in charts) page.Append(chart.ToSvg());
        page.Append("<h2>Options</h2>\n<table>\n");
        foreach (var (name, value) in options) page.Append($"<tr><td>{Text(name)}</td><td>{Text(value)}</td></tr>\n");
        page.Append("</table>\n<h2>What the compiler decided</h2>\n");
        foreach (CellInfo cell in cells) page.Append($"<pre>{Text(cell.ToString())}</pre>\n");
        page.Append("</body></html>\n");
        File.WriteAllText(path, page.ToString());
    }

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
