using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>
/// A dense recurrence on a device, in one piece: a product of all sequences per step. Sequences are the vectors of each batch, one after the other; where a
/// batch has one, rows are worked on where they are. Backward δ_t = Aᵀ λ_t + p̄_t, λ_t = s̄_t + what the step after hands back.
/// </summary>
internal sealed class DenseOnDevice : StageRun
{
    readonly DenseStage stage;
    readonly Run run;
    readonly Accelerator device;
    readonly Walk walk;
    readonly DenseLayout layout;
    readonly RowSpace sequences;
    readonly StateRowsOnDevice rows;
    readonly StateOnDevice[] states;
    readonly Storage matrix, starts, initials;
    readonly Storage? lengths, values;
    Storage? lambda, delta;

    public DenseOnDevice(DenseStage stage, Run run, Accelerator device)
    {
        (this.stage, this.run, this.device, walk, layout) = (stage, run, device, run.WalkOf(Rate.PerStep), stage.Layout);
        states = [.. stage.States.Select(s => new StateOnDevice(run, s, device))];
        if (layout.Vectors > 1)
        {
            values = Rent(walk.Steps);
            if (walk.Lengths is { } own) lengths = device.Upload([.. own.SelectMany(length => Enumerable.Repeat(length, layout.Vectors))]);
        }
        sequences = new((long)walk.Batches * layout.Vectors, walk.Steps, 0, lengths?.Address ?? run.Lengths);
        (matrix, starts, initials) = (Assemble(), Rent(1), Rent(1));
        rows = new(device, walk, sequences, layout.Vectors, stage.Width, starts.Address, initials.Address, stage.Width);
    }

    public override void Forward(in Window window)
    {
        var result = values is null ? run.ValueOf(stage.Results[0]) : Sequences(values);
        for (var s = 0; s < states.Length; s++)
        {
            Rows initial = new(states[s].Initial, 0, 0);
            Stack(starts, s, states[s].Given);
            Stack(initials, s, initial);
        }
        var ends = Rent(1);
        if (run.Slices is null) RunForward(result, ends);
        else RunSlice(isBackward: false, starts, ends, () => RunForward(result, ends));
        for (var s = 0; s < states.Length; s++) Unstack(states[s].End, ends, s);
        ends.Return();
        if (values is null) return;
        Put(run.ValueOf(stage.Results[0]), result, 0, stage.ResultWidths[0], add: false);
        if (stage.Results.Length > 1) PutOld(result);
    }

    // from the starts to the ends
    void RunForward(Rows result, Storage ends)
    {
        for (var s = 0; s < states.Length; s++) Take(result, run.ValueOf, s);
        var old = stage.Results.Length > 1 && values is null ? run.ValueOf(stage.Results[1]) : default;
        using var scratch = new Scratch(Rent(1));
        var before = old.IsNull ? scratch.Rows(stage.Width) : old;
        for (var (n, t) = (0, walk.Reverse ? walk.Steps - 1 : 0); n < walk.Steps; n++, t += walk.Stride)
        {
            rows.WriteOld(before, result, StepOf(t));
            device.Multiply(result, before, matrix.Address, StepOf(t), stage.Width, stage.Width, transposed: true, accumulate: true);
        }
        rows.WriteEnd(ends.Address, result);
    }

    public override void BeginBackward(int groups) => (lambda, delta) = (Rent(walk.Steps), Rent(walk.Steps));

    public override void Backward(in Window window)
    {
        Storage ends = Rent(1), leaving = Rent(1);
        for (var s = 0; s < states.Length; s++) Stack(ends, s, states[s].GivenAdjoint);
        if (run.Slices is null) RunBackward(ends, leaving);
        else RunSlice(isBackward: true, ends, leaving, () => RunBackward(ends, leaving));
        for (var s = 0; s < states.Length; s++)
        {
            var own = states[s].RentRows();
            Unstack(own.Address, leaving, s);
            states[s].GiveStart(own.Address);
            own.Return();
        }
        ends.Return();
        leaving.Return();
    }

    // from what arrives at the ends to what leaves at the starts
    void RunBackward(Storage ends, Storage leaving)
    {
        Rows l = Sequences(lambda!), d = Sequences(delta!);
        Take(l, run.AdjointOf(stage, 0), 0, stage.Width);
        if (stage.Results.Length > 1) Take(d, run.AdjointOf(stage, 1), 0, stage.Width);
        else device.ClearRows(d, sequences, stage.Width);
        for (var (n, t) = (0, walk.Reverse ? 0 : walk.Steps - 1); n < walk.Steps; n++, t -= walk.Stride)
        {
            rows.WriteNextAdjoint(l, add: true, d, ends.Address, StepOf(t));
            device.Multiply(d, l, matrix.Address, StepOf(t), stage.Width, stage.Width, transposed: false, accumulate: true);
        }
        rows.WriteStartAdjoint(leaving.Address, d, ends.Address);
    }

    void RunSlice(bool isBackward, Storage from, Storage to, Action body)
    {
        // every rank knows A
        var known = Storage.RentStaging(device.Device, matrix.Length);
        known.CopyFrom(matrix);
        unsafe
        {
            new SlicedDense(stage.PowersOf(known.Pointer), new(run.Slices!, walk.Reverse), checked((int)sequences.Batches), stage.Width)
                .Run(new DenseSliceOnDevice(run, layout, device, from, to, body), isBackward);
        }
        known.Return();
    }

