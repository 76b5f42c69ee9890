using System.Text.RegularExpressions;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Architecture;

/// <summary>Who may use whom: the table of the house, held against the usings of every file.</summary>
public sealed partial class RoomTests
{
    const string Roslyn = "Microsoft.CodeAnalysis", Root = "Recurve.Generator.";

    // room → what it may use besides the base library
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Support"] = [],
        ["Model"] = ["Support"],
        ["Frontend"] = [Roslyn, "Model", "Support", "Diagnostics"],
        ["IR"] = ["Support"],
        ["Analysis"] = ["IR", "Support"],
        ["Transform"] = ["IR", "Analysis", "Support"],
        ["Emit"] = ["IR", "Transform", "Model", "Support", "Emit.Lanes", "Emit.Device"],
        ["Diagnostics"] = [Roslyn, "Model", "Support", "Diagnostics.Analyzers"],
        ["Diagnostics/Analyzers"] = [Roslyn, "Frontend", "IR", "Analysis", "Transform", "Model", "Support", "Diagnostics"],
        [""] = [Roslyn, "Frontend", "IR", "Analysis", "Transform", "Model", "Support", "Diagnostics", "Emit"],
    };

    // the editor's half: what the analyzer says and knows, and nothing of how it comes to know it
    static readonly string[] AllowedToCodeFixes = ["System", Roslyn, "Recurve.Generator.Diagnostics", "Recurve.Generator.Diagnostics.Analyzers"];

    // a file with more than its room: why is in its own summary
    static readonly Dictionary<string, string[]> Exceptions = new()
    {
        ["Transform/Lower.cs"] = ["Model"],
        ["Transform/LowerSizes.cs"] = ["Model"],
        ["Transform/LowerComplex.cs"] = ["Model"],
    };

    public static TheoryData<string> Files =>
    [
        .. Directory.GetFiles(Source, "*.cs", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Source, f).Replace('\\', '/'))
            .Where(f => !f.StartsWith("obj/", StringComparison.Ordinal) && !f.StartsWith("bin/", StringComparison.Ordinal)).Order(),
    ];

    static string Source => Path.Combine(Repository.Root, "src", "Generator");

    [Theory, MemberData(nameof(Files))]
    public void UsesOnlyWhatItsRoomMay(string file)
    {
        var text = File.ReadAllText(Path.Combine(Source, file));
        var room = Room(file);
        string[] allowed = [.. Allowed[room], .. Exceptions.GetValueOrDefault(file, []), room.Replace('/', '.'), room.Split('/')[0]];
        var used = Using().Matches(text).Select(m => m.Groups["name"].Value).Where(n => n.StartsWith(Roslyn, StringComparison.Ordinal) || n.StartsWith(Root, StringComparison.Ordinal));
        foreach (var name in used)
        {
            var what = name.StartsWith(Roslyn, StringComparison.Ordinal) ? Roslyn : name[Root.Length..];
            // a nested type after `using static`: its room is what counts
            Assert.True(allowed.Any(a => what == a || a != "" && what.StartsWith(a + ".", StringComparison.Ordinal)), $"{file} ({room}) uses {name}; it may use {string.Join(", ", allowed)}.");
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void StandsInTheNamespaceOfItsRoom(string file)
    {
        if (file == "Support/Polyfills.cs") return;
        var text = File.ReadAllText(Path.Combine(Source, file));
        var folder = Path.GetDirectoryName(file)!.Replace('\\', '/').Replace('/', '.');
        Assert.Contains($"namespace Recurve.Generator{(folder == "" ? "" : $".{folder}")};", text);
    }

    [Fact]
    public void TheRuntimeAndTheGeneratorNeverReferToEachOther()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "src", "Runtime"), "*.cs", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain("using Recurve.Generator", File.ReadAllText(file));
        }
        Assert.DoesNotContain("Recurve.csproj", File.ReadAllText(Path.Combine(Source, "Recurve.Generator.csproj")));
    }

    [Fact]
    public void CodeFixesKnowTheAnalyzersAndWorkspacesAlone()
    {
        string source = Path.Combine(Repository.Root, "src", "CodeFixes");
        string[] files = [.. Directory.GetFiles(source, "*.cs")];
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            var foreign = Using().Matches(text).Select(m => m.Groups["name"].Value)
                .Where(n => !AllowedToCodeFixes.Any(a => n == a || !a.StartsWith(Root, StringComparison.Ordinal) && n.StartsWith(a + ".", StringComparison.Ordinal)));
            Assert.True(!foreign.Any(), $"{file} uses {string.Join(", ", foreign)}; it may use {string.Join(", ", AllowedToCodeFixes)}.");
            Assert.Contains("namespace Recurve.CodeFixes;", text);
        }
        // Workspaces may not load in the compiler
        Assert.DoesNotContain("Workspaces", File.ReadAllText(Path.Combine(Source, "Recurve.Generator.csproj")));
    }

    [Fact]
    public void SpectralTrainingStandsOnTheRuntimeAndOneLibrary()
    {
        string source = Path.Combine(Repository.Root, "src", "Spectral");
        foreach (var file in Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)))
        {
            var foreign = Using().Matches(File.ReadAllText(file)).Select(m => m.Groups["name"].Value)
                .Where(n => n != "Recurve.Kernels" && !n.StartsWith("System", StringComparison.Ordinal) && !n.StartsWith("MathNet.Numerics", StringComparison.Ordinal));
            Assert.True(!foreign.Any(), $"{file} uses {string.Join(", ", foreign)}");
        }
        Assert.DoesNotContain("MathNet", File.ReadAllText(Path.Combine(Repository.Root, "src", "Runtime", "Recurve.csproj")));
    }

    static string Room(string file) => Allowed.Keys.Where(r => r == "" || file.StartsWith(r + "/", StringComparison.Ordinal)).MaxBy(r => r.Length)!;

    [GeneratedRegex(@"^(?:global )?using (?:static )?(?:\w+ = )?(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
