using Recurve.Plans;

namespace Recurve;

/// <summary>
/// A cell that runs one time step per call and keeps its states between calls, without allocating. It has the weights of
/// its creation, or of the last <see cref="Reset"/>. Not to be used by two threads at once.
/// </summary>
public sealed unsafe class CellStream
{
    readonly CellModule cell;
    readonly Walk walk;
    readonly RunMemory memory;
    readonly int inputSize, outputSize;
    Run run;

    internal CellStream(CellModule cell, int batch)
    {
        (this.cell, Batch, walk) = (cell, batch, new(batch, 1));
        var definition = cell.Definition;
        (inputSize, outputSize) = (definition.Inputs.Sum(i => i.Size), definition.Outputs.Sum(o => o.Size));
        memory = new(
            cell.CellPlan, walk, [.. definition.Inputs.Select(i => Tensor.Zeros(batch, 1, i.Size))], cell.FieldTensors, cell.InitialPlanes(),
            [.. definition.Planes.Select(p => Tensor.Zeros([batch, .. p.Shape]))]);
        run = Start();
    }

    /// <summary>Number of sequences that run side by side.</summary>
    public int Batch { get; }

    /// <summary>One time step of every sequence.</summary>
    /// <param name="inputs">(batch, sizes of all inputs in order).</param>
    /// <param name="outputs">(batch, sizes of all outputs in order).</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Step(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        Check(inputs.Length, inputSize, nameof(inputs));
        Check(outputs.Length, outputSize, nameof(outputs));
        var start = 0;
        foreach (var input in memory.Inputs)
        {
            var size = input.Dim(2);
            for (var b = 0; b < Batch; b++) inputs.Slice(b * inputSize + start, size).CopyTo(new(input.Pointer + b * size, size));
            start += size;
        }
        run.Step();
        memory.CompleteOutputs(run, walk);
        start = 0;
        foreach (var output in memory.Outputs)
        {
            var size = output.Dim(2);
            for (var b = 0; b < Batch; b++) new ReadOnlySpan<float>(output.Pointer + b * size, size).CopyTo(outputs.Slice(b * outputSize + start, size));
            start += size;
        }
        for (var s = 0; s < memory.End.Length; s++) RowMath.Copy(memory.Start![s].Pointer, memory.End[s].Pointer, (int)memory.End[s].Length);
        GC.KeepAlive(this);
    }

    /// <summary>Returns to the cell's initial states, and takes over its present weights.</summary>
    public void Reset()
    {
        run.Release();
        run = Start();
    }

    Run Start()
    {
        for (var s = 0; s < memory.Initial.Length; s++)
        {
            var size = cell.Definition.Planes[s].Width;
            var rows = new Span<float>(memory.Start![s].Pointer, Batch * size);
            rows.Clear();
            if (memory.Initial[s] is not { } initial) continue;
            for (var b = 0; b < Batch; b++) RowMath.Copy(memory.Start[s].Pointer + b * size, initial.Pointer, size);
        }
        var started = new Run(cell.CellPlan, walk, memory, keep: true);
        started.ForwardPerCall();
        started.Bind();
        return started;
    }

    void Check(int length, int size, string what)
    {
        if (length != (long)Batch * size)
            throw new ArgumentException($"{cell.Definition.Info.Cell}: {what} has {length} numbers, expected batch {Batch} × {size} = {(long)Batch * size}.", what);
    }
}
