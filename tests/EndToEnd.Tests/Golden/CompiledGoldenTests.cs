using Recurve.Cells;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Golden;

/// <summary>The compiled LSTM and GRU, with weights loaded by PyTorch's keys, against PyTorch's outputs and gradients.</summary>
public sealed class CompiledGoldenTests
{
    [Theory, OnCpu, OnOpenCl, OnCuda]
    public void LstmAgreesWithPyTorch(string device)
    {
        GoldenFile golden = new("lstm.safetensors");
        Lstm cell = new(golden.Shape("x")[2], golden.Shape("h0")[1]);
        cell.Load(GoldenFile.PathOf("lstm.weights.safetensors"));
        cell.To(Get(device));
        Tensor x = Leaf(golden, "x", device), h = Leaf(golden, "h0", device), c = Leaf(golden, "c0", device);
        var (y, end) = cell.Forward(x, new Lstm.States(h, c));
        Verify(golden, cell, [("y", y), ("hn", end.h), ("cn", end.c)], [("x", x), ("h0", h), ("c0", c)]);
    }

    [Theory, OnCpu, OnOpenCl, OnCuda]
    public void GruAgreesWithPyTorch(string device)
    {
        GoldenFile golden = new("gru.safetensors");
        Gru cell = new(golden.Shape("x")[2], golden.Shape("h0")[1]);
        cell.Load(GoldenFile.PathOf("gru.weights.safetensors"));
        cell.To(Get(device));
        Tensor x = Leaf(golden, "x", device), h = Leaf(golden, "h0", device);
        var (y, end) = cell.Forward(x, new Gru.States(h));
        Verify(golden, cell, [("y", y), ("hn", end.h)], [("x", x), ("h0", h)]);
    }

    static void Verify(GoldenFile golden, CellModule cell, (string Name, Tensor Value)[] results, (string Name, Tensor Value)[] leaves)
    {
        foreach (var (name, value) in results) Near(golden[name], value.ToArray(), name);
        Tensor loss = Tensor.FromArray([0f]);
        Autograd.Record("the gradients that arrived in PyTorch", [.. results.Select(r => r.Value)], [loss],
            _ => [.. results.Select(r => Tensor.FromArray(golden["g" + r.Name], r.Value.Shape).To(r.Value.Device))]);
        loss.Backward();
        foreach (var (name, value) in leaves) Near(golden["grad." + name], value.Grad!.ToArray(), $"gradient of {name}");
        foreach (Parameter parameter in cell.Parameters) Near(golden["grad." + parameter.Name], parameter.Grad!.ToArray(), $"gradient of {parameter.Name}");
    }

    static Device Get(string device) => Device.TryGet(device, out Device? there, out string? whyNot) ? there : throw new ArgumentException(whyNot);

    static Tensor Leaf(GoldenFile golden, string name, string device)
    {
        Tensor leaf = Tensor.FromArray(golden[name], golden.Shape(name)).To(Get(device));
        leaf.RequiresGrad = true;
        return leaf;
    }

    static void Near(float[] expected, float[] actual, string what)
    {
        double error = expected.Zip(actual, (e, a) => ((double)e - a) * (e - a)).Sum(), norm = expected.Sum(e => (double)e * e);
        Assert.True(expected.Length == actual.Length && Math.Sqrt(error / norm) <= 1e-5, $"{what}: relative error {Math.Sqrt(error / norm):E2}");
    }
}
