using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>What arrives at and leaves a run backward; null: no gradient.</summary>
/// <param name="Outputs">By output of Step, (B, T, size).</param>
/// <param name="End">By state, (B, size).</param>
internal sealed record ArrivingGradients(Tensor?[] Outputs, Tensor?[] End);

/// <summary>Gradients of a run's leaves; null: not asked for.</summary>
internal sealed record LeavingGradients(Tensor?[] Inputs, Tensor?[] Start, Tensor?[] Fields, Tensor?[] Initial);

internal sealed unsafe partial class Run
{
    const int TileRows = 256;

    AdjointSchedule schedule = null!;
    ArrivingGradients arriving = null!;
    Rows[] adjoints = [];
    Storage?[] adjointOwned = [];
    Storage?[] totals = [];
    Tensor?[] startGradients = [];
    Storage?[] initialTotals = [];
    Tensor?[] inputGradients = [];
    Storage zeros = null!;

    /// <summary>Runs the stages in reverse order, once, and gives back everything the run owns.</summary>
    public LeavingGradients Backward(AdjointSchedule schedule, ArrivingGradients arriving)
    {
        using var flushed = FlushSubnormals();
        (this.schedule, this.arriving) = (schedule, SumEnds(arriving));
        PrepareBackward();
        ReceiveOutputs();
        for (var k = plan.PerStep.Length - 1; k >= 0; k--)
        {
            var stage = plan.PerStep[k];
            Open(k);
            if (schedule.Live[stage.Index])
            {
                Recall(stage);
                Differentiate(stage, Window.Whole(walk));
            }
            GiveBackRemade(stage);
            foreach (var result in stage.Inner.SelectMany(s => s.Results).Concat(stage.Results)) Return(ref adjointOwned[result.Id]);
        }
        for (var k = plan.PerCall.Length - 1; k >= 0; k--)
        {
            var stage = plan.PerCall[k];
            if (!schedule.Live[stage.Index]) continue;
            foreach (var result in stage.Results) RoundTotal(result.Id);
            Differentiate(stage, Window.Whole(Walk.PerCall));
        }
        var leaving = Collect();
        ReleaseBackward();
        GC.KeepAlive(arriving);
        GC.KeepAlive(this.arriving);
        return leaving;
    }

    /// <summary>Adjoint of a result; a row of zeros where nobody writes one.</summary>
    public Rows AdjointOf(Stage stage, int result)
        => HasAdjoint(stage.Results[result]) ? AdjointOf(stage.Results[result]) : new(zeros.Address, 0, 0);

    /// <summary>Adjoint of a signal that <see cref="HasAdjoint"/>.</summary>
    public Rows AdjointOf(Signal result) => adjoints[result.Id].From(result.Start);

    /// <summary>Whether anybody writes the adjoint of a result.</summary>
    public bool HasAdjoint(Signal result) => !adjoints[result.Id].IsNull;

    /// <summary>Where the adjoint of an operand goes.</summary>
    public AdjointTarget TargetOf(Stage stage, int operand)
    {
        var (mode, signal) = (schedule.Modes[stage.Index][operand], stage.Operands[operand]);
        if (mode == StoreMode.Discard) return AdjointTarget.None;
        return totals[signal.Id] is { } total
            ? AdjointTarget.Summed(SumAt(total, signal.Start))
            : new(adjoints[signal.Id].From(signal.Start), mode);
    }

    /// <summary>Whether a stage has anything to do backward.</summary>
    public bool IsLive(Stage stage) => schedule.Live[stage.Index];

    /// <summary>What arrives at the state after the last step, one row per batch; none: zero.</summary>
    public Rows EndAdjointOf(int state) => arriving.End[state] is { } end ? new(end.Address, StateOf(state).Width, 0) : default;

    /// <summary>Where the adjoint of the state before the first step goes, one row per batch.</summary>
    public Rows StartAdjointOf(int state) => Memory.Start is null ? default : new(startGradients[state]!.Address, StateOf(state).Width, 0);

    /// <summary>Sum of the adjoint of a trained initial state, in float64; 0: not wanted.</summary>
    public nint InitialTotalOf(int state) => initialTotals[state]?.Address ?? 0;

    nint SumAt(Storage total, int column) => total.Address + column * (OnDevice?.ExtendedBytes ?? sizeof(double));

    void Differentiate(Stage stage, Window window)
    {
        var run = bound[stage.Index]!;
        run.BeginBackward(groups: 0);
        run.Backward(window);
        run.EndBackward();
    }

    void PrepareBackward()
    {
        adjoints = new Rows[plan.Slots.Length];
        adjointOwned = new Storage?[plan.Slots.Length];
        totals = [.. plan.Slots.Select(s => s.Rate == Rate.PerCall && schedule.Needed[s.Id] ? Rent(2L * s.Width, clear: true) : null)];
        inputGradients = new Tensor?[Memory.Inputs.Length];
        var states = plan.Definition.Planes;
        startGradients = [.. states.Select(s => Memory.Start is null ? null : Tensor.Zeros(Memory.Device, [walk.Batches, .. s.Shape]))];
        initialTotals = [.. states.Select((s, i) => Memory.Initial[i] is { RequiresGrad: true } ? Rent(2L * s.Width, clear: true) : null)];
        zeros = Rent(plan.Slots.Max(s => s.Width), clear: true);
    }

