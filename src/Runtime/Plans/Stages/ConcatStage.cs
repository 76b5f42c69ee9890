using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>Columns side by side.</summary>
internal sealed unsafe class ConcatStage(Signal[] parts) : RowStage(parts.Sum(p => p.Width), parts)
{
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
}
