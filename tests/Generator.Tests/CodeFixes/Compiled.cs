using System.Reflection;
using Microsoft.CodeAnalysis;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.CodeFixes;

/// <summary>A cell after a fix: compiled with the generator, asked for its classes, run.</summary>
sealed class Compiled
{
    readonly Type type;

    Compiled(Type type) => this.type = type;

    /// <summary>Compiles without a complaint of C#'s, and with none of ours of warning level but those named.</summary>
    public static async Task<Compiled> OfAsync(string cell, string[] sources, params string[] but)
    {
        var run = GeneratorHarness.Run(sources);
        Assert.True(run.Complaints.Count == 0, $"{string.Join('\n', run.Complaints)}\n{string.Join('\n', sources)}");
        var said = (await GeneratorHarness.AnalyzeAsync(sources)).Where(d => d.Severity >= DiagnosticSeverity.Warning && !but.Contains(d.Id));
        Assert.True(!said.Any(), $"{string.Join('\n', said)}\n{string.Join('\n', sources)}");
        return new(run.Load().GetType(cell, throwOnError: true)!);
    }

    /// <summary>The class of each state, as <c>h Diagonal, s FeedForward</c>.</summary>
    public string Kinds => string.Join(", ", ((CellInfo)type.GetProperty("Info", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!).States.Select(s => $"{s.Name} {s.Kind}"));

    /// <summary>Values and gradients are those of its own Step.</summary>
    public Compiled Runs(params object[] arguments)
    {
        foreach (var (batch, time) in new[] { (1, 1), (3, 7) })
            GradientCheck.Verify(Create(arguments), batch, time, seed: time, withStart: true);
        return this;
    }

    /// <summary>Its outputs for random inputs, its weights drawn from a seed.</summary>
    public float[] Outputs(int inputs, params object[] arguments)
    {
        var random = new Random(5);
        var x = Tensor.FromArray([.. Enumerable.Range(0, 2 * 9 * inputs).Select(_ => (float)(random.NextDouble() * 2 - 1))], 2, 9, inputs);
        return Create(arguments).Forward(x).ToArray();
    }

    CellModule Create(object[] arguments)
    {
        var cell = (CellModule)Activator.CreateInstance(type, arguments)!;
        cell.Initialize(seed: 3);
        return cell;
    }
}
