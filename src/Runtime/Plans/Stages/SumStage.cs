using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>Σ v over channels.</summary>
internal sealed unsafe class SumStage(Signal v) : RowStage(1, v)
{
    readonly int n = v.Width;

    public override string Describe() => $"Sum over {n} channels";

    public override void Forward(float** operands, float* result) => *result = (float)RowMath.Sum(operands[0], n);

    public override void Backward(float** operands, float* result, float* adjoint, float** operandAdjoints)
    {
        var dv = operandAdjoints[0];
        if (dv == null) return;
        for (var i = 0; i < n; i++) dv[i] += *adjoint;
    }
}
