using System.Reflection;
using Recurve.Generator.Analysis;
using Recurve.Generator.Frontend;
using Recurve.Generator.Transform;
using Recurve.TestKit;
using Kind = Recurve.Generator.Analysis.RecurrenceKind;

namespace Recurve.Generator.Tests.Analysis;

/// <summary>
/// The classes of random cells against numbers: the user's own Step, run in double, is tried for superposition, and its Jacobian for which channels and what
/// inputs it depends on. What is called linear is linear, and almost all that is linear is scanned. The seed is RECURVE_SEED or a fresh one.
/// </summary>
public sealed class OracleTests
{
    const int Programs = 2000, PerCompilation = 250, Units = 3, Draws = 3;

    [Fact]
    public void What_is_called_linear_is_linear_and_what_is_linear_is_scanned()
    {
        var seed = RandomSeed.Draw();
        var random = new Random(seed);
        string[] sources = [.. Enumerable.Range(0, Programs).Select(i => RandomStep.Source($"R{i}", random))];
        var (linear, scanned) = (0, 0);
        var kinds = new Dictionary<Kind, int>();
        var missed = new List<string>();
        foreach (var (chunk, start) in sources.Chunk(PerCompilation).Select((c, i) => (c, i * PerCompilation)))
        {
            var compilation = GeneratorHarness.Compile(chunk);
            using var image = new MemoryStream();
            var emitted = compilation.Emit(image);
            Assert.True(emitted.Success, $"seed {seed}: {string.Join('\n', emitted.Diagnostics.Take(3))}");
            var assembly = Assembly.Load(image.ToArray());
            for (var i = 0; i < chunk.Length; i++)
            {
                var name = $"R{start + i}";
                var spec = CellReader.Read(compilation.GetTypeByMetadataName(name)!, compilation, default).Spec!;
                var cell = new Eager(assembly.GetType(name, throwOnError: true)!);
                foreach (var form in DependencyClassifier.Classify(Simplify.Run(Lower.Run(spec).Program!)).Groups)
                {
                    kinds[form.Kind] = kinds.GetValueOrDefault(form.Kind) + 1;
                    var label = Label(cell, [.. form.States.Select(s => s.Name)], new Random(seed + start + i));
                    var text = $"{string.Join(", ", form.States.Select(s => s.Name))} is {form.Kind} (seed {seed}), by numbers {label}:\n{chunk[i]}";
                    Assert.True(IsTrue(form.Kind, label), text);
                    if (form.Held || !label.IsAffine || !(label.IsElementwise ? form.States.Count <= RecurrenceForm.MostStates : label.IsConstant)) continue;
                    linear++;
                    if (form.IsScannable) scanned++;
                    else missed.Add(text);
                }
            }
        }
        Assert.True(scanned >= 0.95 * linear, $"{scanned} of {linear} linear groups are scanned (seed {seed}); not so\n{string.Join('\n', missed.Take(5))}");
        foreach (var kind in new[] { Kind.Diagonal, Kind.Block, Kind.Clamped, Kind.Dense, Kind.Pointwise, Kind.Coupled })
            Assert.True(kinds.GetValueOrDefault(kind) >= 20, $"seed {seed}: too few programs are {kind} to say anything");
    }

    /// <summary>How one group's new values depend on its old ones, as far as samples show.</summary>
    readonly record struct Nature(bool IsAffine, bool IsElementwise, bool IsConstant);

    static bool IsTrue(Kind kind, Nature label) => kind switch
    {
        Kind.FeedForward => label is { IsAffine: true, IsElementwise: true, IsConstant: true },
        Kind.Diagonal or Kind.Block => label is { IsAffine: true, IsElementwise: true },
        Kind.Dense => label is { IsAffine: true, IsConstant: true },
        Kind.Clamped or Kind.MaxPlus or Kind.LogPlus or Kind.Pointwise => label.IsElementwise,
        _ => true,
    };

    static Nature Label(Eager cell, string[] group, Random random)
    {
        double[] Vector(double scale) => [.. Enumerable.Range(0, Units).Select(_ => scale * (2 * random.NextDouble() - 1))];
        var n = group.Length * Units;
        var label = new Nature(true, true, true);
        double[]? before = null;
        for (var draw = 0; draw < Draws; draw++)
        {
            var rest = cell.States.ToDictionary(s => s, _ => Vector(2));
            var x = Vector(2);
            double[] Next(double[] old) => cell.Next(rest, group, old, x);
            double[] Point(double scale) => [.. group.SelectMany(_ => Vector(scale))];

            // of large and of small numbers, so that bounds and bends are met
            foreach (var scale in new[] { 0.3, 3, 40 })
            {
                var (p, q, along) = (Point(scale), Point(scale), 3 * random.NextDouble() - 1);
                var between = Next([.. p.Zip(q, (v, w) => along * v + (1 - along) * w)]);
                var mixed = Next(p).Zip(Next(q), (v, w) => along * v + (1 - along) * w).ToArray();
                if (!Same(between, mixed, scale)) label = label with { IsAffine = false };
            }
            var at = Point(1);
            var origin = Next(at);
            var jacobian = new double[n * n];
            for (var j = 0; j < n; j++)
            {
                var moved = (double[])at.Clone();
                moved[j] += 1;
                var there = Next(moved);
                for (var i = 0; i < n; i++)
                {
                    jacobian[i * n + j] = there[i] - origin[i];
                    if (i % Units != j % Units && Math.Abs(there[i] - origin[i]) > 1e-9) label = label with { IsElementwise = false };
                }
            }
            if (before is not null && !Same(before, jacobian, 1)) label = label with { IsConstant = false };
            before = jacobian;
        }
        return label;
    }

    static bool Same(double[] a, double[] b, double scale) => a.Zip(b, (v, w) => Math.Abs(v - w) <= 1e-9 * (scale + Math.Abs(v) + Math.Abs(w))).All(same => same);

    /// <summary>A cell's own half, run as plain C#.</summary>
    sealed class Eager
    {
        readonly object cell;
        readonly Func<Vec, Vec> step;
        readonly Dictionary<string, FieldInfo> states;

        public Eager(Type type)
        {
            cell = Activator.CreateInstance(type, Units)!;
            step = type.GetMethod("Step")!.CreateDelegate<Func<Vec, Vec>>(cell);
            states = type.GetFields().Where(f => f.GetCustomAttribute<StateAttribute>() is not null).ToDictionary(f => f.Name);
        }

        public IEnumerable<string> States => states.Keys;

        /// <summary>The group's new values, one state after the other, from its old ones; <paramref name="rest"/>: the old values of all others.</summary>
        public double[] Next(Dictionary<string, double[]> rest, string[] group, double[] old, double[] x)
        {
            foreach (var (name, field) in states)
            {
                var k = Array.IndexOf(group, name);
                field.SetValue(cell, k < 0 ? new Vec(Units, i => rest[name][i]) : new Vec(Units, i => old[k * Units + i]));
            }
            step(new Vec(Units, i => x[i]));
            return [.. group.SelectMany(name => ((Vec)states[name].GetValue(cell)!).ToArray())];
        }
    }
}
