using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Recurve.Generator;
using Recurve.Generator.Diagnostics.Analyzers;
using Recurve.Generator.Frontend;
using Recurve.Generator.Model;

namespace Recurve.TestKit;

/// <summary>Compiles a user's source against Recurve with the generator and the analyzers, in memory.</summary>
public static class GeneratorHarness
{
    /// <summary>What an SDK project has by default, and what every cell uses.</summary>
    public const string Usings = "global using System; global using System.Collections.Generic; global using System.Linq; "
        + "global using Recurve; global using static Recurve.Functions;";

    static readonly CSharpParseOptions Parse = new(LanguageVersion.Preview);

    // what cells and generated halves name: every compilation of the tests looks its names up in all of them
    static readonly string[] platform =
    [
        "System.Private.CoreLib", "System.Runtime", "System.Collections", "System.Collections.Concurrent", "System.Console", "System.Linq", "System.Memory",
        "System.Numerics.Vectors", "System.Runtime.Extensions", "System.Runtime.InteropServices", "System.Runtime.Intrinsics", "System.Runtime.Numerics", "System.Threading",
    ];

    static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(System.IO.Path.PathSeparator)
            .Where(p => platform.Contains(System.IO.Path.GetFileNameWithoutExtension(p)))
            .Select(p => (MetadataReference)MetadataReference.CreateFromFile(p)),
        MetadataReference.CreateFromFile(typeof(CellAttribute).Assembly.Location),
    ];

    /// <summary>A compilation of the sources (files Source0.cs, Source1.cs, …), not yet with generated ones.</summary>
    public static CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "User",
        [CSharpSyntaxTree.ParseText(Usings, Parse, "Usings.cs"), .. sources.Select((s, i) => CSharpSyntaxTree.ParseText(s, Parse, $"Source{i}.cs"))],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));

    /// <summary>Parses a file as <see cref="Compile"/> does.</summary>
    public static SyntaxTree Tree(string source, string path) => CSharpSyntaxTree.ParseText(source, Parse, path);

    /// <summary>A driver that records what each step did. (Roslyn 4.14 loses outputs after some edits while it records, so long runs of edits do without.)</summary>
    public static GeneratorDriver Driver(bool track = true) => CSharpGeneratorDriver.Create(
        [new CellGenerator().AsSourceGenerator()], parseOptions: Parse,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: track));

    /// <summary>Runs the generator, twice: a second run over the same sources does nothing.</summary>
    public static GeneratorRun Run(params string[] sources)
    {
        var given = Compile(sources);
        var driver = Driver().RunGeneratorsAndUpdateCompilation(given, out var compilation, out _);
        GeneratorSteps.DidNothing(driver.RunGenerators(given.Clone()).GetRunResult());
        return new(driver.GetRunResult(), (CSharpCompilation)compilation);
    }

    /// <summary>What the analyzers say of the sources with the generated halves, in source order.</summary>
    public static Task<IReadOnlyList<Diagnostic>> AnalyzeAsync(params string[] sources) => Run(sources).AnalyzeAsync();

    /// <summary>The frontend alone, on the class <paramref name="name"/> (metadata name) in the first source.</summary>
    internal static CellReading Read(string source, string name, params string[] others)
    {
        var compilation = Compile([source, .. others]);
        return CellReader.Read(compilation.GetTypeByMetadataName(name) ?? throw new ArgumentException($"no class {name} in the source"), compilation, default);
    }

    /// <summary>The model of a class.</summary>
    internal static CellSpec Spec(string source, string name, params string[] others) => Read(source, name, others).Spec ?? throw new ArgumentException($"{name} gives no model");
}

/// <summary>One run of the generator over a compilation.</summary>
public sealed record GeneratorRun(GeneratorDriverRunResult Result, CSharpCompilation Compilation)
{
    /// <summary>Generated sources by hint name.</summary>
    public IReadOnlyDictionary<string, string> Sources
        => Result.Results.SelectMany(r => r.GeneratedSources).ToDictionary(s => s.HintName, s => s.SourceText.ToString());

    /// <summary>C#'s own errors and warnings, in user's and generated code.</summary>
    public IReadOnlyList<Diagnostic> Complaints => [.. Compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning)];

    /// <summary>What the analyzers say, in source order; AD0001 where one of them threw.</summary>
    public async Task<IReadOnlyList<Diagnostic>> AnalyzeAsync()
    {
        var compilation = Compilation.WithAnalyzers([new CellAnalyzer()],
            new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false));
        var found = await compilation.GetAnalyzerDiagnosticsAsync();
        return [.. found.OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan).ThenBy(d => d.Id, StringComparer.Ordinal)];
    }

    /// <summary>Emits and loads the assembly; throws with the complaints and the generated text if it does not compile.</summary>
    public Assembly Load()
    {
        using var stream = new MemoryStream();
        var emitted = Compilation.Emit(stream);
        if (!emitted.Success)
        {
            var errors = string.Join('\n', emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error));
            throw new InvalidOperationException($"{errors}\n{string.Join('\n', Sources.Values)}");
        }
        return Assembly.Load(stream.ToArray());
    }
}
