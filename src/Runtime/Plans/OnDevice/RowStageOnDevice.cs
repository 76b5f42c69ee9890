using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>Rows of one stage on a device: what its kernels read, and over which rows they go.</summary>
/// <param name="Device">Where.</param>
/// <param name="Operands">Values.</param>
/// <param name="Result">Its values.</param>
/// <param name="Space">The rows.</param>
internal readonly record struct DeviceRowCall(Accelerator Device, Rows[] Operands, Rows Result, RowSpace Space)
{
    /// <summary>Reductions.cl and RowStages.cl.</summary>
    public static DeviceProgram Text { get; } = DeviceProgram.Of("Reductions.cl", "RowStages.cl");

    /// <summary>An item for each of so many numbers of a row.</summary>
    public Grid ItemsPerRow(int numbers) => Grid.Over(Space.Rows * numbers);

    /// <summary>A group for each row.</summary>
    public Grid GroupPerRow => new(Space.Rows, 64);
}

/// <summary>Where the adjoint of one operand goes on a device, and from what.</summary>
/// <param name="Operand">Which.</param>
/// <param name="Adjoint">What arrives at the result.</param>
/// <param name="Target">Rows written.</param>
/// <param name="Add">1: they are added to.</param>
internal readonly record struct DeviceRowAdjoint(int Operand, Rows Adjoint, Rows Target, int Add);

/// <summary>A stage of independent rows on a device. What a per-call operand gets is summed over rows.</summary>
internal sealed class RowStageOnDevice(RowStage stage, Run run, Accelerator device) : StageRun
{
    readonly Rows[] operands = [.. stage.Operands.Select(run.ValueOf)];
    readonly Rows result = run.ValueOf(stage.Results[0]);

    public override void Forward(in Window window) => stage.Forward(Call(window));

    public override void BeginBackward(int groups) { }

    public override void Backward(in Window window)
    {
        var (call, adjoint) = (Call(window), run.AdjointOf(stage, 0));
        for (var i = 0; i < operands.Length; i++)
        {
            var target = run.TargetOf(stage, i);
            if (target.IsRows) stage.Backward(call, new(i, adjoint, target.Rows, target.Mode == StoreMode.Add ? 1 : 0));
            else if (target.IsSum) AddSums(call, i, adjoint, target.Sum);
        }
    }

    public override void EndBackward() { }

    DeviceRowCall Call(in Window window) => new(device, operands, result, run.SpaceOf(stage.Rate, window));

    void AddSums(DeviceRowCall call, int operand, Rows adjoint, nint total)
    {
        var (space, width) = (call.Space, stage.Operands[operand].Width);
        var storage = Storage.Rent(device.Device, space.Rows * width);
        // the rows of one step of a loop have one place, whichever step it is
        Rows rows = space.Steps == 1 ? new(storage.Address, width, 0) : new(storage.Address, space.Steps * width, width);
        stage.Backward(call, new(operand, adjoint, rows, Add: 0));
        device.AddRowSums(total, rows, space, width);
        storage.Return();
    }
}
