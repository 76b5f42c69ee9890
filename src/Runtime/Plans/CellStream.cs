using Recurve.Plans;

namespace Recurve;

/// <summary>
/// A cell that runs one time step per call and keeps its states between calls, without allocating. It has the weights of
/// its creation, or of the last <see cref="Reset"/>. Not to be used by two threads at once.
/// </summary>
public sealed class CellStream
{
    readonly CellModule cell;
    readonly Walk walk;
    readonly RunMemory memory;
    readonly int inputSize, outputSize;
    // on the processor: those of the run itself, unless it is on a device
    readonly Tensor[] inputs, outputs;
    Run run;

    internal CellStream(CellModule cell, int batch)
    {
        (this.cell, Batch, walk) = (cell, batch, new(batch, 1));
        var definition = cell.Definition;
        (inputSize, outputSize) = (definition.Inputs.Sum(i => i.Size), definition.Outputs.Sum(o => o.Size));
        memory = new(
            cell.CellPlan, walk, [.. definition.Inputs.Select(i => Tensor.Zeros(cell.Place, batch, 1, i.Size))], cell.FieldTensors, cell.InitialPlanes(),
            [.. definition.Planes.Select(p => Tensor.Zeros(cell.Place, [batch, .. p.Shape]))]);
        using var suspended = Autograd.NoGrad();
        (inputs, outputs) = ([.. memory.Inputs.Select(t => t.To(Device.Cpu))], [.. memory.Outputs.Select(t => t.To(Device.Cpu))]);
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
        Spread(inputs);
        run.Step();
        memory.CompleteOutputs(run, walk);
        for (var s = 0; s < memory.End.Length; s++) memory.Start![s].Storage.CopyFrom(memory.End[s].Storage);
        Join(outputs);
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
        using var suspended = Autograd.NoGrad();
        for (var s = 0; s < memory.Initial.Length; s++)
        {
            var initial = InitialRows.Repeat(memory.Device, memory.Initial[s], Batch, cell.Definition.Planes[s].Shape);
            memory.Start![s].Storage.CopyFrom(initial.Storage);
        }
        var started = new Run(cell.CellPlan, walk, memory, keep: true, cell.Stored);
        started.ForwardPerCall();
        started.Bind();
        return started;
    }

    void Spread(ReadOnlySpan<float> given)
    {
        var start = 0;
        for (var i = 0; i < inputs.Length; i++)
        {
            var size = inputs[i].Dim(2);
            for (var b = 0; b < Batch; b++) given.Slice(b * inputSize + start, size).CopyTo(RowOf(inputs[i], b));
            if (inputs[i] != memory.Inputs[i]) memory.Inputs[i].Storage.CopyFrom(inputs[i].Storage);
            start += size;
        }
    }

    void Join(Span<float> wanted)
    {
        var start = 0;
        for (var i = 0; i < outputs.Length; i++)
        {
            var size = outputs[i].Dim(2);
            if (outputs[i] != memory.Outputs[i]) outputs[i].Storage.CopyFrom(memory.Outputs[i].Storage);
            for (var b = 0; b < Batch; b++) RowOf(outputs[i], b).CopyTo(wanted.Slice(b * outputSize + start, size));
            start += size;
        }
    }

    static unsafe Span<float> RowOf(Tensor tensor, int batch) => new(tensor.Pointer + (long)batch * tensor.Dim(2), tensor.Dim(2));

    void Check(int length, int size, string what)
    {
        if (length != (long)Batch * size)
            throw new ArgumentException($"{cell.Definition.Info.Cell}: {what} has {length} numbers, expected batch {Batch} × {size} = {(long)Batch * size}.", what);
    }
}
