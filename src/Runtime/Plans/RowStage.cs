using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>A stage whose result in a row depends on its operands in that row alone.</summary>
/// <param name="width">Width of the result.</param>
/// <param name="operands">What it reads.</param>
internal abstract unsafe class RowStage(int width, params Signal[] operands) : Stage(operands, [width])
{
    /// <summary>Width of the result.</summary>
    protected int Width => ResultWidths[0];

    /// <summary>Computes one row.</summary>
    public abstract void Forward(float** operands, float* result);

    /// <summary>Adds to the operands' adjoints; null where nobody wants one.</summary>
    public abstract void Backward(float** operands, float* result, float* adjoint, float** operandAdjoints);

    /// <summary>Computes rows on a device.</summary>
    public abstract void Forward(DeviceRowCall call);

    /// <summary>Writes the adjoint of one operand on a device.</summary>
    public abstract void Backward(DeviceRowCall call, DeviceRowAdjoint adjoint);

    public override StageRun Bind(Run run) => new RowStageRun(this, run);

    public override StageRun Bind(Run run, Accelerator device) => new RowStageOnDevice(this, run, device);
}

/// <summary>The loop over rows.</summary>
internal sealed unsafe class RowStageRun(RowStage stage, Run run) : StageRun
{
    readonly Walk walk = run.WalkOf(stage.Rate);
    readonly Rows[] operands = [.. stage.Operands.Select(run.ValueOf)];
    readonly Rows result = run.ValueOf(stage.Results[0]);
    Rows adjoint;
    AdjointTarget[] targets = [];
    Sums?[] sums = [];
    Storage?[] scratch = [];

    public override void Forward(in Window window)
    {
        if (!window.IsWhole || walk.Batches == 1 && walk.Steps <= RowTiles.TileSteps) Compute(window);
        else new RowTiles(walk).Run(Compute);
    }

    void Compute(Window window)
    {
        var x = stackalloc float*[operands.Length];
        for (var b = window.B0; b < window.B1; b++)
        {
            var end = Math.Min(window.T1, walk.Length(b));
            for (var t = window.T0; t < end; t++)
            {
                for (var i = 0; i < operands.Length; i++) x[i] = operands[i].At(b, t);
                stage.Forward(x, result.At(b, t));
            }
        }
    }

    public override void BeginBackward(int groups)
    {
        adjoint = run.AdjointOf(stage, 0);
        targets = [.. stage.Operands.Select((_, i) => run.TargetOf(stage, i))];
        if (groups == 0) groups = new RowTiles(walk).Groups;
        sums = [.. targets.Select((t, i) => t.IsSum ? new Sums(groups, stage.Operands[i].Width) : null)];
        scratch = [.. targets.Select((t, i) => t.IsSum ? Storage.Rent((long)groups * stage.Operands[i].Width, clear: true) : null)];
    }

    public override void Backward(in Window window)
    {
        if (window.IsWhole) new RowTiles(walk).Run(Differentiate);
        else Differentiate(window);
    }

    void Differentiate(Window window)
    {
        var n = operands.Length;
        float** x = stackalloc float*[n], dx = stackalloc float*[n];
        for (var i = 0; i < n; i++)
        {
            if (targets[i].IsSum) dx[i] = scratch[i]!.Pointer + (long)window.Group * stage.Operands[i].Width;
            else dx[i] = null;
        }
        for (var b = window.B0; b < window.B1; b++)
        {
            var end = Math.Min(window.T1, walk.Length(b));
            for (var t = window.T0; t < end; t++)
            {
                for (var i = 0; i < n; i++)
                {
                    x[i] = operands[i].At(b, t);
                    if (!targets[i].IsRows) continue;
                    dx[i] = targets[i].Rows.At(b, t);
                    if (targets[i].Mode == StoreMode.Store) new Span<float>(dx[i], stage.Operands[i].Width).Clear();
                }
                stage.Backward(x, result.At(b, t), adjoint.At(b, t), dx);
            }
        }
        for (var i = 0; i < n; i++)
        {
            if (targets[i].IsSum) sums[i]!.Flush(window.Group, dx[i]);
        }
    }

    public override void EndBackward()
    {
        for (var i = 0; i < targets.Length; i++)
        {
            if (!targets[i].IsSum) continue;
            sums[i]!.Complete(targets[i].Total);
            scratch[i]!.Return();
        }
    }
}
