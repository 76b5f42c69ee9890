using Recurve.Contracts;
using Recurve.Kernels.Sequential;

namespace Recurve.Plans;

/// <summary>A nonlinear recurrence within channels that Newton's method may solve.</summary>
internal sealed class NewtonStage<TBody>(int width, int[] states, Signal[] streams, double tolerance, int iterations, double[] fixedValues)
    : RecurrentStage(width, TBody.Signature, states, streams, fixedValues) where TBody : struct, INewtonBody
{
    public double Tolerance => tolerance;

    public int Iterations => iterations;

    public override string Describe() => $"Step by step over {Width} channels, {States.Length} states";

    public override RecurrentKernel CreateKernel()
    {
        var kernel = SequentialKernel.Of<TBody>();
        return new(kernel.Forward, kernel.Backward);
    }
}
