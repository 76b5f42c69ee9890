using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Training;

/// <summary>The report as a reader sees it: in a browser.</summary>
public sealed partial class ReportTests : InFolder
{
    /// <summary>Runs when the page is ready: zooms into the first chart, makes the second one logarithmic, and writes down what is to be seen.</summary>
    const string Visit = """
        <script>
        const charts = [...document.querySelectorAll('.chart')];
        const before = charts.map(c => [...c.querySelectorAll('.axes text')].map(t => t.textContent).join(' '));
        const boxes = charts.map(c => [...c.querySelectorAll('polyline')].map(l => { const b = l.getBoundingClientRect(), f = c.querySelector('.frame').getBoundingClientRect();
          return { width: b.width, height: b.height, inside: b.left >= f.left - 2 && b.right <= f.right + 2 && b.top >= f.top - 2 && b.bottom <= f.bottom + 2 }; }));
        const frame = charts[0].querySelector('.frame'), area = charts[0].querySelector('.plot').getBoundingClientRect(), matrix = frame.getScreenCTM();
        const at = (x, y) => { const p = new DOMPoint(60 + 780 * x, 8 + 214 * y).matrixTransform(matrix); return { clientX: p.x, clientY: p.y, bubbles: true, pointerId: 1 }; };
        frame.dispatchEvent(new PointerEvent('pointerdown', at(0.25, 0.5)));
        frame.dispatchEvent(new PointerEvent('pointermove', at(0.5, 0.5)));
        const told = charts[0].querySelector('output').textContent, boxShown = !charts[0].querySelector('.box').hasAttribute('hidden');
        frame.dispatchEvent(new PointerEvent('pointerup', at(0.75, 0.5)));
        const zoomed = charts[0].querySelector('.plot').getAttribute('viewBox'), after = [...charts[0].querySelectorAll('.axes text')].map(t => t.textContent).join(' ');
        frame.dispatchEvent(new MouseEvent('dblclick'));
        const reset = charts[0].querySelector('.plot').getAttribute('viewBox');
        const line = charts[0].querySelector('polyline'), straight = line.getAttribute('points');
        charts[0].querySelector('.log').click();
        const logged = line.getAttribute('points');
        charts[0].querySelector('.log').click();
        const seen = { before, boxes, told, boxShown, zoomed, after, reset, changed: logged !== straight, overflow: document.documentElement.scrollWidth - innerWidth, errors: window.errors };
        document.body.dataset.seen = JSON.stringify(seen);
        </script>
        """;

    string Train()
    {
        new NoisyLine().Fit(NoisyLine.Options with
        {
            MaxIterations = 60,
            Folder = Folder("a"),
            Title = "A <noisy> line",
            HyperParameters = [new("--units", "9 & more")],
            Sections = () => [ReportSection.Svg("A picture", "<svg width=\"10\" height=\"10\"><circle id=\"mine\" r=\"5\"/></svg>")],
        });
        return Path.Combine(Folder("a"), "report.html");
    }

