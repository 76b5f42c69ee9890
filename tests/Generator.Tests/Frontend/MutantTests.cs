using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Recurve.Generator.Frontend;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Frontend;

/// <summary>
/// The sample cells, each with a few random changes that C# accepts: the compiler never fails; what it refuses, it gives a reason for; what it generates compiles without a complaint.
/// The seed is RECURVE_SEED or a fresh one.
/// </summary>
public sealed class MutantTests
{
    const int Rounds = 2, MostChanges = 4, Tries = 10;

    [Fact]
    public async Task Mutants_are_compiled_or_refused_with_a_reason()
    {
        var seed = RandomSeed.Draw();
        var random = new Random(seed);
        List<string> originals = [.. Emit.Cells.All.Select(c => Emit.Cells.Source(c.Name))];
        string[] helpers = [.. originals.SelectMany(Emit.Cells.Makers).Distinct()];
        var (mutants, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            string[] sources = [.. Accepted(originals, helpers, random), .. helpers];
            var mistakes = new List<string>();
            var run = GeneratorHarness.Run(sources);
            mistakes.AddRange(run.Result.Results.Where(r => r.Exception is not null).Select(r => $"the generator threw {r.Exception}"));
            mistakes.AddRange(run.Result.Diagnostics.Select(d => d.ToString()));
            mistakes.AddRange(run.Complaints.Where(c => Index(c) is null).Select(c => $"{c}\n{c.Location.SourceTree}"));

            var found = await run.AnalyzeAsync();
            var reasons = found.Where(d => d.Severity == DiagnosticSeverity.Error).ToLookup(Index);
            mistakes.AddRange(found.Where(d => d.Id is "RCV9001" or "AD0001").Select(d => $"{d}\n{d.Location.SourceTree}"));
            for (var i = 0; i < originals.Count; i++)
            {
                if (sources[i] == originals[i]) continue;
                mutants++;
                if (!Cells(run.Compilation, i).Any(c => CellReader.Read(c, run.Compilation, default).Spec is not { HasErrors: false })) continue;
                refused++;
                // a cell that holds a refused one is refused with it
                if (!reasons.Contains(i) && !reasons.Any(r => r.Key is { } other && Cells(run.Compilation, other).Any(c => sources[i].Contains(c.Name, StringComparison.Ordinal))))
                    mistakes.Add($"refused without a reason:\n{sources[i]}");
            }
            Assert.True(mistakes.Count == 0, $"seed {seed}, round {round}: {string.Join('\n', mistakes.Take(3))}");
        }
        Assert.True(mutants > Rounds * originals.Count / 2 && refused < mutants / 2, $"seed {seed}: {refused} of {mutants} refused");
    }

    /// <summary>The sources with changes; those that C# refuses are tried again with others, and in the end left as they were.</summary>
    static List<string> Accepted(IReadOnlyList<string> originals, string[] helpers, Random random)
    {
        List<string> sources = [.. originals.Select(Change)];
        for (var left = Tries; ; left--)
        {
            var refused = GeneratorHarness.Compile([.. sources, .. helpers]).GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(Index).OfType<int>().Distinct().Order().ToList();
            if (refused.Count == 0) return sources;
            if (left < 0) return [.. originals];
            // a name that a helper has may have been given to any
            foreach (var i in refused[^1] < sources.Count ? refused : Enumerable.Range(0, sources.Count)) sources[i] = left > 2 ? Mutant.Of(originals[i], random) : originals[i];
            // what one source no longer has, another may have asked for
            if (left > 1) continue;
            foreach (var (cell, i) in Emit.Cells.All.Select((c, i) => (c.Name, i)))
                if (refused.Any(r => r < originals.Count && originals[r].Contains($"readonly {cell} ", StringComparison.Ordinal))) sources[i] = originals[i];
        }

        string Change(string source) => Enumerable.Range(0, 1 + random.Next(MostChanges)).Aggregate(source, (s, _) => Mutant.Of(s, random));
    }

    /// <summary>Number of the source that something is said of; null: it is said of what was generated.</summary>
    static int? Index(Diagnostic of)
        => of.Location.SourceTree?.FilePath is { } path && path.StartsWith("Source", StringComparison.Ordinal)
            ? int.Parse(path["Source".Length..^".cs".Length], CultureInfo.InvariantCulture)
            : null;

    static IEnumerable<INamedTypeSymbol> Cells(Compilation compilation, int source)
    {
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath == $"Source{source}.cs");
        return tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().Select(c => compilation.GetSemanticModel(tree).GetDeclaredSymbol(c)!).Where(c => c.IsCell());
    }
}
