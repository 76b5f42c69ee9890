using System.Net;
using System.Text;

namespace Recurve;

/// <summary>A page that holds all it needs: it is read without a network.</summary>
public static class HtmlReport
{
    /// <summary>Writes the page; it replaces the one before as a whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">Of the page.</param>
    /// <param name="result">A sentence.</param>
    /// <param name="sections">In order; those without contents are left out.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string title, string result, params IEnumerable<ReportSection> sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        StringBuilder page = new();
        page.Append($"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{WebUtility.HtmlEncode(title)}</title>
            <style>
            {Resource("report.css")}</style></head><body>
            <h1>{WebUtility.HtmlEncode(title)}</h1>
            <p class="result">{WebUtility.HtmlEncode(result)}</p>

            """);
        foreach (var section in sections)
        {
            if (section.Html == "") continue;
            page.Append("<section>\n");
            if (section.Title != "") page.Append($"<h2>{WebUtility.HtmlEncode(section.Title)}</h2>\n");
            page.Append(section.Html).Append("</section>\n");
        }
        page.Append($"<script>\n{Resource("report.js")}</script>\n</body></html>\n");
        AtomicFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(page.ToString())));
    }

    static string Resource(string name)
    {
        using StreamReader reader = new(typeof(HtmlReport).Assembly.GetManifestResourceStream($"Recurve.Report.{name}")!);
        return reader.ReadToEnd();
    }
}
