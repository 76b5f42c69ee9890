using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>Columns side by side.</summary>
internal sealed unsafe class ConcatStage(Signal[] parts) : RowStage(parts.Sum(p => p.Width), parts)
{
    public override void Export(OnnxPlan plan) => plan.Set(Results[0], plan.Graph.Add(
        "Concat", [.. Operands.Select(p => Rate == Rate.PerStep ? plan.InEveryStep(p) : plan.ValueOf(p))], new OnnxAttribute("axis", -1L)));

    public override string Describe() => $"Concat {string.Join(" + ", Operands.Select(p => p.Width))} channels";

    public override void Forward(float** operands, float* result)
    {
        for (var (i, start) = (0, 0); i < Operands.Length; start += Operands[i++].Width)
            RowMath.Copy(result + start, operands[i], Operands[i].Width);
    }

    public override void Backward(float** operands, float* result, float* adjoint, float** operandAdjoints)
    {
        for (var (i, start) = (0, 0); i < Operands.Length; start += Operands[i++].Width)
        {
            if (operandAdjoints[i] != null) RowMath.Add(operandAdjoints[i], adjoint + start, Operands[i].Width);
        }
    }

    public override void Forward(DeviceRowCall call)
    {
        for (var (i, start) = (0, 0); i < Operands.Length; start += Operands[i++].Width)
            call.Device.CopyRows(call.Result.From(start), call.Operands[i], call.Space, Operands[i].Width);
    }

    public override void Backward(DeviceRowCall call, DeviceRowAdjoint adjoint)
    {
        var (start, width) = (Operands.Take(adjoint.Operand).Sum(o => o.Width), Operands[adjoint.Operand].Width);
        if (adjoint.Add != 0) call.Device.AddRows(adjoint.Target, adjoint.Adjoint.From(start), call.Space, width);
        else call.Device.CopyRows(adjoint.Target, adjoint.Adjoint.From(start), call.Space, width);
    }
}
