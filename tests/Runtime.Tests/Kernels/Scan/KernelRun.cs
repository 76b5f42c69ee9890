using System.Runtime.InteropServices;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;
using Recurve.Kernels.Composed;
using Recurve.Kernels.Map;
using Recurve.Kernels.Newton;
using Recurve.Kernels.Scan;
using Recurve.Kernels.Sequential;

namespace Recurve.Runtime.Tests.Kernels.Scan;

/// <summary>
/// Runs a kernel forward and backward on native copies of <see cref="Numbers"/> and reads everything back under the names of
/// <see cref="Reference"/>. Rows past the lengths hold NaN, what is written lies among sentinels that must survive; rows are
/// <c>width + pad</c> floats apart.
/// </summary>
sealed unsafe class KernelRun : IDisposable
{
    const float Sentinel = 12345.5f;

    /// <summary>What Add targets hold before.</summary>
    const float Before = 0.5f;

    readonly Dictionary<nint, long> owned = [];
    readonly Cell cell;
    readonly Shape shape;
    readonly Numbers numbers;
    readonly int pad;
    readonly Dictionary<string, (Rows Rows, bool PerStep)> written = [];
    readonly Dictionary<string, nint> summed = [];
    readonly RecurrentLaunch launch;

    public KernelRun(Cell cell, Shape shape, Numbers numbers, int pad)
    {
        (this.cell, this.shape, this.numbers, this.pad) = (cell, shape, numbers, pad);
        var states = Enumerable.Range(0, cell.States);
        launch = new()
        {
            Width = shape.Width,
            Steps = shape.Steps,
            Reverse = shape.Reverse,
            Lengths = shape.Lengths ? numbers.Lengths : null,
            Resets = shape.Resets ? Plain(numbers.Resets) : null,
            Fixed = cell.Fixed,
            Streams = [.. cell.Streams.Select((kind, i) => kind == Cell.PerCall ? new Rows(Plain(numbers.Streams[i]), 0, 0) : Filled(numbers.Streams[i]))],
            Outputs = [.. Enumerable.Range(0, cell.Outputs).Select(i => Target($"output {i}", Sentinel))],
            OutputAdjoints = [.. numbers.OutputAdjoints.Select(Filled)],
            StreamAdjoints = [.. cell.Streams.Select((kind, i) => kind == Cell.PerCall
                ? AdjointTarget.Summed((nint)Sum($"stream adjoint {i}"))
                : new AdjointTarget(Target($"stream adjoint {i}", shape.Add ? Before : Sentinel), shape.Add ? StoreMode.Add : StoreMode.Store))],
            States = [.. states.Select(i => new StateRows
            {
                Sequence = Target($"state {i}", Sentinel),
                SequenceAdjoint = shape.SequenceAdjoint ? Filled(numbers.SequenceAdjoints[i]) : default,
                Start = shape.Start ? PerBatch(numbers.Starts[i]) : default,
                End = PerBatch($"end {i}"),
                Initial = shape.Initial ? (nint)Plain(numbers.Initials[i]) : 0,
                EndAdjoint = PerBatch(numbers.EndAdjoints[i]),
                StartAdjoint = shape.Start ? PerBatch($"start adjoint {i}") : default,
                InitialAdjoint = (nint)Sum($"initial adjoint {i}"),
            })],
        };
    }

    public RecurrentLaunch Launch => launch;

    Window All => new(0, shape.Batch, 0, shape.Steps);

    public Dictionary<string, double[]> Scan<TBody>() where TBody : struct, IScanBody
    {
        var kernel = ScanKernel.Of<TBody>();
        kernel.Forward(launch, All);
        kernel.Backward(launch, All);
        return Read();
    }

    public Dictionary<string, double[]> Sequential<TBody>() where TBody : struct, ISequentialBody
    {
        var kernel = SequentialKernel.Of<TBody>();
        kernel.Forward(launch, All);
        kernel.Backward(launch, All);
        return Read();
    }

    public Dictionary<string, double[]> Composed<TBody>(StepClass kind) where TBody : struct, IComposedBody
    {
        var kernel = ComposedKernel.Of<TBody>(kind);
        kernel.Forward(launch, All);
        kernel.Backward(launch, All);
        return Read();
    }

    public Dictionary<string, double[]> Newton(NewtonKernel kernel)
    {
        kernel.Forward(launch, All);
        kernel.Backward(launch, All);
        return Read();
    }

    public Dictionary<string, double[]> Map<TBody>() where TBody : struct, IMapBody
    {
        var kernel = MapKernel.Of<TBody>();
        kernel.Forward(launch, All);
        kernel.Adjoint(launch, All);
        return Read();
    }

