using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Recurve.EndToEnd.Tests.Golden;

/// <summary>A committed safetensors file beside this source, read without the runtime's own reader.</summary>
sealed class GoldenFile
{
    readonly Dictionary<string, (int[] Shape, float[] Values)> tensors = [];

    public GoldenFile(string name)
    {
        byte[] bytes = File.ReadAllBytes(PathOf(name));
        int header = checked((int)MemoryMarshal.Read<ulong>(bytes));
        using JsonDocument json = JsonDocument.Parse(bytes.AsMemory(8, header));
        foreach (JsonProperty tensor in json.RootElement.EnumerateObject())
        {
            int[] offsets = [.. tensor.Value.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt32())];
            int[] shape = [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(o => o.GetInt32())];
            tensors.Add(tensor.Name, (shape, MemoryMarshal.Cast<byte, float>(bytes.AsSpan((8 + header + offsets[0])..(8 + header + offsets[1]))).ToArray()));
        }
    }

    public IEnumerable<string> Names => tensors.Keys;

    public float[] this[string name] => tensors[name].Values;

    public int[] Shape(string name) => tensors[name].Shape;

    public double[] Doubles(string name) => Array.ConvertAll(this[name], x => (double)x);

    /// <summary>Where a golden file lies in the source tree.</summary>
    public static string PathOf(string name, [CallerFilePath] string here = "")
    {
        // a deterministic build maps source paths away; then the tree is found from where the tests run
        string? folder = Path.GetDirectoryName(here);
        if (!Directory.Exists(folder))
        {
            DirectoryInfo? root = new(AppContext.BaseDirectory);
            while (root is not null && !File.Exists(Path.Combine(root.FullName, "Compiler.sln"))) root = root.Parent;
            folder = Path.Combine(root?.FullName ?? throw new DirectoryNotFoundException("Compiler.sln"), "tests", "EndToEnd.Tests", "Golden");
        }
        return Path.Combine(folder!, name);
    }
}
