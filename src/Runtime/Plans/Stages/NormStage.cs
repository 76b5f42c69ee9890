using Recurve.Contracts;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>√Σ v² over channels; the derivative v/‖v‖ is taken as 0 at v = 0.</summary>
internal sealed unsafe class NormStage(Signal v) : RowStage(1, v)
{
    readonly int n = v.Width;

    public override void Export(OnnxPlan plan)
        => plan.Set(Results[0], plan.Graph.Add("ReduceL2", [plan.ValueOf(Operands[0])], new OnnxAttribute("axes", new long[] { -1 }), new OnnxAttribute("keepdims", 1L)));

    public override string Describe() => $"Norm over {n} channels";

    public override void Forward(float** operands, float* result) => *result = (float)Math.Sqrt(RowMath.Dot(operands[0], operands[0], n));

    public override void Backward(float** operands, float* result, float* adjoint, float** operandAdjoints)
    {
        var dv = operandAdjoints[0];
        if (dv == null || *result == 0) return;
        RowMath.AddScaled(dv, *adjoint / *result, operands[0], n);
    }

    public override void Forward(DeviceRowCall call)
    {
        var (y, v, space) = (call.Result, call.Operands[0], call.Space);
        call.Device.Launch(
            DeviceRowCall.Text, "euclidean_norm", call.GroupPerRow,
            y.Start, y.BatchStride, y.StepStride, v.Start, v.BatchStride, v.StepStride,
            space.Lengths, space.Rows, space.Steps, space.First, n);
    }

    public override void Backward(DeviceRowCall call, DeviceRowAdjoint adjoint)
    {
        var (dv, v, y, dy, space) = (adjoint.Target, call.Operands[0], call.Result, adjoint.Adjoint, call.Space);
        call.Device.Launch(
            DeviceRowCall.Text, "euclidean_norm_adjoint", call.ItemsPerRow(n),
            dv.Start, dv.BatchStride, dv.StepStride, v.Start, v.BatchStride, v.StepStride,
            y.Start, y.BatchStride, y.StepStride, dy.Start, dy.BatchStride, dy.StepStride,
            space.Lengths, space.Rows, space.Steps, space.First, n, adjoint.Add);
    }
}