    /// <summary>Runs on copies of the memory on a device, whose lengths are ints there.</summary>
    public Dictionary<string, double[]> OnDevice(Accelerator device, Action<RecurrentLaunch, Window, nint> run)
    {
        var copies = owned.ToDictionary(memory => memory.Key, memory => device.Allocate(memory.Value));
        foreach (var (memory, copy) in copies) device.Write(copy, (void*)memory, owned[memory]);
        var lengths = launch.Lengths is null ? 0 : device.Allocate(Math.Max(1, shape.Batch) * sizeof(int));
        fixed (int* values = launch.Lengths) device.Write(lengths, values, (launch.Lengths?.Length ?? 0) * sizeof(int));
        nint There(nint memory) => memory == 0 ? 0 : copies[memory];
        Rows Moved(Rows rows) => rows with { Start = There(rows.Start) };
        run(new()
        {
            Width = launch.Width,
            Steps = launch.Steps,
            Reverse = launch.Reverse,
            Resets = (float*)There((nint)launch.Resets),
            Fixed = launch.Fixed,
            Streams = [.. launch.Streams.Select(Moved)],
            Outputs = [.. launch.Outputs.Select(Moved)],
            OutputAdjoints = [.. launch.OutputAdjoints.Select(Moved)],
            StreamAdjoints = [.. launch.StreamAdjoints.Select(t => t with { Rows = Moved(t.Rows), Sum = There(t.Sum) })],
            States = [.. launch.States.Select(s => new StateRows
            {
                Sequence = Moved(s.Sequence),
                SequenceAdjoint = Moved(s.SequenceAdjoint),
                Start = Moved(s.Start),
                End = Moved(s.End),
                Initial = There(s.Initial),
                EndAdjoint = Moved(s.EndAdjoint),
                StartAdjoint = Moved(s.StartAdjoint),
                InitialAdjoint = There(s.InitialAdjoint),
            })],
        }, All, lengths);
        foreach (var (memory, copy) in copies)
        {
            if (summed.ContainsValue(memory)) device.ReadExtended(copy, (double*)memory, shape.Width);
            else device.Read(copy, (void*)memory, owned[memory]);
            device.Free(copy);
        }
        if (lengths != 0) device.Free(lengths);
        return Read();
    }

    public Dictionary<string, double[]> Read()
    {
        var results = new Dictionary<string, double[]>();
        foreach (var (name, (rows, perStep)) in written) results[name] = Read(name, rows, perStep);
        foreach (var (name, sum) in summed) results[name] = new Span<double>((double*)sum, shape.Width).ToArray();
        foreach (var name in Enumerable.Range(0, cell.States).Select(i => $"start adjoint {i}").Where(_ => !shape.Start))
            results[name] = new double[shape.Batch * shape.Width];
        return results;
    }

    double[] Read(string name, Rows rows, bool perStep)
    {
        var steps = perStep ? shape.Steps : 1;
        var before = shape.Add && name.StartsWith("stream", StringComparison.Ordinal) ? Before : Sentinel;
        var values = new double[(long)shape.Batch * steps * shape.Width];
        for (var b = 0; b < shape.Batch; b++)
            for (var t = 0; t < steps; t++)
            {
                var row = rows.At(b, t);
                var isValid = !perStep || t < numbers.Lengths[b];
                for (var c = 0; c < shape.Width; c++)
                {
                    if (isValid) values[((long)b * steps + t) * shape.Width + c] = before == Before ? row[c] - Before : row[c];
                    else Assert.True(row[c] == before, $"{name} was written past the length, at batch {b}, row {t}");
                }
                for (var c = shape.Width; perStep && c < shape.Width + pad; c++)
                    Assert.True(row[c] == before, $"{name} was written beside the row, at batch {b}, row {t}");
            }
        return values;
    }

    Rows Filled(float[] values)
    {
        var rows = Allocate(float.NaN);
        for (var b = 0; b < shape.Batch; b++)
            for (var t = 0; t < numbers.Lengths[b]; t++)
                new Span<float>(values, (b * shape.Steps + t) * shape.Width, shape.Width).CopyTo(new(rows.At(b, t), shape.Width));
        return rows;
    }

    Rows Target(string name, float value)
    {
        var rows = Allocate(value);
        written[name] = (rows, true);
        return rows;
    }

    Rows Allocate(float value)
    {
        long stride = shape.Width + pad, count = shape.Batch * shape.Steps * stride;
        var memory = Memory<float>(count);
        new Span<float>(memory, checked((int)count)).Fill(value);
        return new(memory, shape.Steps * stride, stride);
    }

    Rows PerBatch(float[] values) => new(Plain(values), shape.Width, 0);

    Rows PerBatch(string name)
    {
        var rows = new Rows(Memory<float>((long)shape.Batch * shape.Width), shape.Width, 0);
        written[name] = (rows, false);
        return rows;
    }

    float* Plain(float[] values)
    {
        var memory = Memory<float>(values.Length);
        values.CopyTo(new Span<float>(memory, values.Length));
        return memory;
    }

    double* Sum(string name)
    {
        var sum = Memory<double>(shape.Width);
        new Span<double>(sum, shape.Width).Clear();
        summed[name] = (nint)sum;
        return sum;
    }

    T* Memory<T>(long count) where T : unmanaged
    {
        var bytes = Math.Max(64, count * sizeof(T));
        var memory = NativeMemory.AlignedAlloc((nuint)bytes, 64);
        owned.Add((nint)memory, bytes);
        return (T*)memory;
    }

    public void Dispose()
    {
        foreach (var memory in owned.Keys) NativeMemory.AlignedFree((void*)memory);
    }
}
