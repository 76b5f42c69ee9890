namespace Recurve.Runtime.Tests.Kernels.Lanes;

public sealed class VectorMathTextTests
{
    [Fact]
    public void TheFilesForEachWidthAreOneText()
    {
        string common = Text(512);
        Assert.Equal(common, Text(256));
        Assert.Equal(common, Text(128));
    }

    static string Text(int bits)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Compiler.sln"))) folder = Path.GetDirectoryName(folder);
        string path = Path.Combine(folder!, "src", "Runtime", "Kernels", "Lanes", $"VectorMath{bits}.cs");
        return File.ReadAllText(path).Replace($"Vector{bits}", "VectorN").Replace($"VectorMath{bits}", "VectorMathN").Replace($"{bits}-bit", "N-bit");
    }
}
