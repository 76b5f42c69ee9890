using System.Runtime.InteropServices;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.EndToEnd.Tests.Devices;

/// <summary>
/// One launch of a body on random numbers, the same on the processor and on a device: everything lies in one piece of memory, so that another start is all
/// there is between them. Every third stream is constant over the call, the others have a row per step.
/// </summary>
sealed unsafe class BodyRun
{
    const int Batch = 2, Steps = 40, Width = 5;

    // of the root of the mean square
    const double Tolerance = 2e-5;

    readonly List<(string Name, long Offset, int Count, bool IsDouble)> written = [];
    readonly nint start;
    long used;

    BodyRun(BodySignature body, nint start)
    {
        this.start = start;
        Launch = new()
        {
            Width = Width,
            Steps = Steps,
            // bodies do not say how many they read
            Fixed = [.. Enumerable.Repeat(0.75f, 16)],
            Streams = [.. Each(body.Streams, i => IsPerCall(i) ? new(Take(Width), 0, 0) : PerStep())],
            OutputAdjoints = [.. Each(body.Outputs, _ => PerStep())],
            Outputs = [.. Each(body.Outputs, i => PerStep($"output {i}"))],
            StreamAdjoints = [.. Each(body.Streams, i => !body.Differentiable[i] ? AdjointTarget.None
                : IsPerCall(i) ? AdjointTarget.Summed(Double($"adjoint {i}")) : new(PerStep($"adjoint {i}"), StoreMode.Store))],
            States = [.. Each(body.States, i => new StateRows
            {
                SequenceAdjoint = PerStep(),
                Start = PerBatch(),
                Initial = Take(Width),
                EndAdjoint = PerBatch(),
                Sequence = PerStep($"state {i}"),
                End = PerBatch($"end {i}"),
                StartAdjoint = PerBatch($"start adjoint {i}"),
                InitialAdjoint = Double($"initial adjoint {i}"),
            })],
        };
    }

    RecurrentLaunch Launch { get; }

    /// <param name="on">Name of the device.</param>
    /// <param name="course">Forced on the device; null: there is no choice.</param>
    /// <param name="processor">Runs forward and backward.</param>
    /// <param name="accelerator">The same on a device.</param>
    public static void Compare<TBody>(string on, Course? course, Action<RecurrentLaunch, Window> processor, Action<Accelerator, RecurrentLaunch, Window> accelerator)
        where TBody : struct, IBody
    {
        var device = (Device.TryGet(on, out var opened, out var whyNot) ? opened : throw new InvalidOperationException(whyNot)).Accelerator!;
        var (window, bytes, before) = (new Window(0, Batch, 0, Steps), new BodyRun(TBody.Signature, 0).used, Planner.Forced);
        nint expected = (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64), actual = (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64), copy = device.Allocate(bytes);
        try
        {
            var run = new BodyRun(TBody.Signature, expected);
            run.Fill(bytes);
            device.Write(copy, (void*)expected, bytes);

            Planner.Forced = Course.Serial;
            processor(run.Launch, window);
            Planner.Forced = course;
            accelerator(device, new BodyRun(TBody.Signature, copy).Launch, window);
            device.Read(copy, (void*)actual, bytes);
            foreach (var (name, offset, count, isDouble) in run.written)
            {
                if (isDouble) device.ReadExtended(copy + (nint)offset, (double*)(actual + (nint)offset), count);
                Compare($"{typeof(TBody).Name}: {name}", Numbers(expected + (nint)offset, count, isDouble), Numbers(actual + (nint)offset, count, isDouble));
            }
        }
        finally
        {
            Planner.Forced = before;
            NativeMemory.AlignedFree((void*)expected);
            NativeMemory.AlignedFree((void*)actual);
            device.Free(copy);
        }
    }

    static void Compare(string name, double[] expected, double[] actual)
    {
        double error = 0, scale = 1;
        for (var i = 0; i < expected.Length; i++)
        {
            var isSame = double.IsFinite(expected[i]) ? double.IsFinite(actual[i]) : expected[i].Equals(actual[i]);
            Assert.True(isSame, $"{name}[{i}] is {actual[i]} on the device, {expected[i]} on the processor");
            if (!double.IsFinite(expected[i])) continue;
            error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            scale += expected[i] * expected[i];
        }
        Assert.True(Math.Sqrt(error / scale) <= Tolerance, $"{name}: relative error {Math.Sqrt(error / scale):e2}");
    }

    // gates and decays, weights and inputs: all in (0.1, 0.9); sums start at zero
    void Fill(long bytes)
    {
        Random random = new(1);
        for (var i = 0; i < bytes / sizeof(float); i++) ((float*)start)[i] = 0.1f + 0.8f * random.NextSingle();
        foreach (var (_, offset, count, isDouble) in written)
            if (isDouble) new Span<double>((void*)(start + (nint)offset), count).Clear();
    }

    static bool IsPerCall(int stream) => stream % 3 == 2;

    static IEnumerable<T> Each<T>(int count, Func<int, T> of) => Enumerable.Range(0, count).Select(of);

    Rows PerStep(string? name = null) => new(Take(Batch * Steps * Width, name), Steps * Width, Width);

    Rows PerBatch(string? name = null) => new(Take(Batch * Width, name), Width, 0);

    nint Double(string name) => Take(Width, name, isDouble: true);

    nint Take(int count, string? name = null, bool isDouble = false)
    {
        if (name is not null) written.Add((name, used, count, isDouble));
        var address = start + (nint)used;
        used += (count * (isDouble ? sizeof(double) : sizeof(float)) + 7) / 8 * 8;
        return address;
    }

    static double[] Numbers(nint address, int count, bool isDouble)
        => isDouble ? new Span<double>((void*)address, count).ToArray() : [.. new Span<float>((void*)address, count).ToArray().Select(v => (double)v)];
}
