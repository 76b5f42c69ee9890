using Microsoft.CodeAnalysis.Text;

namespace Recurve.TestKit;

/// <summary>A source with the tokens that diagnostics should point at between [| and |].</summary>
public sealed record Marked(string Source, IReadOnlyList<TextSpan> Spans)
{
    /// <summary>Removes the marks.</summary>
    public static Marked Parse(string text)
    {
        var spans = new List<TextSpan>();
        for (var start = text.IndexOf("[|", StringComparison.Ordinal); start >= 0; start = text.IndexOf("[|", StringComparison.Ordinal))
        {
            var end = text.IndexOf("|]", start, StringComparison.Ordinal) - 2;
            if (end < 0) throw new ArgumentException("a mark [| without |]");
            text = text.Remove(end + 2, 2).Remove(start, 2);
            spans.Add(TextSpan.FromBounds(start, end));
        }
        return new(text, spans);
    }
}
