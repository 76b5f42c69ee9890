using System.Globalization;
using System.Xml.Linq;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>The dependency graph of every cell agrees with the classes, and its picture with the graph.</summary>
public sealed class DependencyTests
{
    public static TheoryData<string> Names => Catalogue.Names;

    [Theory, MemberData(nameof(Names))]
    public void ArrowsAgreeWithTheClasses(string cell)
    {
        CellInfo info = Catalogue.Get(cell).Info;
        // states of one group have one reason
        foreach (var group in info.States.GroupBy(s => s.Reason))
        {
            HashSet<string> names = [.. group.Select(s => s.Name)];
            DependencyKind[] within = [.. info.Dependencies.Where(d => names.Contains(d.To)).Select(d => d.Kind).Where(k => k is DependencyKind.Linear or DependencyKind.Nonlinear)];
            if (group.First().Kind == RecurrenceKind.FeedForward || group.Key.EndsWith("is never assigned", StringComparison.Ordinal)) Assert.Empty(within);
            else if (group.First().Kind is RecurrenceKind.Pointwise or RecurrenceKind.Coupled && !group.Key.EndsWith("by a matrix that changes over time", StringComparison.Ordinal))
                Assert.Contains(DependencyKind.Nonlinear, within);
            else
            {
                Assert.NotEmpty(within);
                Assert.DoesNotContain(DependencyKind.Nonlinear, within);
            }
        }
    }

    [Fact]
    public void ArrowsOfAnLstmSayWhichOfItsPastsIsLinear()
        => Assert.Equal(
            [
                new("x", "h", DependencyKind.Input), new("x", "c", DependencyKind.Input),
                new("h", "h", DependencyKind.Nonlinear), new("c", "h", DependencyKind.Nonlinear), new("h", "c", DependencyKind.Nonlinear), new("c", "c", DependencyKind.Linear),
                new("h", "h", DependencyKind.Output),
            ],
            Recurve.Cells.Lstm.Info.Dependencies);

    [Theory, MemberData(nameof(Names))]
    public void ThePictureShowsStatesAndArrowsAndNoBoxLiesOnAnother(string cell)
    {
        CellInfo info = Catalogue.Get(cell).Info;
        XElement svg = XElement.Parse(info.ToSvg());
        Assert.Equal(
            info.States.Select(s => $"{s.Name}: {s.Kind} because {s.Reason}").Order(StringComparer.Ordinal),
            Classed(svg, "g", "state").Select(g => g.Elements().First().Value).Order(StringComparer.Ordinal));
        Assert.Equal(
            info.Dependencies,
            svg.Descendants().Where(e => e.Attribute("data-kind") is not null)
                .Select(e => new Dependency(Text(e, "data-from"), Text(e, "data-to"), Enum.Parse<DependencyKind>(Text(e, "data-kind")))));
        foreach (Dependency d in info.Dependencies)
        {
            string drawn = d.Kind switch { DependencyKind.Linear => "linear", DependencyKind.Nonlinear => "nonlinear", _ => "forward" };
            Assert.Contains(Classed(svg, "path", drawn), e => Text(e, "data-from") == d.From && Text(e, "data-to") == d.To && Text(e, "data-kind") == d.Kind.ToString());
        }

        (double X, double Y, double Width, double Height)[] boxes =
            [.. svg.Descendants().Where(e => e.Name.LocalName == "rect" && e.Attribute("x") is not null).Select(e => (Number(e, "x"), Number(e, "y"), Number(e, "width"), Number(e, "height")))];
        double[] size = [.. Text(svg, "viewBox").Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        foreach (var (i, a) in boxes.Index())
        {
            Assert.InRange(a.X, 0, size[2] - a.Width);
            Assert.InRange(a.Y, 0, size[3] - a.Height);
            Assert.DoesNotContain(boxes[..i], b => a.X < b.X + b.Width && b.X < a.X + a.Width && a.Y < b.Y + b.Height && b.Y < a.Y + a.Height);
        }
    }

    static IEnumerable<XElement> Classed(XElement svg, string element, string name)
        => svg.Descendants().Where(e => e.Name.LocalName == element && e.Attribute("class")?.Value == name);

    static string Text(XElement element, string attribute) => element.Attribute(attribute)!.Value;

    static double Number(XElement element, string attribute) => double.Parse(Text(element, attribute), CultureInfo.InvariantCulture);
}
