using Microsoft.ML.OnnxRuntime;
using Recurve.Cells;

namespace Recurve.Benchmarks;

/// <summary>Whole sequences through a model in evaluation, beside ONNX Runtime with the file that the model was exported to.</summary>
static class ServeSection
{
    public static void Run()
    {
        using IDisposable evaluation = Autograd.NoGrad();
        foreach (int batch in (int[])[1, 16])
        {
            Measure("LSTM H=128", new Lstm(128, 128), 128, 1024, batch);
            Measure("LSTM H=512", new Lstm(512, 512), 512, 1024, batch);
            Measure("GRU H=128", new Gru(128, 128), 128, 1024, batch);
            Measure("minGRU H=256", new MinGru(256, 256), 256, 1024, batch);
            Measure("GILR-LSTM H=128", new GilrLstm(128, 128), 128, 1024, batch);
            Measure("2 × GILR-LSTM H=64, a class", new Sequential(new GilrLstm(128, 64), new GilrLstm(64, 64), new LastStep(), new Linear(64, 2)), 128, 4096, batch);
        }
    }

    static void Measure(string what, Module model, int inputs, int steps, int batch)
    {
        model.Initialize(seed: 1);
        model.Eval();
        Random random = new(2);
        float[] numbers = [.. Enumerable.Range(0, batch * steps * inputs).Select(_ => (float)(random.NextDouble() * 2 - 1))];
        Tensor x = Tensor.FromArray(numbers, batch, steps, inputs);
        string path = Path.GetTempFileName();
        try
        {
            model.ExportOnnx(path);
            Timing.ForThreads(threads =>
            {
                using SessionOptions options = new() { IntraOpNumThreads = threads };
                using InferenceSession session = new(path, options);
                using RunOptions run = new();
                using OrtValue given = OrtValue.CreateTensorValueFromMemory(numbers, [batch, steps, inputs]);
                Dictionary<string, OrtValue> feed = new() { [session.InputNames[0]] = given };
                RequireAgreement(what, model.Forward(x).ToArray(), session, run, feed);
                // one after the other, not in turn: the threads of either wait for more by running idle
                double ours = Timing.Median(() => model.Forward(x), threads), theirs = Timing.Median(() => session.Run(run, feed, session.OutputNames).Dispose(), threads);
                Report.Compare($"{what} T={steps} B={batch}", threads, ours, theirs, "ONNX Runtime");
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    static void RequireAgreement(string what, float[] ours, InferenceSession session, RunOptions run, Dictionary<string, OrtValue> feed)
    {
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, feed, session.OutputNames);
        ReadOnlySpan<float> theirs = results[0].GetTensorDataAsSpan<float>();
        float difference = 0;
        for (int i = 0; i < ours.Length; i++) difference = Math.Max(difference, Math.Abs(ours[i] - theirs[i]));
        if (ours.Length != theirs.Length || difference > 1e-4) throw new InvalidOperationException($"{what}: the outputs differ by {difference}.");
    }
}