    [BrowserFact]
    public void CurvesAreDrawnAndZoom()
    {
        string page = Train(), visited = Folder("visited.html");
        File.WriteAllText(visited, File.ReadAllText(page)
            .Replace("<style>", "<script>window.errors = []; addEventListener('error', e => errors.push(e.message));</script><style>", StringComparison.Ordinal)
            .Replace("</body>", $"{Visit}</body>", StringComparison.Ordinal));
        string dom = Browser.Dom(visited);
        using JsonDocument document = JsonDocument.Parse(System.Net.WebUtility.HtmlDecode(Seen().Match(dom).Groups[1].Value));
        JsonElement seen = document.RootElement;
        Assert.Equal(0, seen.GetProperty("errors").GetArrayLength());
        Assert.True(seen.GetProperty("overflow").GetInt32() <= 0, "the page is wider than its window");

        // loss (measured, smoothed, validated), noise, iterations per second, memory, learning rate, norm of the gradient
        Assert.Equal([3, 2, 1, 1, 1, 1], seen.GetProperty("boxes").EnumerateArray().Select(b => b.GetArrayLength()));
        Assert.All(seen.GetProperty("boxes").EnumerateArray().SelectMany(b => b.EnumerateArray()), box =>
        {
            Assert.True(box.GetProperty("inside").GetBoolean());
            Assert.InRange(box.GetProperty("width").GetDouble(), 300, 860);
        });
        Assert.All(seen.GetProperty("before").EnumerateArray(), axes => Assert.InRange(axes.GetString()!.Split(' ').Length, 5, 25));
        Assert.StartsWith("0 20 40 60 ", seen.GetProperty("before")[0].GetString());

        double[] view = [.. seen.GetProperty("zoomed").GetString()!.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        Assert.Equal([250, 0, 500, 1000], view.Select(v => Math.Round(v)));
        Assert.True(seen.GetProperty("boxShown").GetBoolean());
        // a quarter to three quarters of 0 to 60
        Assert.StartsWith("20 30 40 ", seen.GetProperty("after").GetString());
        Assert.Equal("0 0 1000 1000", seen.GetProperty("reset").GetString());
        Assert.Matches("^(29|3[0-3]): ", seen.GetProperty("told").GetString());
        Assert.True(seen.GetProperty("changed").GetBoolean());
    }

    [BrowserFact]
    public void ItCanBeSeen()
    {
        string page = Train(), picture = Folder("picture.png");
        Browser.Screenshot(page, picture, 1000, 1200);
        int smoothed = Png.CountPixels(picture, 1000, 1200, (r, g, b) => r < 80 && g is > 80 and < 150 && b > 170), validated = Png.CountPixels(picture, 1000, 1200, (r, g, b) => r > 180 && g is > 70 and < 140 && b < 80);
        // lines of two pixels through 780 columns and more: two of them, and one
        Assert.InRange(smoothed, 2000, 40_000);
        Assert.InRange(validated, 500, 20_000);
    }

    [Fact]
    public void ItHoldsAllThatItNeedsAndNothingIsTakenForMarkup()
    {
        string page = File.ReadAllText(Train());
        Assert.DoesNotContain("<noisy>", page);
        Assert.Contains("A &lt;noisy&gt; line", page);
        Assert.Contains("9 &amp; more", page);
        Assert.Contains("<circle id=\"mine\"", page);
        Assert.Contains("finished after 60 iterations", page);
        Assert.Contains("val_loss, Lower by more than 0, patience 50", page);
        Assert.DoesNotMatch("(src|href)=|url\\(|@import|fetch\\(", page);
        Assert.DoesNotContain("http:", page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal));
        Assert.DoesNotContain("https:", page);
    }

    [Fact]
    public void ManyPointsAreThinnedToTheirExtremes()
    {
        (double, double)[] points = [.. Enumerable.Range(0, 100_000).Select(i => ((double)i, i == 54321 ? 7.0 : 1 + i % 2))];
        string html = new Chart("a", "iteration", [new("a", points, "red")]).ToHtml();
        double[] heights = [.. Points().Match(html).Groups[1].Value.Split(' ').Select(p => double.Parse(p.Split(',')[1], CultureInfo.InvariantCulture))];
        Assert.InRange(heights.Length, 3000, 4100);
        // 7 of 7 and 4 % of room
        Assert.Equal(1000 * (1 - 1 / 1.04), heights.Min(), 0.01);
        Assert.Equal("", new Chart("a", "iteration", [new("a", [(1, double.NaN), (2, -1)], "red")], LogarithmicY: true).ToHtml());
    }

    [Theory]
    [InlineData(new[] { 0.25, 0.75 }, false, 0, 0.75)]
    [InlineData(new[] { 100.0, 110.0 }, false, 100, 110)]
    [InlineData(new[] { -2.0, 3.0 }, false, -2, 3)]
    [InlineData(new[] { 0.001 }, false, 0, 0.001)]
    [InlineData(new[] { -4.0 }, false, -4, 0)]
    [InlineData(new[] { 0.0 }, false, 0, 1)]
    [InlineData(new[] { 0.1, 100 }, true, -1, 2)]
    [InlineData(new[] { 10.0 }, true, 1, 2)]
    public void AxesHoldTheirValuesAndZeroWhereItIsNear(double[] values, bool isLogarithmic, double from, double to)
        => Assert.Equal(new Axis(from, to, isLogarithmic), Axis.Over(values, isLogarithmic));

    [GeneratedRegex("data-seen=\"([^\"]*)\"")]
    private static partial Regex Seen();

    [GeneratedRegex(" points=\"([^\"]*)\"")]
    private static partial Regex Points();
}
