using System.Globalization;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;
using Recurve.Kernels.Newton;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>A nonlinear recurrence within channels that Newton's method may solve.</summary>
internal sealed class NewtonStage<TBody>(int width, int[] states, Signal[] streams, double tolerance, int iterations, double[] fixedValues)
    : RecurrentStage(width, TBody.Signature, StateCounts.Few(states), streams, fixedValues) where TBody : struct, INewtonBody
{
    protected override Trace Trace() => Onnx.Trace.OfStep<TBody>(Fixed);

    public override string Describe() => $"Newton's method, or step by step, over {Width} channels, {States.Length} {(States.Length == 1 ? "state" : "states")}";

    public override string Describe(StageOutcome outcome) => outcome.Newton is { } newton
        ? string.Create(CultureInfo.InvariantCulture, $"Newton's method over {Width} channels: {newton.Iterations} iterations, last update {newton.LastUpdate:0.0e+0}, {newton.SteppedSequences.Count} sequences step by step")
        : $"Step by step over {Width} channels: {(outcome.Forced is { } forced ? $"RECURVE_PLAN={forced.ToString().ToLowerInvariant()}" : "for this shape the model of docs/kernels.md puts Newton's method behind")}";

    protected override RecurrentKernel CreateKernel(DeviceBody body, Accelerator device, nint lengths)
    {
        var kernel = new DeviceNewton(body, tolerance, iterations);
        return new(
            (launch, window) => kernel.Forward(device, launch, window, lengths),
            (launch, window) => kernel.Backward(device, launch, window, lengths),
            () => new(kernel.Report is null ? Course.Serial : Course.Newton, kernel.Report));
    }

    protected override DeviceBody CreateBody(CellInfo cell) => DeviceBody.Of<TBody>(cell);

    protected override RecurrentKernel CreateKernel()
    {
        var kernel = NewtonKernel.Of<TBody>(tolerance, iterations);
        return new(kernel.Forward, kernel.Backward, () => new(kernel.Report is null ? Course.Serial : Course.Newton, kernel.Report));
    }
}
