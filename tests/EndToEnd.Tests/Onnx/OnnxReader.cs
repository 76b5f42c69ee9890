using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;

namespace Recurve.EndToEnd.Tests.Onnx;

/// <summary>A reader of ONNX files that is not ours: ONNX Runtime, with the optimizations that its users get.</summary>
static class OnnxReader
{
    static readonly ConcurrentQueue<string> complaints = [];

    // Its warnings are of shapes and types that do not fit and that it lets pass; the file is to give it no cause.
    static readonly DOrtLoggingFunction log = (_, severity, category, _, location, message) => complaints.Enqueue($"{severity} {category}: {message} ({location})");

    static OnnxReader()
    {
        EnvironmentCreationOptions options = new() { logId = "tests", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, loggingFunction = log };
        OrtEnv.CreateInstanceWithOptions(ref options);
    }

    /// <summary>What a model's outputs are on these inputs, by name and in the file's order.</summary>
    /// <exception cref="OnnxRuntimeException">The file is refused, or cannot be run.</exception>
    public static IReadOnlyList<(string Name, int[] Shape, float[] Values)> Evaluate(byte[] file, IReadOnlyDictionary<string, Tensor> inputs)
    {
        complaints.Clear();
        using SessionOptions options = new() { IntraOpNumThreads = 1 };
        using InferenceSession session = new(file, options);
        using RunOptions run = new();
        Dictionary<string, OrtValue> given = inputs.ToDictionary(i => i.Key, i => OrtValue.CreateTensorValueFromMemory(i.Value.ToArray(), [.. i.Value.Shape.Select(s => (long)s)]));
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, given, session.OutputNames);
        foreach (OrtValue value in given.Values) value.Dispose();
        Assert.True(complaints.IsEmpty, string.Join('\n', complaints));
        return [.. session.OutputNames.Zip(results, (name, r) => (name, r.GetTensorTypeAndShape().Shape.Select(s => (int)s).ToArray(), r.GetTensorDataAsSpan<float>().ToArray()))];
    }
}
