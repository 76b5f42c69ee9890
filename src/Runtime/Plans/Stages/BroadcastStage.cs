using Recurve.Contracts;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>One number repeated over the channels.</summary>
internal sealed unsafe class BroadcastStage(Signal v, int width) : RowStage(width, v)
{
    public override void Export(OnnxPlan plan) => plan.Set(Results[0], plan.Graph.Add("Expand", [plan.ValueOf(Operands[0]), plan.Graph.Integers(Width)]));

    public override string Describe() => $"Broadcast to {Width} channels";

    public override void Forward(float** operands, float* result) => new Span<float>(result, Width).Fill(*operands[0]);

    public override void Backward(float** operands, float* result, float* adjoint, float** operandAdjoints)
    {
        if (operandAdjoints[0] != null) *operandAdjoints[0] += (float)RowMath.Sum(adjoint, Width);
    }

    readonly DeviceGather table = new(new int[width], 1);

    public override void Forward(DeviceRowCall call) => table.Gather(call.Device, call.Result, call.Operands[0], call.Space, add: 0);

    public override void Backward(DeviceRowCall call, DeviceRowAdjoint adjoint)
        => table.Collect(call.Device, adjoint.Target, adjoint.Adjoint, call.Space, adjoint.Add);
}
