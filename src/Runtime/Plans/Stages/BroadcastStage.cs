using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>One number repeated over the channels.</summary>
internal sealed unsafe class BroadcastStage(Signal v, int width) : RowStage(width, v)
{
    public override string Describe() => $"Broadcast to {Width} channels";

    public override void Forward(float** operands, float* result) => new Span<float>(result, Width).Fill(*operands[0]);

    public override void Backward(float** operands, float* result, float* adjoint, float** operandAdjoints)
    {
        if (operandAdjoints[0] != null) *operandAdjoints[0] += (float)RowMath.Sum(adjoint, Width);
    }
}
