using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>The tensors a run works between; they live as long as it does.</summary>
internal sealed unsafe class RunMemory
{
    readonly Plan plan;
    readonly Dictionary<int, Tensor> shared = [];

    /// <param name="plan">Decides which results are outputs themselves.</param>
    /// <param name="walk">Rows.</param>
    /// <param name="inputs">(B, T, size) each.</param>
    /// <param name="fields">Weights and constants in the order of the definition.</param>
    /// <param name="initial">Trained initial states; null entries: zero.</param>
    /// <param name="start">(B, size) each; null: the initial states.</param>
    public RunMemory(Plan plan, Walk walk, Tensor[] inputs, Tensor[] fields, Tensor?[] initial, Tensor[]? start)
    {
        (this.plan, Inputs, Fields, Initial, Start) = (plan, inputs, fields, initial, start);
        Outputs = [.. plan.Definition.Outputs.Select(o => Tensor.Uninitialized(Device, walk.Batches, walk.Steps, o.Size))];
        End = [.. plan.Definition.Planes.Select(s => Tensor.Uninitialized(Device, [walk.Batches, .. s.Shape]))];
        for (var i = 0; i < Outputs.Length; i++)
        {
            if (IsSharable(plan.Outputs[i])) shared.TryAdd(plan.Outputs[i].Id, Outputs[i]);
        }
    }

    /// <summary>Where everything is.</summary>
    public Device Device => Inputs[0].Device;

    public Tensor[] Inputs { get; }

    public Tensor[] Fields { get; }

    public Tensor?[] Initial { get; }

    public Tensor[]? Start { get; }

    public Tensor[] Outputs { get; }

    public Tensor[] End { get; }

    /// <summary>The output whose memory a slot's rows are.</summary>
    public Tensor? Shared(int slot) => shared.GetValueOrDefault(slot);

    /// <summary>State before the first step, one row per batch; none: the initial state.</summary>
    public Rows StartOf(int state) => Start is null ? default : new(Start[state].Address, WidthOf(state), 0);

    /// <summary>The initial state, one row; 0: zeros.</summary>
    public nint InitialOf(int state) => Initial[state]?.Address ?? 0;

    public Rows EndOf(int state) => new(End[state].Address, WidthOf(state), 0);

    int WidthOf(int state) => plan.Definition.Planes[state].Width;

    /// <summary>Copies outputs that are views, inputs or constants, and clears what lies past the lengths.</summary>
    public void CompleteOutputs(Run run, Walk walk)
    {
        for (var i = 0; i < Outputs.Length; i++)
        {
            var (width, rows) = (plan.Outputs[i].Width, run.ValueOf(plan.Outputs[i]));
            var isShared = Shared(plan.Outputs[i].Id) == Outputs[i];
            if (run.OnDevice is { } device)
            {
                Rows output = new(Outputs[i].Address, (long)walk.Steps * width, width);
                if (!isShared) device.CopyRows(output, rows, run.Space, width);
                if (walk.Lengths is not null) device.ClearPadding(output, run.Space, width);
                continue;
            }
            for (var b = 0; b < walk.Batches; b++)
            {
                var length = walk.Length(b);
                var row = Outputs[i].Pointer + (long)b * walk.Steps * width;
                if (!isShared) RowMath.CopyRows(row, rows, b, 0, length, width);
                for (var t = length; t < walk.Steps; t++) RowMath.Clear(row + (long)t * width, width);
            }
        }
    }

    bool IsSharable(Signal output)
        => plan.SlotOf(output) is { Kind: SlotKind.Stage, Rate: Rate.PerStep } slot && output == slot.Whole;
}
