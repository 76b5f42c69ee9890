using System.IO.Compression;
using System.Xml.Linq;

namespace Recurve.Package.Tests;

/// <summary>What is in the packages, and that a user who has nothing else gets from an empty folder to a trained network.</summary>
public sealed class PackageTests(Packed packed) : IClassFixture<Packed>
{
    [Fact]
    public void OnePackageHoldsLibraryCompilerDocumentationAndReadme()
    {
        Assert.Equal(
            [
                "README.md", "analyzers/dotnet/cs/Recurve.CodeFixes.dll", "analyzers/dotnet/cs/Recurve.Generator.dll", "buildTransitive/Recurve.props", "lib/net10.0/Recurve.dll", "lib/net10.0/Recurve.xml",
            ],
            Content(packed.PathOf("Recurve")));
        Assert.Equal(["lib/net10.0/Recurve.pdb"], Content(packed.PathOf("Recurve", "snupkg")));
    }

    [Fact]
    public void ThePackageDependsOnNothing()
    {
        using ZipArchive package = ZipFile.OpenRead(packed.PathOf("Recurve"));
        using Stream nuspec = package.GetEntry("Recurve.nuspec")!.Open();
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single();
        Assert.DoesNotContain(metadata.Descendants(), e => e.Name.LocalName == "dependency");
        Assert.Equal("MIT", metadata.Elements().Single(e => e.Name.LocalName == "license").Value);
        Assert.Equal("README.md", metadata.Elements().Single(e => e.Name.LocalName == "readme").Value);
    }

    [Fact]
    public void FromAnEmptyFolderToATrainedNetwork()
    {
        string folder = packed.Empty("App");
        packed.Dotnet(folder, "new", "recurve-app");
        packed.Dotnet(folder, "new", "recurve-cell", "--name", "Echo");
        // a cell that no scan can run: what the analyzers say must arrive, too
        string cell = File.ReadAllText(Path.Combine(folder, "Echo.cs"));
        Assert.Contains("namespace App;", cell);
        File.WriteAllText(Path.Combine(folder, "Nonlinear.cs"), cell.Replace("class Echo", "class Nonlinear").Replace("wv * x + bv", "wv * x + h + bv"));

        string built = packed.Dotnet(folder, "build");
        Assert.Contains("warning RCV1001: State 'h' depends on its own past through a nonlinear operation", built);
        Assert.DoesNotContain("Echo.cs", built);

        string ran = packed.Dotnet(folder, "run", "--no-build");
        Assert.Contains("h: Diagonal because h' = f * h + (1 - f) * v with f, v from inputs only", ran);
        Assert.Contains("iteration 400/400", ran);
        string run = Assert.Single(Directory.GetDirectories(Path.Combine(folder, "runs"))), report = File.ReadAllText(Path.Combine(run, "report.html"));
        Assert.True(File.Exists(Path.Combine(run, "model.safetensors")), ran);
        Assert.All((string[])["<polyline", "class=\"state\" data-name=\"h\"", "val_loss", "What the compiler decided"], part => Assert.Contains(part, report));
    }

    [Fact]
    public void TheToolIsInstalledAndExplainsTheProject()
    {
        string folder = packed.Empty("Explained"), tools = packed.Empty("tools");
        packed.Dotnet(folder, "tool", "install", "Recurve.Tool", "--tool-path", tools, "--version", packed.Version);
        packed.Dotnet(folder, "new", "recurve-app");
        string said = packed.Run(folder, Path.Combine(tools, "recurve"), "explain", "--svg", "memory.svg");
        Assert.StartsWith("Memory\n  h: Diagonal because h' = f * h + (1 - f) * v with f, v from inputs only\n", said);
        Assert.Contains("class=\"linear\"", File.ReadAllText(Path.Combine(folder, "memory.svg")));
    }

    [OnlineFact]
    public void ATrimmedSingleFileRuns()
    {
        string folder = packed.Empty("Trimmed"), published = Path.Combine(folder, "published");
        packed.Dotnet(folder, "new", "recurve-app");
        string said = packed.Dotnet(folder, "publish", "--use-current-runtime", "--self-contained", "-p:PublishTrimmed=true", "-p:PublishSingleFile=true", "-p:DebugType=none",
            "-p:DisableTransitiveFrameworkReferenceDownloads=true", "--source", packed.Folder, "--source", OnlineFactAttribute.Source, "--output", published);
        Assert.DoesNotContain("warning IL", said);

        string file = Assert.Single(Directory.GetFiles(published));
        string ran = packed.Run(folder, file);
        Assert.Contains("h: Diagonal", ran);
        Assert.Contains("iteration 400/400", ran);
    }

    static string[] Content(string path)
    {
        using ZipArchive package = ZipFile.OpenRead(path);
        return [.. package.Entries.Select(e => e.FullName)
            .Where(n => !n.StartsWith("_rels/", StringComparison.Ordinal) && !n.StartsWith("package/", StringComparison.Ordinal) && n != "[Content_Types].xml" && !n.EndsWith(".nuspec", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }
}
