using System.Globalization;
using Recurve.Cells;

namespace Recurve.Benchmarks;

/// <summary>One time step at a time: latency and allocation.</summary>
static class StreamSection
{
    const int Steps = 1000;

    public static void Run()
    {
        Measure("minGRU H=256, one sequence", new MinGru(256, 256), 256, 256, 1);
        Measure("GILR-LSTM H=128, one sequence", new GilrLstm(128, 128), 128, 128, 1);
        Measure("LSTM H=128, one sequence", new Lstm(128, 128), 128, 128, 1);
        Measure("LSTM H=128, 16 sequences", new Lstm(128, 128), 128, 128, 16);
    }

    static void Measure(string what, CellModule cell, int inputs, int units, int batch)
    {
        cell.Initialize(seed: 1);
        CellStream stream = cell.CreateStream(batch);
        float[] x = new float[batch * inputs], y = new float[batch * units];
        Array.Fill(x, 0.1f);
        void Walk()
        {
            for (int t = 0; t < Steps; t++) stream.Step(x, y);
        }
        double seconds = Timing.Median(Walk, 1) / Steps;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Walk();
        double bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Steps;
        // Microseconds: a thousand times the milliseconds that a time is printed in.
        Report.Single(what, 1, seconds * 1e3, unit: "us", note: string.Create(CultureInfo.InvariantCulture, $"{bytes:0.##} bytes per step"));
    }
}
