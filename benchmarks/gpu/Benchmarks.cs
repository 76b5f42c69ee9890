using System.Diagnostics;
using System.Globalization;
using Recurve.Cells;

namespace Recurve.Gpu;

/// <summary>Cells at the shapes of the papers, forward and backward, beside measured copy bandwidth and beside PyTorch on the same card.</summary>
static class Benchmarks
{
    static readonly Shape[] shapes = [new(8, 4096, 1536), new(1, 65536, 256), new(16, 16384, 128), new(1, 1048576, 64), new(64, 1024, 1024)];

    // a cell that runs step by step is measured up to here
    const int MostSteps = 65536;

    const string FirstSymbolName = "First symbol";

    /// <param name="Name">Also the peers'.</param>
    /// <param name="Create">From the number of channels.</param>
    /// <param name="Inputs">Of Step, each as wide as there are channels.</param>
    /// <param name="Forward">Of the cell.</param>
    /// <param name="Numbers">Least traffic in numbers per step and channel, forward and backward; null: products rule.</param>
    /// <param name="IsSerial">It runs step by step.</param>
    sealed record Case(
        string Name, Func<int, CellModule> Create, int Inputs, Func<CellModule, Tensor[], Tensor> Forward, (int Forward, int Backward)? Numbers = null, bool IsSerial = false);

    static readonly Case[] cases =
    [
        new("scan", u => new RawScan(u), 2, (cell, x) => ((RawScan)cell).Forward(x[0], x[1]), (3, 5)),
        new("fused minGRU", u => new FusedMinGru(u), 2, (cell, x) => ((FusedMinGru)cell).Forward(x[0], x[1]), (3, 5)),
        new("fused ParaGRU", u => new FusedParaGru(u), 3, (cell, x) => ((FusedParaGru)cell).Forward(x[0], x[1], x[2]), (4, 8)),
        Layer("minGRU", u => new MinGru(u, u)),
        Layer("SRU", u => new Sru(u, u)),
        Layer("GILR-LSTM", u => new GilrLstm(u, u)),
        Layer("LRU", u => new Lru(u, u)),
        Layer("LSTM", u => new Lstm(u, u)) with { IsSerial = true },
    ];

    static Case Layer(string name, Func<int, CellModule> create) => new(name, create, 1, (cell, x) => cell.Forward(x[0]));

    public static void Run(Device device, string filter, int shorten, Precision precision, Table table)
    {
        double bandwidth = CopyBandwidth(device);
        table.Line(string.Create(CultureInfo.InvariantCulture, $"\nCopy on the device: {bandwidth / 1e9:F0} GB/s (bytes read and written). Medians; 'of copy' is the least traffic over the time, beside that."));
        table.Line($"What stages leave each other is stored in {precision}.");
        var shorter = shapes.Select(s => s with { Steps = Math.Max(1, s.Steps / shorten) });
        (Case Case, Shape[] Shapes)[] wanted = [.. cases.Where(c => c.Name.Contains(filter, StringComparison.Ordinal)).Select(c => (c, shorter.Where(s => !c.IsSerial || s.Steps <= MostSteps).ToArray()))];
        using Peers peers = new(wanted.Select(w => (w.Case.Name, w.Shapes)));
        if (peers.WhyNot is { } whyNot) table.Line($"\nPeers are left out: {whyNot}");
        table.Section("cells", "cell", "B, T, H", "forward ms", "of copy", "backward ms", "of copy", "fastest peer forward ms", "forward and backward ms", "times as fast");
        foreach (var (one, its) in wanted)
        {
            var fastest = peers.Measure(one.Name);
            foreach (Shape shape in its) table.Row(Measure(device, one, shape, precision, bandwidth, fastest.GetValueOrDefault(shape.ToString())));
            foreach (Shape longer in shorter.Except(its)) table.Row(one.Name, longer.ToString(), "step by step: left out", "", "", "", "", "", "");
        }
        if (FirstSymbolName.Contains(filter, StringComparison.Ordinal)) FirstSymbol(device, (1 << 20) / shorten, precision, table);
        table.Section("all peers", "cell", "B, T, H", "peer", "forward ms", "forward and backward ms");
        foreach (string[] row in peers.Rows) table.Row(row);
    }

