using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Every cell of samples/Cells: its kind, and its compiled form against its own Step in value and gradient.</summary>
public sealed class CellTests
{
    public static TheoryData<string> Names => Catalogue.Names;

    [Theory, MemberData(nameof(Names))]
    public void HasTheKindOfItsPaper(string name)
    {
        Catalogue.Entry entry = Catalogue.Get(name);
        Assert.Equal(entry.Kinds, entry.Info.States.Select(s => s.Kind));
        Assert.All(entry.Info.States, s => Assert.NotEqual("", s.Reason));
    }

    public static TheoryData<string, int, int, int> Shapes()
    {
        // (batch, time, channels); every value of each axis meets every cell
        (int, int, int)[] shapes = [(1, 0, 3), (3, 1, 1), (0, 2, 3), (3, 2, 64), (1, 63, 17), (3, 63, 3), (1, 257, 3), (3, 257, 1), (1, 257, 64)];
        TheoryData<string, int, int, int> all = [];
        foreach (Catalogue.Entry entry in Catalogue.All)
            foreach (var (batch, time, channels) in shapes) all.Add(entry.Name, batch, time, channels);
        return all;
    }

    [Theory, OnCpu(nameof(Shapes)), OnOpenCl(nameof(Shapes)), OnCuda(nameof(Shapes))]
    public void AgreesWithItsStep(string device, string name, int batch, int time, int channels)
        => Verify(device, name, channels, batch, time, seed: time + channels, entries: time * channels > 2000 ? 3 : 8);

    /// <summary>Cells with a state whose steps compose: one long sequence is split along time.</summary>
    public static TheoryData<string> Composing => [.. Catalogue.All
        .Where(e => e.Kinds.Any(k => k is RecurrenceKind.Block or RecurrenceKind.Clamped or RecurrenceKind.MaxPlus or RecurrenceKind.LogPlus)).Select(e => e.Name)];

    [Theory, OnCpu(nameof(Composing)), OnOpenCl(nameof(Composing)), OnCuda(nameof(Composing))]
    public void AgreesWithItsStepOverOneLongSequence(string device, string name)
        => Verify(device, name, channels: 3, batch: 1, time: 2100, seed: 13, entries: 2, new Sequence { Resets = FewResets(2100) });

    // two, far apart, so that maps of many steps are composed between them
    static Tensor FewResets(int time) => Tensor.FromArray([.. Enumerable.Range(0, time).Select(t => t is 700 or 1501 ? 1f : 0f)], 1, time);

    /// <summary>A cell for each set of classes.</summary>
    public static TheoryData<string> OnePerClass => [.. Catalogue.All.DistinctBy(e => string.Join(' ', e.Kinds.Distinct())).Select(e => e.Name)];

    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Names)), OnCuda(nameof(Names)), OnIlgpu(nameof(OnePerClass))]
    public void AgreesWithItsStepUnderLengthsReverseAndResets(string device, string name)
    {
        foreach (bool reverse in new[] { false, true })
        {
            Sequence sequence = new() { Lengths = [5, 0, 63], Reverse = reverse, Resets = GradientCheck.RandomResets(3, 63, seed: 11) };
            Verify(device, name, 3, batch: 3, time: 63, seed: 7, entries: 12, sequence);
            Verify(device, name, 17, batch: 3, time: 63, seed: 8, entries: 6, sequence with { Lengths = null }, withStart: false);
        }
    }

    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Names)), OnCuda(nameof(Names))]
    public void StreamsWhatForwardComputes(string device, string name)
    {
        const int Batch = 2, Time = 9, Size = 5;
        CellModule cell = Create(name, Size);
        Random random = new(3);
        float[] x = [.. Enumerable.Range(0, Batch * Time * Size).Select(_ => (float)random.NextDouble() - 0.5f)];
        Assert.True(Device.TryGet(device, out Device? there, out string? whyNot), whyNot);
        cell.To(there);
        float[] y = cell.Forward(Tensor.FromArray(x, Batch, Time, Size).To(there)).ToArray();
        int outputs = y.Length / (Batch * Time);
        CellStream stream = cell.CreateStream(Batch);
        float[] input = new float[Batch * Size], output = new float[Batch * outputs];
        for (int t = 0; t < Time; t++)
        {
            for (int b = 0; b < Batch; b++) x.AsSpan((b * Time + t) * Size, Size).CopyTo(input.AsSpan(b * Size));
            stream.Step(input, output);
            for (int b = 0; b < Batch; b++)
                for (int i = 0; i < outputs; i++) Assert.Equal(y[(b * Time + t) * outputs + i], output[b * outputs + i], 2e-6f);
        }
        if (device != "cpu") return;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) stream.Step(input, output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static void Verify(string device, string name, int channels, int batch, int time, int seed, int entries, Sequence? sequence = null, bool withStart = true)
        => GradientCheck.Verify(
            Create(name, channels), batch, time, seed, sequence, withStart, Catalogue.Get(name).Scale, entries, Catalogue.Get(name).Positive, device,
            Catalogue.Get(name).Rounding);

    static CellModule Create(string name, int channels)
    {
        CellModule cell = Catalogue.Get(name).Create(channels, channels);
        cell.Initialize(seed: 5);
        return cell;
    }
}