    public override void EndBackward()
    {
        Rows l = Sequences(lambda!), d = Sequences(delta!);
        foreach (var (operand, state) in stage.Offsets) GiveOffset(run.TargetOf(stage, operand), l, stage.Starts[state], states[state].Width);
        for (var s = 0; s < states.Length && walk.Resets != 0; s++)
        {
            if (states[s].InitialTotal != 0) Sum(states[s].InitialTotal, d, stage.Starts[s], states[s].Width, walk.Resets);
        }
        AddBlocks(l);
        lambda!.Return();
        delta!.Return();
    }

    public override void Release()
    {
        foreach (var storage in new[] { matrix, starts, initials, lengths, values }) storage?.Return();
    }

    void GiveOffset(AdjointTarget target, Rows l, int start, int width)
    {
        if (target.IsRows) Put(target.Rows, l, start, width, target.Mode == StoreMode.Add);
        else if (target.IsSum) Sum(target.Sum, l, start, width);
    }

    void AddBlocks(Rows l)
    {
        if (!stage.Blocks.Any(block => run.TargetOf(stage, block.Operand).IsSum)) return;
        var storage = Rent(walk.Steps);
        var old = Sequences(storage);
        rows.WriteOld(old, values is null ? run.ValueOf(stage.Results[0]) : Sequences(values), sequences);
        foreach (var (operand, row, column) in stage.Blocks)
        {
            if (run.TargetOf(stage, operand) is { IsSum: true } target)
                device.AddTransposedProduct(target.Sum, l.From(stage.Starts[row]), stage.Sizes[row], old.From(stage.Starts[column]), stage.Sizes[column], sequences);
        }
        storage.Return();
    }

    void PutOld(Rows result)
    {
        var storage = Rent(walk.Steps);
        rows.WriteOld(Sequences(storage), result, sequences);
        Put(run.ValueOf(stage.Results[1]), Sequences(storage), 0, stage.ResultWidths[1], add: false);
        storage.Return();
    }

    // b of a state to where its new values will be
    void Take(Rows result, Func<Signal, Rows> valueOf, int state)
    {
        var offset = stage.Offsets.FirstOrDefault(o => o.State == state, (Operand: -1, State: state));
        if (offset.Operand < 0) device.ClearRows(result.From(stage.Starts[state]), sequences, stage.Sizes[state]);
        else Take(result, valueOf(stage.Operands[offset.Operand]), stage.Starts[state], stage.Sizes[state]);
    }

    /// <summary>Channels of sequences from rows of states.</summary>
    void Take(Rows to, Rows from, int start, int width)
    {
        for (var v = 0; v < layout.Vectors; v++)
            device.CopyRows(OfVector(to, v).From(start), from.From(layout.IndexOf(v, 0)), run.Space, width, 1, layout.Stride);
    }

    /// <summary>Rows of a state from channels of sequences; <paramref name="width"/> are all its numbers.</summary>
    void Put(Rows to, Rows from, int start, int width, bool add)
    {
        for (var v = 0; v < layout.Vectors; v++)
        {
            var (target, source) = (to.From(layout.IndexOf(v, 0)), OfVector(from, v).From(start));
            if (add) device.AddRows(target, source, run.Space, width / layout.Vectors, layout.Stride, 1);
            else device.CopyRows(target, source, run.Space, width / layout.Vectors, layout.Stride, 1);
        }
    }

    void Sum(nint total, Rows from, int start, int width, nint mask = 0)
    {
        var storage = Storage.Rent(device.Device, run.Space.Rows * width);
        Rows own = new(storage.Address, (long)walk.Steps * width, width);
        Put(own, from, start, width, add: false);
        device.AddRowSums(total, own, run.Space, width, mask);
        storage.Return();
    }

    // one row per sequence, from one per batch
    void Stack(Storage to, int state, Rows from)
    {
        for (var v = 0; v < layout.Vectors; v++)
            device.CopyRows(StackOf(to, state, v), from.From(layout.IndexOf(v, 0)), new(walk.Batches, 1), stage.Sizes[state], 1, layout.Stride);
    }

    void Unstack(nint to, Storage from, int state)
    {
        Rows own = new(to, states[state].Width, 0);
        for (var v = 0; v < layout.Vectors; v++)
            device.CopyRows(own.From(layout.IndexOf(v, 0)), StackOf(from, state, v), new(walk.Batches, 1), stage.Sizes[state], layout.Stride, 1);
    }

    Rows StackOf(Storage storage, int state, int vector)
        => new Rows(storage.Address, (long)layout.Vectors * stage.Width, 0).From(vector * stage.Width + stage.Starts[state]);

    Rows OfVector(Rows all, int vector) => layout.Vectors == 1 ? all
        : new Rows(all.Start, layout.Vectors * all.BatchStride, all.StepStride).From(checked((int)(vector * all.BatchStride)));

    Rows Sequences(Storage storage) => new(storage.Address, (long)walk.Steps * stage.Width, stage.Width);

    RowSpace StepOf(int step) => sequences with { Steps = 1, First = step };

    Storage Rent(int steps) => Storage.Rent(device.Device, (long)walk.Batches * layout.Vectors * steps * stage.Width);

    Storage Assemble()
    {
        var storage = Storage.Rent(device.Device, (long)stage.Width * stage.Width, clear: true);
        foreach (var (operand, row, column) in stage.Blocks)
        {
            var (height, width) = (stage.Sizes[row], stage.Sizes[column]);
            Rows block = new(run.ValueOf(stage.Operands[operand]).Start, width, 0), target = new(storage.Address, stage.Width, 0);
            device.CopyRows(target.From(stage.Starts[row] * stage.Width + stage.Starts[column]), block, new(height, 1), width);
        }
        return storage;
    }

    readonly struct Scratch(Storage storage) : IDisposable
    {
        // whichever step it is
        public Rows Rows(int width) => new(storage.Address, width, 0);

        public void Dispose() => storage.Return();
    }
}
