using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Recurve.CodeFixes;
using Recurve.Generator.Diagnostics.Analyzers;
using Recurve.Generator.Tests.Analysis;
using Recurve.Generator.Tests.Emit;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.CodeFixes;

/// <summary>What is offered for cells that were not written with the fixes in mind keeps its promise.</summary>
public sealed class OffersTests
{
    static readonly CellFix[] fixes = [new LinearSurrogateFix(), new InputGatesFix(), new DiagonalFix(), new NewtonFix(), new StepByStepFix()];

    /// <summary><c>dotnet format</c> applies to a whole solution what can be applied to one, and takes the first of several: a network must not change that way.</summary>
    [Fact]
    public void What_is_a_choice_is_never_made_for_a_solution()
    {
        CellFix[] mechanical = [new PartialFix(), new StateFix()], choices = [.. fixes, new SizeFix()];
        Assert.All(mechanical, f => Assert.Contains(FixAllScope.Solution, f.GetFixAllProvider()!.GetSupportedFixAllScopes()));
        Assert.All(choices, f => Assert.Equal([FixAllScope.Document, FixAllScope.Project], f.GetFixAllProvider()!.GetSupportedFixAllScopes()));
    }

    [Fact]
    public async Task Of_the_samples()
    {
        const string accepted = "(Strategy = Strategy.Sequential)";
        var text = new StringBuilder();
        foreach (var (name, _) in Cells.All.Where(c => Cells.Source(c.Name).Contains(accepted, StringComparison.Ordinal)))
        {
            string[] sources = [Cells.Source(name).Replace(accepted, ""), .. Cells.Parts(name)];
            text.Append(name).Append('\n');
            foreach (var (fix, complaint, before, after) in await OffersAsync(sources))
            {
                Check(fix, complaint, before, after);
                text.Append($"  {fix.GetType().Name[..^"Fix".Length]}: {string.Join(", ", after.Facts.States.Select(s => $"{s.Name} {s.Kind}"))}\n");
                if (fix is LinearSurrogateFix) Compiles([(await TextsAsync(after))[0], .. sources[1..]]);
            }
        }
        TestKit.Snapshots.Verify(text.ToString(), "txt");
    }

    [Fact]
    public async Task Of_random_cells()
    {
        var seed = RandomSeed.Draw();
        var random = new Random(seed);
        var offered = fixes.ToDictionary(f => f.GetType().Name, _ => 0);
        for (var i = 0; i < 40; i++)
        {
            var source = RandomStep.Source("C", random);
            try
            {
                foreach (var (fix, complaint, before, after) in await OffersAsync([source]))
                {
                    offered[fix.GetType().Name]++;
                    Check(fix, complaint, before, after);
                    if (i % 4 == 0) Compiles(await TextsAsync(after));
                }
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, cell {i}: {e.Message}\n{source}");
            }
        }
        Assert.True(offered[nameof(LinearSurrogateFix)] > 5 && offered[nameof(StepByStepFix)] > 10, $"seed {seed}: {string.Join(", ", offered)}");
    }

    static void Check(CellFix fix, Complaint complaint, CellSource before, CellSource after)
    {
        var states = before.StatesOf(complaint).Select(s => s.Name).ToList();
        var old = before.Facts.States.Where(s => states.Contains(s.Name)).ToList();
        var now = after.Facts.States.Where(s => states.Contains(s.Name)).ToList();
        Assert.Equal(old.Select(s => s.Name), now.Select(s => s.Name));
        var kept = fix switch
        {
            LinearSurrogateFix => after.Facts.States.Where(s => !before.Facts.States.Any(o => o.Name == s.Name)).ToList() is { Count: > 0 } added && added.Concat(now).All(s => s.IsScanned),
            InputGatesFix => now.All(s => s.IsScanned) && now.Any(s => s.IsRecurrent),
            DiagonalFix => now.All(s => s.Kind is not ("Coupled" or "Dense")),
            _ => now.Select(s => s.Kind).SequenceEqual(old.Select(s => s.Kind)),
        };
        Assert.True(kept, $"{fix.GetType().Name} left {string.Join(", ", now)}");
    }

    // the first complaint of the first file's only cell
    static async Task<IReadOnlyList<(CellFix Fix, Complaint Complaint, CellSource Before, CellSource After)>> OffersAsync(string[] sources)
    {
        var (source, complaint) = await FixHarness.ComplaintAsync("RCV1001", sources);
        return source is null ? [] : [.. fixes.SelectMany(f => f.Propose(source, complaint!).Select(p => (f, complaint!, source, p.Result)))];
    }

    static async Task<string[]> TextsAsync(CellSource source)
    {
        var documents = source.ToSolution().Projects.Single().Documents.Where(d => d.Name.StartsWith("Source", StringComparison.Ordinal)).OrderBy(d => d.Name, StringComparer.Ordinal);
        return await Task.WhenAll(documents.Select(async d => (await d.GetTextAsync()).ToString()));
    }

    static void Compiles(string[] sources)
    {
        // a random step may leave a state as it is by assigning it to itself
        var complaints = GeneratorHarness.Run(sources).Complaints.Where(c => c.Id != "CS1717").ToList();
        Assert.True(complaints.Count == 0, $"{string.Join('\n', complaints)}\n{sources[0]}");
    }
}
