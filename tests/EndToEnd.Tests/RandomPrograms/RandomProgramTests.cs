using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.RandomPrograms;

/// <summary>
/// Random programs over the language, each compiled and held against RunEagerly in value and gradient. The seed is RECURVE_SEED or a fresh one; every
/// failure prints it with the program.
/// </summary>
public sealed class RandomProgramTests
{
    const int Programs = 512, PerCompilation = 64, LeastUses = 20;

    [Fact]
    public void CompiledProgramsAgreeWithRunEagerly()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("RECURVE_SEED"), out int given) ? given : Random.Shared.Next(1, int.MaxValue);
        Dictionary<string, int> uses = [];
        int[][] tapes = [.. Gen.Choose(0, 1 << 20).ArrayOf(160).Sample(Programs, new Rnd((ulong)seed, 1), 160)];
        RandomCell[] cells = [.. tapes.Select((tape, i) => RandomCell.Decode($"Random{i}", tape, uses))];
        string[] rare = [.. Form.All.Select(f => f.Op).Distinct().Where(op => uses.GetValueOrDefault(op) < LeastUses)];
        Assert.True(rare.Length == 0, $"seed {seed}: used fewer than {LeastUses} times: {string.Join(", ", rare)}");

        int discarded = 0;
        List<string> failures = [];
        foreach (RandomCell[] chunk in cells.Chunk(PerCompilation))
        {
            Assembly assembly = GeneratorHarness.Run([.. chunk.Select(c => c.Source)]).Load();
            foreach (RandomCell cell in chunk)
            {
                try
                {
                    if (Check(assembly, cell, seed) == Verdict.IllConditioned) discarded++;
                }
                catch (Exception error)
                {
                    failures.Add($"seed {seed}, {(error is TargetInvocationException ? error.InnerException : error)}\n{cell.Source}");
                }
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} of {Programs} programs fail:\n{string.Join('\n', failures.Take(3))}");
        Assert.True(discarded <= Programs / 10, $"seed {seed}: {discarded} of {Programs} programs are ill-conditioned; more than a tenth is no test");
    }

    [Fact]
    public void NoFunctionIsForgotten()
    {
        string texts = string.Join('\n', Form.All.Select(f => f.Text([.. f.Operands.Select(_ => "x")])));
        IEnumerable<string> functions = typeof(Functions).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => m.Name).Distinct();
        Assert.Equal([], functions.Where(f => !texts.Contains($"{f}(", StringComparison.Ordinal)));
    }

    static Verdict Check(Assembly assembly, RandomCell program, int seed)
    {
        int inputs = 1 + seed % 3 + program.Name.Length % 2, units = 2 + Math.Abs(program.Source.Length) % 4;
        CellModule cell = (CellModule)Activator.CreateInstance(assembly.GetType(program.Name, throwOnError: true)!, inputs, units)!;
        cell.Initialize(seed);
        return new Probe(cell, batch: 2, time: 5, seed + program.Source.Length).Run();
    }
}
