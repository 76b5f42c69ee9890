using System.CommandLine;
using System.Globalization;

namespace Recurve.Tool;

/// <summary><c>recurve inspect</c>: what is in a safetensors file.</summary>
static class InspectCommand
{
    public static Command Create()
    {
        Argument<string> path = new("file") { Description = "A safetensors file: weights that Save wrote, or a checkpoint." };
        Option<bool> json = ProjectArguments.Json();
        Command command = new("inspect", "Shows the tensors of a safetensors file, their shapes and statistics, and its metadata.") { path, json };
        command.Runs(parsed =>
        {
            var (tensors, metadata) = Read(parsed.GetValue(path)!);
            Contents[] contents = [.. tensors.Select(t => Contents.Of(t.Key, t.Value))];
            if (parsed.GetValue(json)) Output.Json(new { Tensors = contents, Metadata = metadata });
            else Write(contents, metadata);
            // weights that are not finite are why somebody looks
            return contents.Any(c => c.NotFinite > 0) ? Exit.Fault : Exit.Fine;
        });
        return command;
    }

    static (IReadOnlyDictionary<string, Tensor>, IReadOnlyDictionary<string, string>) Read(string path)
    {
        try
        {
            return Safetensors.Read(path);
        }
        catch (SafetensorsException malformed)
        {
            throw new MistakeException(malformed.Message);
        }
    }

    static void Write(IReadOnlyList<Contents> contents, IReadOnlyDictionary<string, string> metadata)
    {
        Output.Table(
            ["tensor", "shape", "numbers", "mean", "deviation", "least", "greatest", "not finite"],
            contents.Select(c => (string[])[c.Name, $"({string.Join(", ", c.Shape)})", Text(c.Numbers), Text(c.Mean), Text(c.Deviation), Text(c.Least), Text(c.Greatest), Text(c.NotFinite)]));
        long all = contents.Sum(c => c.Numbers);
        Output.Line($"{contents.Count} tensors, {all.ToString("N0", CultureInfo.InvariantCulture)} numbers, {(all * sizeof(float) / 1048576.0).ToString("0.00", CultureInfo.InvariantCulture)} MiB");
        foreach (var (name, value) in metadata) Output.Line($"{name} = {value}", "grey");
    }

    static string Text(double number) => number.ToString("G4", CultureInfo.InvariantCulture);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A tensor in numbers; statistics are over its finite elements, and NaN where there are none.</summary>
    sealed record Contents(string Name, int[] Shape, long Numbers, double Mean, double Deviation, double Least, double Greatest, long NotFinite)
    {
        public static Contents Of(string name, Tensor tensor)
        {
            float[] all = tensor.ToArray();
            double[] finite = [.. all.Where(float.IsFinite).Select(v => (double)v)];
            double mean = finite.Length == 0 ? double.NaN : finite.Average();
            double deviation = finite.Length == 0 ? double.NaN : Math.Sqrt(finite.Average(v => (v - mean) * (v - mean)));
            return new(name, tensor.Shape, all.LongLength, mean, deviation, finite.DefaultIfEmpty(double.NaN).Min(), finite.DefaultIfEmpty(double.NaN).Max(), all.LongLength - finite.LongLength);
        }
    }
}
