using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Recurve.Cells;
using Recurve.Distributed;
using Recurve.Spectral;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Documentation;

/// <summary>Every C# snippet of README and docs compiles, with the generator and beside the samples' cells; programs run; what is said to be generated is.</summary>
public sealed partial class SnippetTests
{
    public static TheoryData<string> Pages => [.. Markdown.Pages.Where(p => Markdown.Snippets(p).Count + Markdown.Tables(p).Count > 0)];

    [Theory, MemberData(nameof(Pages))]
    public void Compiles(string page)
    {
        var snippets = Markdown.Snippets(page);
        Assert.All(snippets, s => Assert.Contains(s.Kind, new[] { "", "statements", "program", "generated" }));
        Assert.Equal(Fence().Count(Markdown.Read(page)), snippets.Count);

        var run = Run(page, [.. Types(page), .. snippets.Where(s => s.Kind == "statements").Select((s, i) => Method($"Statements{i}", s.Given, s.Text)),
            .. Markdown.Tables(page).Select((t, i) => Method($"Table{i}", t.Given, string.Concat(t.Expressions.Select(Statement))))]);
        Assert.DoesNotContain(run.Complaints, d => d.Severity == DiagnosticSeverity.Error);
        string generated = Words(string.Join('\n', run.Sources.Values));
        foreach (string method in snippets.Where(s => s.Kind == "generated").SelectMany(s => s.Text.Split("\n\n"))) Assert.Contains(Words(method), generated);
    }

    [Theory, MemberData(nameof(Pages))]
    public async Task TheCompilerSaysOfCellsWhatThePageSays(string page)
    {
        var said = await GeneratorHarness.AnalyzeAsync(Types(page));
        string[] warnings = [.. said.Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.Id)];
        Assert.Equal(Markdown.Snippets(page).SelectMany(s => s.Says.Split(", ", StringSplitOptions.RemoveEmptyEntries)), warnings);
    }

    /// <summary>The program of the five-minute start, as a user runs it.</summary>
    [Fact]
    public void TheFirstProgramLearns()
    {
        const string page = "docs/start.md";
        Snippet program = Assert.Single(Markdown.Snippets(page), s => s.Kind == "program");
        var compilation = Run(page, [.. Types(page), program.Text]).Compilation.WithOptions(new CSharpCompilationOptions(OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true));
        using MemoryStream stream = new();
        var emitted = compilation.Emit(stream);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));

        string output = Printed(() => Assembly.Load(stream.ToArray()).EntryPoint!.Invoke(null, [Array.Empty<string>()]));
        double[] errors = [.. Progress().Matches(output).Select(m => double.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(6, errors.Length);
        Assert.True(errors[^1] < 0.033, output);
        // what the page shows of its output
        foreach (string line in Shown().Match(Markdown.Read(page)).Groups[1].Value.Split('\n')) Assert.Contains(line, output);
    }

    // of an SDK project, beside those of the harness
    const string ImplicitUsings = "using System.IO; using System.Threading; using System.Threading.Tasks; ";

    static string[] Types(string page) => [.. Markdown.Snippets(page).Where(s => s.Kind == "").Select(s => s.Text)];

    static GeneratorRun Run(string page, string[] sources)
    {
        var compilation = GeneratorHarness.Compile(sources).AddReferences(new[] { typeof(MinGru), typeof(SpectralTrainer), typeof(World) }.Select(t => MetadataReference.CreateFromFile(t.Assembly.Location)));
        var driver = GeneratorHarness.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var updated, out _);
        return new(driver.GetRunResult(), (CSharpCompilation)updated);
    }

    static string Method(string name, string given, string body)
    {
        string usings = string.Concat(Using().Matches(given).Select(m => m.Value)), parameters = Using().Replace(given, "").Trim();
        return $"{ImplicitUsings}{usings}\nstatic class {name} {{ static void Run({parameters}) {{\n{body}\n}} }}";
    }

    // a call may give nothing
    static string Statement(string expression) => $"{(SyntaxFactory.ParseExpression(expression) is InvocationExpressionSyntax ? "" : "_ = ")}{expression};\n";

    static string Printed(Action action)
    {
        var (before, text) = (Console.Out, new StringWriter());
        Console.SetOut(TextWriter.Synchronized(text));
        try { action(); }
        finally { Console.SetOut(before); }
        return text.ToString();
    }

    static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("^```csharp", RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"using [\w.]+; ?")]
    private static partial Regex Using();

    [GeneratedRegex(@"^\d+: mean squared error ([\d.]+)", RegexOptions.Multiline)]
    private static partial Regex Progress();

    [GeneratedRegex("^```\n(MinGru\n.*?)\n```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Shown();
}
