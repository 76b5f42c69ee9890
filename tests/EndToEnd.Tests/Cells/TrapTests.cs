using Recurve.Kernels;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Tests that set the number of workers run alone.</summary>
[CollectionDefinition(nameof(TrapTests), DisableParallelization = true)]
public class WorkerCounts;

/// <summary>Numbers that go wrong, on every compiled cell: what stands past a length, and how many threads there are, changes no bit.</summary>
[Collection(nameof(TrapTests))]
public sealed class TrapTests
{
    public static TheoryData<string> Names => Catalogue.Names;

    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Names)), OnCuda(nameof(Names))]
    public void WhatStandsPastTheLengthsInfluencesNothing(string device, string name)
    {
        foreach (var reverse in new[] { false, true })
        {
            var sequence = new Sequence { Lengths = [9, 4, 0], Reverse = reverse };
            var clean = Run(name, 3, 9, 5, sequence, padding: 0, device);
            Assert.All(clean, v => Assert.True(float.IsFinite(v)));
            foreach (var padding in new[] { float.NaN, float.PositiveInfinity }) Assert.Equal(clean, Run(name, 3, 9, 5, sequence, padding, device));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void TheNumberOfThreadsChangesNoBit(string name)
    {
        var count = Workers.Count;
        try
        {
            // many short sequences, and few long ones whose time is split
            foreach (var (batch, time, size) in new[] { (7, 40, 17), (1, 3000, 3) })
            {
                var results = new[] { 1, 2, 5 }.Select(threads =>
                {
                    Workers.Count = threads;
                    return Run(name, batch, time, size, null, 0);
                }).ToList();
                Assert.Equal(results[0], results[1]);
                Assert.Equal(results[0], results[2]);
            }
        }
        finally
        {
            Workers.Count = count;
        }
    }

    // outputs, end states, and the gradients of the input and of every parameter
    static float[] Run(string name, int batch, int time, int size, Sequence? sequence, float padding, string device = "cpu")
    {
        var cell = Catalogue.Get(name).Create(size, size);
        cell.Initialize(seed: 5);
        Assert.True(Device.TryGet(device, out var there, out var whyNot), whyNot);
        cell.To(there);
        var random = new Random(9);
        bool Counts(int i) => sequence?.Lengths is not { } lengths || i / size % time < lengths[i / (time * size)];
        var x = Tensor.FromArray([.. Enumerable.Range(0, batch * time * size).Select(i => (float)random.NextDouble() - 0.5f).Select((v, i) => Counts(i) ? v : padding)], batch, time, size).To(there);
        x.RequiresGrad = true;
        var y = cell.Forward(x, sequence);
        var width = y.Shape[2];
        y.Backward(Tensor.FromArray([.. Enumerable.Range(0, batch * time * width)
            .Select(i => sequence?.Lengths is not { } lengths || i / width % time < lengths[i / (time * width)] ? (float)random.NextDouble() - 0.5f : padding)], batch, time, width).To(there));
        return [.. y.ToArray(), .. x.Grad!.ToArray(), .. cell.Parameters.SelectMany(p => p.Grad?.ToArray() ?? [])];
    }
}
