using System.Net;

namespace Recurve;

/// <summary>A part of a report.</summary>
/// <param name="Title">Its heading; empty for none.</param>
/// <param name="Html">Its contents, as they stand in the page: of your own making, never of another's.</param>
public sealed record ReportSection(string Title, string Html)
{
    /// <summary>Charts one below the other; those without points are left out.</summary>
    public static ReportSection Of(string title, params IEnumerable<Chart> charts) => new(title, string.Concat(charts.Select(c => c.ToHtml())));

    /// <summary>A picture, as the text of an svg element.</summary>
    public static ReportSection Svg(string title, string svg) => new(title, $"<figure class=\"picture\">{svg}</figure>\n");

    /// <summary>Text as it is.</summary>
    public static ReportSection Text(string title, string text) => new(title, $"<pre>{WebUtility.HtmlEncode(text)}</pre>\n");

    /// <summary>Names and values.</summary>
    public static ReportSection Table(string title, IEnumerable<(string Name, string Value)> rows)
        => new(title, $"<table>\n{string.Concat(rows.Select(r => $"<tr><th>{WebUtility.HtmlEncode(r.Name)}</th><td>{WebUtility.HtmlEncode(r.Value)}</td></tr>\n"))}</table>\n");
}
