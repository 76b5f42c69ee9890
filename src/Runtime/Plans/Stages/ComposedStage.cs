using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;
using Recurve.Kernels.Composed;
using Recurve.Kernels.Sliced;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>A recurrence whose steps compose.</summary>
internal sealed class ComposedStage<TBody>(StepClass kind, int width, int[] states, Signal[] streams, double[] fixedValues)
    : RecurrentStage(width, TBody.Signature, StateCounts.Few(states), streams, fixedValues) where TBody : struct, IComposedBody
{
    protected override Trace Trace() => Onnx.Trace.OfStep<TBody>(Fixed);

    public override string Describe() => $"{kind} scan over {Width} channels, {States.Length} {(States.Length == 1 ? "state" : "states")}";

    protected override RecurrentKernel CreateKernel(DeviceBody body, Accelerator device, nint lengths)
    {
        var kernel = DeviceRecurrence.Composed(body, kind);
        return RecurrentKernel.Of(kernel, device, lengths) with { Outcome = () => new(kernel.Course) };
    }

    protected override DeviceBody CreateBody(CellInfo cell) => DeviceBody.Of<TBody>(cell);

    protected override RecurrentKernel CreateKernel()
    {
        var kernel = ComposedKernel.Of<TBody>(kind);
        return new(kernel.Forward, kernel.Backward, () => new(kernel.Course));
    }

    protected override SliceKernel CreateMaps() => SliceKernel.Of<TBody>(kind);

    public override string Describe(StageOutcome outcome)
        => $"{Describe()}, {(outcome.Course == Course.Split ? "time split into tiles" : "each sequence from first step to last")}";
}

/// <summary>How many states of one group can be composed.</summary>
internal static class StateCounts
{
    // maps grow with the square
    const int Most = 4;

    public static int[] Few(int[] states) => states.Length is > 0 and <= Most ? states
        : throw new ArgumentException($"A group of {states.Length} states; 1 to {Most} can be composed.", nameof(states));
}
