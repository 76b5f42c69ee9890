using Recurve.Contracts;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>y = exp(v − max v) / Σ exp(v − max v); v̄ = y (ȳ − Σ y ȳ).</summary>
internal sealed unsafe class SoftmaxStage(Signal v) : RowStage(v.Width, v)
{
    public override void Export(OnnxPlan plan) => plan.Set(Results[0], plan.Graph.Add("Softmax", [plan.ValueOf(Operands[0])], new OnnxAttribute("axis", -1L)));

    public override string Describe() => $"Softmax over {Width} channels";

    public override void Forward(float** operands, float* result)
    {
        var v = operands[0];
        var max = float.NegativeInfinity;
        for (var i = 0; i < Width; i++) max = MathF.Max(max, v[i]);
        double sum = 0;
        for (var i = 0; i < Width; i++) sum += result[i] = MathF.Exp(v[i] - max);
        for (var i = 0; i < Width; i++) result[i] = (float)(result[i] / sum);
    }

    public override void Backward(float** operands, float* result, float* adjoint, float** operandAdjoints)
    {
        var dv = operandAdjoints[0];
        if (dv == null) return;
        var mean = (float)RowMath.Dot(result, adjoint, Width);
        for (var i = 0; i < Width; i++) dv[i] += result[i] * (adjoint[i] - mean);
    }

    public override void Forward(DeviceRowCall call)
    {
        var (y, v, space) = (call.Result, call.Operands[0], call.Space);
        call.Device.Launch(
            DeviceRowCall.Text, "softmax", call.GroupPerRow,
            y.Start, y.BatchStride, y.StepStride, v.Start, v.BatchStride, v.StepStride,
            space.Lengths, space.Rows, space.Steps, space.First, Width);
    }

    public override void Backward(DeviceRowCall call, DeviceRowAdjoint adjoint)
    {
        var (dv, y, dy, space) = (adjoint.Target, call.Result, adjoint.Adjoint, call.Space);
        call.Device.Launch(
            DeviceRowCall.Text, "softmax_adjoint", call.GroupPerRow,
            dv.Start, dv.BatchStride, dv.StepStride, y.Start, y.BatchStride, y.StepStride, dy.Start, dy.BatchStride, dy.StepStride,
            space.Lengths, space.Rows, space.Steps, space.First, Width, adjoint.Add);
    }
}