    /// <summary>Gives memory to the adjoints that are first written at a position, and clears what needs to be.</summary>
    void Open(int position)
    {
        foreach (var id in schedule.Opened[position])
        {
            var slot = plan.Slots[id];
            if (position == plan.PerStep.Length && schedule.IsGivenWhole(id)) continue;
            if (slot.Kind == SlotKind.Input)
            {
                var gradient = inputGradients[slot.Index] = Tensor.Uninitialized(Memory.Device, walk.Batches, walk.Steps, slot.Width);
                if (walk.Lengths is not null || !schedule.IsComplete(id)) gradient.Storage.Clear();
                adjoints[id] = BatchMajor(gradient.Address, slot.Width);
            }
            else adjoints[id] = Layout(slot, out adjointOwned[id]);
        }
        foreach (var signal in schedule.Zeroed[position])
        {
            ClearRows(adjoints[signal.Id].From(signal.Start), signal.Width);
        }
    }

    void ReceiveOutputs()
    {
        var end = plan.PerStep.Length;
        // a gradient that nobody adds to is read where it is
        for (var i = 0; i < plan.Outputs.Length; i++)
        {
            var output = plan.Outputs[i];
            if (arriving.Outputs[i] is { } gradient && schedule.IsOnlyWriter(i)) adjoints[output.Id] = BatchMajor(gradient.Address, output.Width);
        }
        Open(end);
        for (var i = 0; i < plan.Outputs.Length; i++)
        {
            var (output, mode, gradient) = (plan.Outputs[i], schedule.OutputModes[i], arriving.Outputs[i]);
            if (mode == StoreMode.Discard || schedule.IsOnlyWriter(i)) continue;
            var given = gradient is null ? default : BatchMajor(gradient.Address, output.Width);
            if (totals[output.Id] is { } total)
            {
                if (gradient is null) continue;
                AddRowsTo(SumAt(total, output.Start), given, output.Width);
                continue;
            }
            var rows = adjoints[output.Id].From(output.Start);
            if (mode == StoreMode.Store) ClearRows(rows, output.Width);
            if (gradient is not null) AddRows(rows, given, output.Width);
        }
    }

    void ClearRows(Rows rows, int width)
    {
        if (OnDevice is { } device) device.ClearRows(rows, Space, width);
        else ForEachRow((b, t) => RowMath.Clear(rows.At(b, t), width));
    }

    void AddRows(Rows rows, Rows given, int width)
    {
        if (OnDevice is { } device) device.AddRows(rows, given, Space, width);
        else ForEachRow((b, t) => RowMath.Add(rows.At(b, t), given.At(b, t), width));
    }

    /// <summary>Every valid row, in no particular order, on all cores.</summary>
    void ForEachRow(Action<int, int> body)
    {
        var tiles = (walk.Steps + TileRows - 1) / TileRows;
        Workers.For(walk.Batches * tiles, task =>
        {
            var (b, first) = (task / tiles, task % tiles * TileRows);
            var end = Math.Min(walk.Length(b), first + TileRows);
            for (var t = first; t < end; t++) body(b, t);
        });
    }

    void AddRowsTo(nint sum, Rows rows, int width)
    {
        if (OnDevice is { } device)
        {
            device.AddRowSums(sum, rows, Space, width);
            return;
        }
        for (var b = 0; b < walk.Batches; b++)
        {
            for (var t = 0; t < walk.Length(b); t++) RowMath.AddTo((double*)sum, rows.At(b, t), width);
        }
    }

    /// <summary>The adjoint of a per-call result as floats, once all its readers have added to it.</summary>
    void RoundTotal(int id)
    {
        var width = plan.Slots[id].Width;
        var rounded = Rounded(totals[id]!, [width]);
        adjointOwned[id] = rounded.Storage;
        adjoints[id] = new(rounded.Address, 0, 0);
    }

    LeavingGradients Collect()
    {
        var fields = new Tensor?[Memory.Fields.Length];
        foreach (var slot in plan.Slots)
        {
            if (slot.Kind == SlotKind.Field && totals[slot.Id] is { } total) fields[slot.Index] = Rounded(total, Memory.Fields[slot.Index].Shape);
            if (slot.Kind == SlotKind.Input && schedule.Needed[slot.Id])
                inputGradients[slot.Index] ??= Tensor.Zeros(Memory.Device, walk.Batches, walk.Steps, slot.Width);
        }
        var initial = new Tensor?[Memory.Initial.Length];
        for (var s = 0; s < initial.Length; s++)
        {
            if (initialTotals[s] is not { } total) continue;
            initial[s] = Rounded(total, Memory.Initial[s]!.Shape);
        }
        var start = Memory.Start is null ? [] : startGradients;
        return new(inputGradients, start, fields, initial);
    }

    static Tensor Rounded(Storage total, int[] shape)
    {
        var tensor = Tensor.Uninitialized(total.Device, shape);
        Elementwise.Round(tensor, total);
        return tensor;
    }

    void ReleaseBackward()
    {
        foreach (var storage in totals.Concat(initialTotals).Concat(adjointOwned)) storage?.Return();
        zeros.Return();
        Release();
    }
}
