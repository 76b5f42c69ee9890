using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Recurve.TestKit;

/// <summary>What the steps of the pipeline did, and what they hold.</summary>
public static class GeneratorSteps
{
    /// <summary>The reasons of a tracked step's outputs in the last run.</summary>
    public static IReadOnlyList<IncrementalStepRunReason> Reasons(GeneratorDriverRunResult result, string step)
        => result.Results.Single().TrackedSteps.TryGetValue(step, out var runs) ? [.. runs.SelectMany(r => r.Outputs).Select(o => o.Reason)] : [];

    /// <summary>Names of all tracked steps that a pipeline of ours named.</summary>
    public static IReadOnlyList<string> Names => [CellGeneratorNames.Read, CellGeneratorNames.Names, CellGeneratorNames.Compile];

    /// <summary>Asserts that the last run found everything as the one before had left it.</summary>
    public static void DidNothing(GeneratorDriverRunResult result)
    {
        foreach (var step in Names)
            Assert.All(Reasons(result, step), r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step}: {r}"));
        Assert.All(result.Results.Single().TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs), o => Assert.Equal(IncrementalStepRunReason.Cached, o.Reason));
    }

    /// <summary>Walks everything the steps' outputs hold and returns the paths at which a Roslyn object is kept alive.</summary>
    public static IReadOnlyList<string> RoslynObjects(GeneratorDriverRunResult result)
    {
        var found = new List<string>();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (var name in Names)
            foreach (var run in result.Results.Single().TrackedSteps.GetValueOrDefault(name, []))
                foreach (var (value, _) in run.Outputs) Walk(value, name, seen, found);
        return found;
    }

    static void Walk(object? value, string path, HashSet<object> seen, List<string> found)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value)) return;
        if (value is ISymbol or SyntaxNode or SyntaxTree or Compilation or SemanticModel or IOperation or Location
            || value.GetType().Namespace?.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) == true)
        {
            found.Add($"{path}: {value.GetType()}");
            return;
        }
        if (value is IEnumerable items)
            foreach (var item in items) Walk(item, path + "[]", seen, found);
        for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
                Walk(field.GetValue(value), $"{path}.{field.Name}", seen, found);
    }

    static class CellGeneratorNames
    {
        public const string Read = Generator.CellGenerator.ReadStep, Names = Generator.CellGenerator.NamesStep, Compile = Generator.CellGenerator.CompileStep;
    }
}
