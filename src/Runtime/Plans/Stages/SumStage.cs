using Recurve.Contracts;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>Σ v over channels.</summary>
internal sealed unsafe class SumStage(Signal v) : RowStage(1, v)
{
    readonly int n = v.Width;

    public override void Export(OnnxPlan plan)
        => plan.Set(Results[0], plan.Graph.Add("ReduceSum", [plan.ValueOf(Operands[0]), plan.Graph.Integers(-1)], new OnnxAttribute("keepdims", 1L)));

    public override string Describe() => $"Sum over {n} channels";

    public override void Forward(float** operands, float* result) => *result = (float)RowMath.Sum(operands[0], n);

    public override void Backward(float** operands, float* result, float* adjoint, float** operandAdjoints)
    {
        var dv = operandAdjoints[0];
        if (dv == null) return;
        for (var i = 0; i < n; i++) dv[i] += *adjoint;
    }

    readonly DeviceGather table = new(new int[v.Width], 1);

    public override void Forward(DeviceRowCall call) => table.Collect(call.Device, call.Result, call.Operands[0], call.Space, add: 0);

    public override void Backward(DeviceRowCall call, DeviceRowAdjoint adjoint)
        => table.Gather(call.Device, adjoint.Target, adjoint.Adjoint, call.Space, adjoint.Add);
}
