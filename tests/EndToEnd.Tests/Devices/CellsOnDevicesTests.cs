using Recurve.Cells;
using Recurve.TestKit;
using Recurve.TestKit.Cuda;

namespace Recurve.EndToEnd.Tests.Devices;

/// <summary>Cells among other modules on a device: training goes where it goes on the processor, and what is not together is refused.</summary>
public sealed class CellsOnDevicesTests
{
    static Device Get(string device) => Device.TryGet(device, out var there, out var whyNot) ? there : throw new ArgumentException(whyNot);

    static Tensor Normal(int seed, params int[] shape)
    {
        var random = new RandomSource(seed);
        return Tensor.FromArray([.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)random.Normal())], shape);
    }

    [Theory, OnOpenCl, OnCuda, OnIlgpu]
    public void ANetworkLearnsWhatItLearnsOnTheProcessor(string device)
    {
        float[] expected = Train(Device.Cpu), actual = Train(Get(device));
        // the first loss is one forward pass; what differs in its last bits grows from step to step
        Assert.Equal(expected[0], actual[0], 1e-5f);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-3f);
        Assert.True(expected[^1] < 0.9 * expected[0], $"the loss went from {expected[0]} to {expected[^1]}");
    }

    static float[] Train(Device device)
    {
        var network = new Sequential(
            new Embedding(7, 5), new MinGru(5, 9), new Residual(new Bidirectional(new Gru(9, 5), new MinGru(9, 4))), new Lru(9, 6), new LayerNorm(9), new LastStep(), new Linear(9, 3));
        network.Initialize(seed: 3);
        network.To(device);
        var optimizer = new Adam(network.Parameters, 0.02);
        var random = new RandomSource(1);
        var ids = Tensor.FromArray([.. Enumerable.Range(0, 6 * 11).Select(_ => (float)random.NextInt(7))], 6, 11).To(device);
        var resets = GradientCheck.RandomResets(6, 11, seed: 2).To(device);
        List<float> losses = [];
        for (var step = 0; step < 12; step++)
        {
            optimizer.ZeroGrad();
            var loss = Loss.CrossEntropy(network.Forward(ids, new() { Lengths = [11, 3, 8, 1, 11, 5], Resets = resets }), [0, 1, 2, 0, 1, 2]);
            loss.Backward();
            GradientClip.ByNorm(network.Parameters, 1);
            optimizer.Step();
            losses.Add(loss.Item());
        }
        return [.. losses];
    }

    [Theory, OnOpenCl, OnCuda, OnIlgpu]
    public void WhatIsNotTogetherIsRefusedByName(string device)
    {
        var there = Get(device);
        Tensor here = Normal(1, 2, 3, 4), away = Normal(1, 2, 3, 4).To(there), mask = Tensor.Zeros(2, 3);
        var cell = new MinGru(4, 5);
        Func<object>[] onTheProcessor = [() => cell.Forward(away), () => cell.Forward(here, new Sequence { Resets = mask.To(there) }),
            () => cell.Forward(here, new MinGru.States(Tensor.Zeros(2, 5).To(there)))];
        Func<object>[] onTheDevice = [() => cell.Forward(here), () => cell.Forward(away, new Sequence { Resets = mask }),
            () => cell.Forward(away, new MinGru.States(Tensor.Zeros(2, 5)))];
        foreach (var mixture in onTheProcessor) RefusesBoth(mixture);
        cell.To(there);
        foreach (var mixture in onTheDevice) RefusesBoth(mixture);
        Assert.Equal(there, cell.Forward(away).Device);
        Assert.Equal(there, cell.InitialStates(2).h.Device);

        void RefusesBoth(Func<object> mixture)
        {
            var message = Assert.Throws<ArgumentException>(mixture).Message;
            Assert.Contains("cpu", message, StringComparison.Ordinal);
            Assert.Contains(device, message, StringComparison.Ordinal);
        }
    }

    // 70 steps: the first, two graphs of 32, and five; the double counts them
    [Theory, OnCuda]
    public void StepsOfALoopAreLaunchedTogether(string device)
    {
        const int Calls = 3;
        using var forced = new ForcedPersistence(false);
        var cell = new Lstm(4, 5);
        cell.Initialize(2);
        var expected = Run(cell, Device.Cpu);
        var before = CudaPresence.Graphs;
        for (var call = 0; call < Calls; call++)
        {
            var actual = Run(cell, Get(device));
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f);
        }
        if (CudaPresence.Graphs is not var (launches, updates) || before is not var (launchesBefore, updatesBefore)) return;
        Assert.InRange(launches - launchesBefore, 2ul * 2 * Calls, ulong.MaxValue);
        // only the first of each direction is made
        Assert.InRange(updates - updatesBefore, 2ul * 2 * Calls - 2, ulong.MaxValue);

        static float[] Run(Lstm cell, Device device)
        {
            cell.To(device);
            foreach (var parameter in cell.Parameters) parameter.Value.Grad = null;
            var x = Normal(1, 2, 70, 4).To(device);
            x.RequiresGrad = true;
            var y = cell.Forward(x, new Sequence { Lengths = [70, 41] });
            y.Backward(Normal(2, y.Shape).To(device));
            return [.. y.ToArray(), .. x.Grad!.ToArray(), .. cell.Parameters.SelectMany(p => p.Value.Grad!.ToArray())];
        }
    }

    [Theory, OnOpenCl, OnCuda]
    public void NothingIsKeptForABackwardPassThatNobodyAsksFor(string device)
    {
        var (cell, x) = (new Lstm(4, 5).To(Get(device)), Normal(1, 2, 9, 4).To(Get(device)));
        using var suspended = Autograd.NoGrad();
        var expected = cell.Forward(x).ToArray();
        for (var i = 0; i < 3; i++) Assert.Equal(expected, cell.Forward(x).ToArray());
    }
}
