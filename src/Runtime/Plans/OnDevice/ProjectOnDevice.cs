using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>Products of all rows with the stacked weights on a device.</summary>
internal sealed class ProjectOnDevice(ProjectStage stage, Run run, Accelerator device) : StageRun
{
    readonly Rows x = run.ValueOf(stage.Operands[0]), y = run.ValueOf(stage.Results[0]);
    Storage? stack;
    Rows adjoint;
    AdjointTarget target;

    /// <summary>The matrices one below the other, row by row.</summary>
    public nint Weights { get; private set; }

    // one matrix is its own stack
    public override void BeginForward()
    {
        Weights = run.ValueOf(stage.Operands[1]).Start;
        if (stage.Count == 1) return;
        stack = Storage.Rent(device.Device, (long)stage.Rows * stage.Columns);
        Weights = stack.Address;
        for (var (i, start) = (0, Weights); i < stage.Count; i++)
        {
            var bytes = stage.Operands[i + 1].Width * (nint)sizeof(float);
            device.Copy(run.ValueOf(stage.Operands[i + 1]).Start, start, bytes);
            start += bytes;
        }
    }

    public override void Forward(in Window window)
        => device.Multiply(y, x, Weights, run.SpaceOf(stage.Rate, window), stage.Columns, stage.Rows, transposed: true);

    public override void BeginBackward(int groups) => (adjoint, target) = (run.AdjointOf(stage, 0), run.TargetOf(stage, 0));

    public override void Backward(in Window window)
    {
        var space = run.SpaceOf(stage.Rate, window);
        if (target.IsRows) device.Multiply(target.Rows, adjoint, Weights, space, stage.Rows, stage.Columns, transposed: false, target.Mode == StoreMode.Add);
        else if (target.IsSum) AddToTotal();
    }

    /// <summary>A product of all rows for each matrix.</summary>
    public override void EndBackward()
    {
        var space = run.SpaceOf(stage.Rate, Window.Whole(run.WalkOf(stage.Rate)));
        for (var (i, row) = (0, 0); i < stage.Count; row += stage.RowsOf(i++))
        {
            if (run.TargetOf(stage, i + 1) is { IsSum: true } sum)
                device.AddTransposedProduct(sum.Sum, adjoint.From(row), stage.RowsOf(i), x, stage.Columns, space);
        }
    }

    public override void Release()
    {
        stack?.Return();
        stack = null;
    }

    // only for a product that is itself constant over the call
    void AddToTotal()
    {
        var row = Storage.Rent(device.Device, stage.Columns);
        Rows given = new(row.Address, 0, 0);
        device.Multiply(given, adjoint, Weights, RowSpace.Of(1), stage.Rows, stage.Columns, transposed: false);
        device.AddRowSums(target.Sum, given, RowSpace.Of(1), stage.Columns);
        row.Return();
    }
}
