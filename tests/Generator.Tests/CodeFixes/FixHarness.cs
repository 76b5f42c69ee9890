using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Recurve.CodeFixes;
using Recurve.Generator.Diagnostics.Analyzers;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.CodeFixes;

/// <summary>An editor without a window: a workspace with the generator, in which a fix is asked what it offers and its offer is taken.</summary>
sealed class FixHarness : IDisposable
{
    readonly AdhocWorkspace workspace = new();
    readonly ProjectId project;

    FixHarness(string[] sources)
    {
        var compilation = GeneratorHarness.Compile(sources);
        var info = ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "User", "User", LanguageNames.CSharp,
            compilationOptions: compilation.Options, parseOptions: compilation.SyntaxTrees[0].Options, metadataReferences: compilation.References, analyzerReferences: [new Generators()]);
        project = workspace.AddProject(info).Id;
        foreach (var tree in compilation.SyntaxTrees) workspace.AddDocument(DocumentInfo.Create(DocumentId.CreateNewId(project), tree.FilePath, filePath: tree.FilePath,
            loader: TextLoader.From(TextAndVersion.Create(tree.GetText(), VersionStamp.Default))));
    }

    /// <summary>What is offered for the first diagnostic of an id.</summary>
    public static async Task<IReadOnlyList<string>> OffersAsync(CellFix fix, string id, params string[] sources)
    {
        using var harness = new FixHarness(sources);
        return [.. (await harness.ActionsAsync(fix, id)).Select(a => a.Title)];
    }

    /// <summary>The sources after the offer is taken; by default the only one.</summary>
    public static async Task<string[]> ApplyAsync(CellFix fix, string id, string[] sources, string? key = null)
    {
        using var harness = new FixHarness(sources);
        var actions = await harness.ActionsAsync(fix, id);
        var action = Assert.Single(actions, a => key is null || a.EquivalenceKey == key);
        return await harness.TakeAsync(action, sources.Length);
    }

    /// <summary>As <see cref="ApplyAsync(CellFix, string, string[], string?)"/>, of one file.</summary>
    public static async Task<string> ApplyAsync(CellFix fix, string id, string source, string? key = null) => (await ApplyAsync(fix, id, [source], key))[0];

    /// <summary>The sources after all diagnostics of an id in the project have been met.</summary>
    public static async Task<string[]> ApplyToAllAsync(CellFix fix, string id, string[] sources, string? key = null)
    {
        using var harness = new FixHarness(sources);
        var document = harness.workspace.CurrentSolution.Projects.Single().Documents.First(d => d.Name == "Source0.cs");
        var context = new FixAllContext(document, fix, FixAllScope.Project, key ?? fix.GetType().Name, [id], new Provider(harness), default);
        return await harness.TakeAsync((await fix.GetFixAllProvider()!.GetFixAsync(context))!, sources.Length);
    }

    /// <summary>The first complaint of an id about the first source, and the cell as fixes see it; nulls where there is none.</summary>
    public static async Task<(CellSource? Source, Complaint? Complaint)> ComplaintAsync(string id, string[] sources)
    {
        using var harness = new FixHarness(sources);
        var diagnostic = (await harness.DiagnosticsAsync()).FirstOrDefault(d => d.Id == id && d.Location.SourceTree!.FilePath == "Source0.cs");
        if (diagnostic is null || Complaint.Of(diagnostic) is not { } complaint) return (null, null);
        return (await CellSource.FromAsync(harness.workspace.CurrentSolution.GetProject(harness.project)!, complaint.Cell, default), complaint);
    }

    async Task<IReadOnlyList<CodeAction>> ActionsAsync(CellFix fix, string id)
    {
        Assert.Contains(id, fix.FixableDiagnosticIds);
        var diagnostics = await DiagnosticsAsync();
        var diagnostic = diagnostics.FirstOrDefault(d => d.Id == id);
        Assert.True(diagnostic is not null, $"no {id} among: {string.Join('\n', diagnostics)}");
        var actions = new List<CodeAction>();
        await fix.RegisterCodeFixesAsync(new(workspace.CurrentSolution.GetDocument(diagnostic.Location.SourceTree)!, diagnostic, (action, _) => actions.Add(action), default));
        return actions;
    }

    async Task<IReadOnlyList<Diagnostic>> DiagnosticsAsync()
    {
        var compilation = await workspace.CurrentSolution.GetProject(project)!.GetCompilationAsync();
        var found = await compilation!.WithAnalyzers([new CellAnalyzer()], new AnalyzerOptions([])).GetAnalyzerDiagnosticsAsync();
        return [.. found.OrderBy(d => d.Location.SourceTree!.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan)];
    }

    async Task<string[]> TakeAsync(CodeAction action, int sources)
    {
        foreach (var operation in await action.GetOperationsAsync(default)) operation.Apply(workspace, default);
        var texts = new string[sources];
        foreach (var document in workspace.CurrentSolution.GetProject(project)!.Documents.Where(d => d.Name.StartsWith("Source", StringComparison.Ordinal)))
            texts[int.Parse(document.Name["Source".Length..^".cs".Length], CultureInfo.InvariantCulture)] = (await document.GetTextAsync()).ToString();
        return texts;
    }

    public void Dispose() => workspace.Dispose();

    sealed class Provider(FixHarness harness) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => await harness.DiagnosticsAsync();

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
            => (await harness.DiagnosticsAsync()).Where(d => d.Location.SourceTree!.FilePath == document.FilePath);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }

    sealed class Generators : AnalyzerReference
    {
        public override string? FullPath => null;

        public override object Id => nameof(CellGenerator);

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzers(string language) => [];

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzersForAllLanguages() => [];

        // the workspace looks a generator up by its identity
        readonly ImmutableArray<ISourceGenerator> generators = [new CellGenerator().AsSourceGenerator()];

        public override ImmutableArray<ISourceGenerator> GetGenerators(string language) => generators;

        public override ImmutableArray<ISourceGenerator> GetGeneratorsForAllLanguages() => GetGenerators(LanguageNames.CSharp);
    }
}
