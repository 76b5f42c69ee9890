using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Composed;

namespace Recurve.Plans;

/// <summary>A recurrence whose steps compose.</summary>
internal sealed class ComposedStage<TBody>(StepClass kind, int width, int[] states, Signal[] streams, double[] fixedValues)
    : RecurrentStage(width, TBody.Signature, Few(states), streams, fixedValues) where TBody : struct, IComposedBody
{
    /// <summary>States of one group at most: their maps grow with the square.</summary>
    public const int MostStates = 4;

    public override string Describe() => $"{kind} scan over {Width} channels, {States.Length} {(States.Length == 1 ? "state" : "states")}";

    public override RecurrentKernel CreateKernel()
    {
        var kernel = ComposedKernel.Of<TBody>(kind);
        return new(kernel.Forward, kernel.Backward);
    }

    internal static int[] Few(int[] states) => states.Length is > 0 and <= MostStates ? states
        : throw new ArgumentException($"A group of {states.Length} states; 1 to {MostStates} can be composed.", nameof(states));
}
