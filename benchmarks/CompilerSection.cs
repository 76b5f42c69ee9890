using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Recurve.Generator;

namespace Recurve.Benchmarks;

/// <summary>What the generator costs an editor per edit: in a file without a cell, and inside a cell, among 1000 files.</summary>
static class CompilerSection
{
    // An editor's process is warm after a while; its first edits run code that is not optimised yet.
    const int Files = 1000, Edits = 40, WarmEdits = 1200;

    static readonly CSharpParseOptions parse = new(LanguageVersion.Preview);

    public static void Run()
    {
        foreach (int cells in new[] { 10, 100 }) Measure(cells);
    }

    static void Measure(int cells)
    {
        SyntaxTree[] trees = [.. Enumerable.Range(0, Files).Select(i => Parse(i < cells ? Cell(i, 0) : Plain(i, 0), i))];
        CSharpCompilation compilation = CSharpCompilation.Create("User", trees, References(), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new CellGenerator().AsSourceGenerator()], parseOptions: parse);
        long start = Stopwatch.GetTimestamp();
        driver = driver.RunGenerators(compilation);
        double first = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int written = driver.GetRunResult().GeneratedTrees.Length;
        if (written != cells) throw new InvalidOperationException($"{written} of {cells} cells were generated");
        Report.Single($"first run, {cells} cells", 1, first, note: Text($"{first * 1e3 / cells:F2} ms per cell, cold"));

        Edit($"edit elsewhere, {cells} cells", ref driver, ref compilation, trees, Files - 1, Plain);
        Edit($"edit inside a cell, {cells} cells", ref driver, ref compilation, trees, cells / 2, Cell);
    }

    static void Edit(string what, ref GeneratorDriver driver, ref CSharpCompilation compilation, SyntaxTree[] trees, int file, Func<int, int, string> source)
    {
        List<double> seconds = [];
        List<double> bytes = [];
        for (int edit = 1; edit <= Edits + WarmEdits; edit++)
        {
            SyntaxTree tree = Parse(source(file, edit), file);
            compilation = compilation.ReplaceSyntaxTree(trees[file], tree);
            trees[file] = tree;
            // The editor has these symbols anyway.
            _ = compilation.GlobalNamespace.GetTypeMembers();
            long before = GC.GetTotalAllocatedBytes(precise: true), start = Stopwatch.GetTimestamp();
            driver = driver.RunGenerators(compilation);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            bytes.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        double first = Median(seconds[..Edits]), warm = Median(seconds[^Edits..]), size = Median(bytes[^Edits..]);
        Report.Single(what, 1, warm, note: Text($"{size / 1024:F0} KB per edit; the first {Edits} edits {first * 1e3:F2} ms"));
    }

    static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    static SyntaxTree Parse(string source, int file) => CSharpSyntaxTree.ParseText(source, parse, $"File{file}.cs");

    static string Plain(int file, int edit)
    {
        IEnumerable<string> methods = Enumerable.Range(0, 12).Select(i => Text($"    public static int Method{i}(int x) {{ for (int k = 0; k < {edit + i}; k++) x += k * x; return x; }}"));
        return $"namespace User;\n\npublic static class Plain{file}\n{{\n{string.Join('\n', methods)}\n}}\n";
    }

    static string Cell(int file, int edit) => Text($$"""
        using Recurve;
        using static Recurve.Functions;

        namespace User;

        [Cell]
        public sealed partial class Cell{{file}}(int inputs, int units)
        {
            [Weight] readonly Mat ug = new(units, inputs), ui = new(units, inputs), vf = new(units, inputs), vi = new(units, inputs), vo = new(units, inputs);
            [Weight] readonly Mat wf = new(units, units), wi = new(units, units), wo = new(units, units), wz = new(units, units), vz = new(units, inputs);
            [Weight] readonly Vec bg = new(units), bi = new(units), cf = new(units), ci = new(units), co = new(units), cz = new(units);
            [State] Vec s = new(units), c = new(units);

            Vec Step(Vec x)
            {
                Vec f = Sigmoid(wf * s + vf * x + cf);
                Vec i = Sigmoid(wi * s + vi * x + ci);
                Vec o = Sigmoid(wo * s + vo * x + co);
                Vec z = Tanh(wz * s + vz * x + cz);
                Vec g = Sigmoid(ug * x + bg);
                s = g * s + (1 - g) * Tanh(ui * x + bi) * {{edit + 1}};
                c = f * c + i * z;
                return o * c;
            }
        }
        """);

    static IEnumerable<MetadataReference> References()
        => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(CellAttribute).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path));

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
