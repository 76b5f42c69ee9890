using System.Reflection;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.RandomPrograms;

/// <summary>
/// Random programs over the language, each compiled and held against RunEagerly in value and gradient. The seed is RECURVE_SEED or a fresh one; every
/// failure prints it with the program. A device's compiler takes its time, so it gets few; RECURVE_PROGRAMS is another number of them.
/// </summary>
public sealed class RandomProgramTests
{
    const int Programs = 512, ProgramsOfDevice = 16, PerCompilation = 64, LeastUses = 20;

    static readonly int[] times = [0, 1, 5, 37], sizes = [1, 2, 3, 5, 8, 17, 33];

    [Theory, OnCpu, OnOpenCl, OnCuda]
    public void CompiledProgramsAgreeWithRunEagerly(string device)
    {
        Assert.True(Device.TryGet(device, out Device? there, out string? whyNot), whyNot);
        int seed = RandomSeed.Draw();
        int programs = int.TryParse(Environment.GetEnvironmentVariable("RECURVE_PROGRAMS"), out int given) ? given : there == Device.Cpu ? Programs : ProgramsOfDevice;
        Dictionary<string, int> uses = [];
        RandomCell[] cells = RandomCell.Draw(programs, seed, uses);
        string[] rare = [.. Form.All.Select(f => f.Op).Distinct().Where(op => uses.GetValueOrDefault(op) < LeastUses)];
        Assert.True(programs < Programs || rare.Length == 0, $"seed {seed}: used fewer than {LeastUses} times: {string.Join(", ", rare)}");

        int discarded = 0;
        List<string> failures = [];
        foreach (RandomCell[] chunk in cells.Chunk(PerCompilation))
        {
            Assembly assembly = GeneratorHarness.Run([.. chunk.Select(c => c.Source)]).Load();
            foreach (RandomCell cell in chunk)
            {
                Random random = new(seed + cell.Source.Length);
                int inputs = sizes[random.Next(sizes.Length)], units = sizes[random.Next(sizes.Length)], batch = 1 + random.Next(3), time = times[random.Next(times.Length)];
                try
                {
                    CellModule module = (CellModule)Activator.CreateInstance(assembly.GetType(cell.Name, throwOnError: true)!, inputs, units)!;
                    module.Initialize(seed);
                    if (new Probe(module, batch, time, seed + cell.Source.Length, there).Run() == Verdict.IllConditioned) discarded++;
                }
                catch (Exception error)
                {
                    failures.Add($"seed {seed}, {inputs} inputs, {units} units, batch {batch}, time {time}: {(error is TargetInvocationException ? error.InnerException : error)}\n{cell.Source}");
                }
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} of {programs} programs fail:\n{string.Join('\n', failures.Take(3))}");
        Assert.True(discarded <= Math.Max(2, programs / 10), $"seed {seed}: {discarded} of {programs} programs are ill-conditioned; more than a tenth is no test");
    }

    [Fact]
    public void NoFunctionIsForgotten()
    {
        string texts = string.Join('\n', Form.All.Select(f => f.Text([.. f.Operands.Select(_ => "x")])));
        IEnumerable<string> functions = typeof(Functions).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => m.Name).Distinct();
        Assert.Equal([], functions.Where(f => !texts.Contains($"{f}(", StringComparison.Ordinal)));
    }
}
