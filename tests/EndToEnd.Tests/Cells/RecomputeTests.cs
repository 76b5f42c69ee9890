using Recurve.Cells;
using Recurve.Contracts;
using Recurve.Plans;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>
/// Where memory is short, the backward pass makes again what stages made row by row: the same bits, and less is in use. What is short is said for the whole process, so these
/// tests run alone.
/// </summary>
[Collection(nameof(Alone))]
public sealed class RecomputeTests : IDisposable
{
    const int Batch = 3, Time = 41, Size = 5;
    const long Plenty = long.MaxValue, Nothing = 0;

    static readonly string[] few = ["GilrLstm", "Lru", "SruV2", "Lstm"];

    readonly long? before = KeptMemory.Forced;

    public void Dispose() => KeptMemory.Forced = before;

    public static TheoryData<string> Names => Catalogue.Names;

    public static TheoryData<string> Few => [.. few];

    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Few)), OnCuda(nameof(Names))]
    public void TheBitsAreThoseOfARunThatKeepsAll(string device, string name)
    {
        foreach (Sequence sequence in new Sequence[] { new(), new() { Lengths = [Time, 0, 17], Reverse = true, Resets = GradientCheck.RandomResets(Batch, Time, seed: 5) } })
        {
            var (kept, recomputed) = Run(Plenty);
            Assert.Equal(0, recomputed);
            (List<int[]> again, recomputed) = Run(Nothing);
            if (few.Contains(name)) Assert.Equal(name != "Lstm", recomputed > 0);
            Assert.Equal(kept.Count, again.Count);
            foreach (var (a, b) in kept.Zip(again)) Assert.Equal(a, b);

            (List<int[]> Bits, long Recomputed) Run(long bytes)
            {
                KeptMemory.Forced = bytes;
                Catalogue.Entry entry = Catalogue.Get(name);
                CellModule cell = entry.Create(Size, Size);
                cell.Initialize(seed: 5);
                Assert.True(Device.TryGet(device, out Device? there, out string? whyNot), whyNot);
                cell.To(there);
                Random random = new(3);
                Tensor Leaf(bool positive, params int[] shape)
                {
                    int count = shape.Aggregate(1, (a, b) => a * b);
                    Tensor leaf = Tensor.FromArray([.. Enumerable.Range(0, count).Select(_ => (float)(entry.Scale * (positive ? 0.1 + random.NextDouble() : random.NextDouble() - 0.5)))], shape).To(there);
                    leaf.RequiresGrad = true;
                    return leaf;
                }
                CellDefinition definition = cell.Definition;
                Tensor[] x = [.. definition.Inputs.Select(i => Leaf(false, Batch, Time, i.Size))];
                Tensor[] start = [.. definition.States.Select(s => Leaf(entry.Positive.Contains(s.Name), [Batch, .. s.Shape]))];
                Sequence moved = sequence with { Resets = sequence.Resets?.To(there) };
                var (y, end) = cell.RunAny(x, definition.WrapStates(start), moved);
                long recomputed = cell.LastRun!.RecomputedBytes;
                Tensor[] results = [.. y, .. end.Tensors];
                Tensor sum = Tensor.FromArray([0f]);
                Autograd.Record("sums", results, [sum], _ => [.. results.Select(r => Tensor.FromArray([.. Enumerable.Range(0, (int)r.Length).Select(i => (float)Math.Sin(i))], r.Shape).To(there))]);
                sum.Backward();
                return ([.. results.Concat(x.Concat(start).Concat(cell.Parameters.Select(p => p.Value)).Select(t => t.Grad).OfType<Tensor>())
                    .Select(t => Array.ConvertAll(t.ToArray(), BitConverter.SingleToInt32Bits))], recomputed);
            }
        }
    }

    /// <summary>Rows that a call keeps for its backward pass, in states' widths: docs/decisions/0007.</summary>
    [Theory]
    [InlineData("MinGru", 3, 1)]
    [InlineData("GilrLstm", 14, 4)]
    [InlineData("Lstm", 12, 12)]
    public void WhatIsKeptForEachStep(string name, int all, int least)
    {
        KeptMemory.Forced = Nothing;
        CellModule cell = Catalogue.Get(name).Create(Size, Size);
        Tensor x = Tensor.Zeros(Batch, Time, Size);
        x.RequiresGrad = true;
        cell.RunAny([x], null, null);
        long rows = cell.CellPlan.Slots.Where(s => s is { Kind: SlotKind.Stage, Rate: Rate.PerStep }).Sum(s => (long)s.Width);
        Assert.Equal((all * Size, least * Size), (rows, rows - cell.LastRun!.RecomputedBytes / sizeof(float) / Batch / Time));
    }

    [Fact]
    public void FourLayersNeedLessMemory()
    {
        var (gradients, peak) = Train(Plenty);
        (List<float[]> again, long less) = Train(Nothing);
        Assert.Equal(gradients, again);
        Assert.True(less < 0.65 * peak, $"{less} bytes at the peak instead of {peak}");

        static (List<float[]> Gradients, long Peak) Train(long bytes)
        {
            const int Width = 48, Steps = 128;
            KeptMemory.Forced = bytes;
            Sequential layers = new(new GilrLstm(Width, Width), new GilrLstm(Width, Width), new GilrLstm(Width, Width), new GilrLstm(Width, Width));
            layers.Initialize(seed: 2);
            Random random = new(9);
            Tensor x = Tensor.FromArray([.. Enumerable.Range(0, 4 * Steps * Width).Select(_ => (float)random.NextDouble() - 0.5f)], 4, Steps, Width);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            StoragePool.Host.ResetPeak();
            long start = StoragePool.Host.PeakBytes;
            Loss.MeanSquaredError(layers.Forward(x), Tensor.Zeros(4, Steps, Width)).Backward();
            return ([.. layers.Parameters.Select(p => p.Value.Grad!.ToArray())], StoragePool.Host.PeakBytes - start);
        }
    }
}
