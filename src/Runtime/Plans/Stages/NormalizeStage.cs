using Recurve.Contracts;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>
/// y = (v − μ) / σ with σ = √(mean((v − μ)²) + ε); μ is the mean (LayerNorm) or 0 (RmsNorm).
/// v̄ = (ȳ − [mean ȳ] − y mean(y ȳ)) / σ, the bracket for LayerNorm only.
/// </summary>
internal sealed unsafe class NormalizeStage(Signal v, double epsilon, bool centred) : RowStage(v.Width, v)
{
    public override void Export(OnnxPlan plan) => plan.Set(Results[0], OnnxRows.Normalized(plan.Graph, plan.ValueOf(Operands[0]), epsilon, centred));

    public override string Describe() => $"{(centred ? "LayerNorm" : "RmsNorm")} over {Width} channels";

    public override void Forward(float** operands, float* result)
    {
        var v = operands[0];
        var (mean, scale) = Moments(v);
        for (var i = 0; i < Width; i++) result[i] = (float)((v[i] - mean) * scale);
    }

    public override void Backward(float** operands, float* result, float* adjoint, float** operandAdjoints)
    {
        var dv = operandAdjoints[0];
        if (dv == null) return;
        var (_, scale) = Moments(operands[0]);
        var shift = centred ? RowMath.Sum(adjoint, Width) / Width : 0;
        var slope = RowMath.Dot(result, adjoint, Width) / Width;
        for (var i = 0; i < Width; i++) dv[i] += (float)((adjoint[i] - shift - result[i] * slope) * scale);
    }

    (double Mean, double Scale) Moments(float* v)
    {
        var mean = centred ? RowMath.Sum(v, Width) / Width : 0;
        double square = 0;
        for (var i = 0; i < Width; i++) square += (v[i] - mean) * (v[i] - mean);
        return (mean, 1 / Math.Sqrt(square / Width + epsilon));
    }

    public override void Forward(DeviceRowCall call)
    {
        var (y, v, space) = (call.Result, call.Operands[0], call.Space);
        call.Device.Launch(
            DeviceRowCall.Text, "normalize_signal", call.GroupPerRow,
            y.Start, y.BatchStride, y.StepStride, v.Start, v.BatchStride, v.StepStride,
            space.Lengths, space.Rows, space.Steps, space.First, Width, epsilon, centred ? 1 : 0);
    }

    public override void Backward(DeviceRowCall call, DeviceRowAdjoint adjoint)
    {
        var (dv, v, y, dy, space) = (adjoint.Target, call.Operands[0], call.Result, adjoint.Adjoint, call.Space);
        call.Device.Launch(
            DeviceRowCall.Text, "normalize_signal_adjoint", call.GroupPerRow,
            dv.Start, dv.BatchStride, dv.StepStride, v.Start, v.BatchStride, v.StepStride,
            y.Start, y.BatchStride, y.StepStride, dy.Start, dy.BatchStride, dy.StepStride,
            space.Lengths, space.Rows, space.Steps, space.First, Width, epsilon, centred ? 1 : 0, adjoint.Add);
    }
}