    static string[] Measure(Device device, Case one, Shape shape, Precision precision, double bandwidth, Peers.Fastest fastest)
    {
        string size = shape.ToString();
        try
        {
            var (forward, both) = Time(device, one, shape, precision);
            double bytes = sizeof(float) * shape.Count;
            return
            [
                one.Name, size,
                Milliseconds(forward), one.Numbers is { } f ? Percent(f.Forward * bytes / forward / bandwidth) : "",
                Milliseconds(both - forward), one.Numbers is { } b ? Percent(b.Backward * bytes / (both - forward) / bandwidth) : "",
                fastest.Forward is { } pf ? $"{Milliseconds(pf.Seconds)} ({pf.Name})" : "", fastest.Both is { } pb ? $"{Milliseconds(pb.Seconds)} ({pb.Name})" : "",
                fastest.Both is { } ratio ? (ratio.Seconds / both).ToString("F2", CultureInfo.InvariantCulture) : "",
            ];
        }
        catch (DeviceOutOfMemoryException error)
        {
            return [one.Name, size, error.Message, "", "", "", "", "", ""];
        }
    }

    static (double Forward, double Both) Time(Device device, Case one, Shape shape, Precision precision)
    {
        CellModule cell = one.Create(shape.Units);
        cell.Initialize(seed: 1);
        cell.To(device).Store(precision);
        int[] dimensions = [shape.Batch, shape.Steps, shape.Units];
        // decays in (0, 1), as a raw scan wants them
        Tensor[] inputs = [.. Enumerable.Range(0, one.Inputs).Select(i => Uniform(i, dimensions, device))];
        Tensor gradient = Uniform(9, dimensions, device);
        double forward = Median(device, () => one.Forward(cell, inputs));
        foreach (Tensor x in inputs) x.RequiresGrad = true;
        double both = Median(device, () =>
        {
            foreach (Parameter parameter in cell.Parameters) parameter.Value.Grad = null;
            foreach (Tensor x in inputs) x.Grad = null;
            one.Forward(cell, inputs).Backward(gradient);
        });
        return (forward, both);
    }

    /// <summary>A training step of the main job at a million steps: two layers of 64 GILR-LSTM units, batch 1.</summary>
    static void FirstSymbol(Device device, int steps, Precision precision, Table table)
    {
        const int Symbols = 128, Units = 64;
        float[] symbols = new float[(long)steps * Symbols];
        Random random = new(3);
        for (long t = 0; t < steps; t++) symbols[t * Symbols + random.Next(Symbols)] = 1;
        Tensor x = Tensor.FromArray(symbols, 1, steps, Symbols).To(device);
        Sequential network = new(new GilrLstm(Symbols, Units), new GilrLstm(Units, Units), new LastStep(), new Linear(Units, 2));
        network.Initialize(seed: 1);
        network.To(device).Store(precision);
        Adam adam = new(network.Parameters, 1e-3);
        double seconds = Median(device, () =>
        {
            adam.ZeroGrad();
            Loss.CrossEntropy(network.Forward(x), [1]).Backward();
            GradientClip.ByNorm(network.Parameters, 1);
            adam.Step();
        });
        table.Line($"\n{FirstSymbolName}, {steps} steps, 2 × {Units} GILR-LSTM, batch 1: {Milliseconds(seconds)} ms for a training step.");
    }

    static double CopyBandwidth(Device device)
    {
        const long Bytes = 1 << 30;
        nint from = device.Accelerator!.Allocate(Bytes), to = device.Accelerator.Allocate(Bytes);
        device.Accelerator.Clear(from, Bytes);
        double seconds = Median(device, () => device.Accelerator.Copy(from, to, Bytes));
        device.Accelerator.Free(from);
        device.Accelerator.Free(to);
        return 2 * Bytes / seconds;
    }

    static Tensor Uniform(int seed, int[] shape, Device device)
    {
        Random random = new(seed);
        float[] numbers = new float[shape.Aggregate(1L, (size, n) => size * n)];
        Span<float> drawn = numbers.AsSpan(0, Math.Min(numbers.Length, (1 << 20) + 7));
        foreach (ref float number in drawn) number = 0.05f + 0.9f * random.NextSingle();
        for (int next = drawn.Length; next < numbers.Length; next += drawn.Length) drawn[..Math.Min(drawn.Length, numbers.Length - next)].CopyTo(numbers.AsSpan(next));
        return Tensor.FromArray(numbers, shape).To(device);
    }

    /// <summary>Seconds of one call, the device's work included.</summary>
    static double Median(Device device, Action body)
    {
        for (int i = 0; i < 3; i++) body();
        device.Accelerator!.Synchronize();
        List<double> seconds = [];
        Stopwatch budget = Stopwatch.StartNew();
        while (seconds.Count < 3 || seconds.Count < 25 && budget.Elapsed.TotalSeconds < 2)
        {
            long start = Stopwatch.GetTimestamp();
            body();
            device.Accelerator.Synchronize();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        seconds.Sort();
        return seconds[seconds.Count / 2];
    }

    static string Milliseconds(double seconds) => (1e3 * seconds).ToString("F3", CultureInfo.InvariantCulture);

    static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture);
}
