using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Onnx;

/// <summary>A reader of ONNX files that is not ours: the distribution's python3-onnx, with <c>evaluate.py</c>.</summary>
static class OnnxReader
{
    const string Python = "/usr/bin/python3";

    static readonly JsonSerializerOptions json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Null: it is there.</summary>
    public static string? WhyNot { get; } = Find();

    /// <summary>Evaluates models on inputs.</summary>
    /// <param name="cases">By name: the file, and a tensor for each input.</param>
    public static IReadOnlyDictionary<string, Answer> Evaluate(IReadOnlyDictionary<string, (string Path, IReadOnlyDictionary<string, Tensor> Inputs)> cases)
    {
        string question = JsonSerializer.Serialize(
            cases.ToDictionary(c => c.Key, c => new { model = c.Value.Path, inputs = c.Value.Inputs.ToDictionary(i => i.Key, i => new Array(i.Value.Shape, i.Value.ToArray())) }), json);
        var (exit, output, error) = Run(question, System.IO.Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "Onnx", "evaluate.py"));
        Assert.True(exit == 0, error);
        return JsonSerializer.Deserialize<Dictionary<string, Answer>>(output, json)!;
    }

    static string? Find()
    {
        if (!File.Exists(Python)) return $"{Python} does not exist";
        var (exit, _, error) = Run("", "-c", "import numpy, onnx");
        return exit == 0 ? null : error;
    }

    static (int Exit, string Output, string Error) Run(string input, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }

    /// <summary>A tensor.</summary>
    public sealed record Array(int[] Shape, float[] Values);

    /// <summary>Outputs by name and the operations of the outermost graph, or what went wrong.</summary>
    public sealed record Answer(Dictionary<string, Array>? Outputs, string[]? Ops, string? Error);
}

/// <summary>A test that needs the reader; without it, it is skipped and says why.</summary>
sealed class OnnxFactAttribute : FactAttribute
{
    /// <summary>Looks for the reader.</summary>
    public OnnxFactAttribute() => Skip = OnnxReader.WhyNot is { } why ? $"no python3-onnx: {why}" : null;
}
