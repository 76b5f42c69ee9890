using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Scan;

/// <summary>Runs a linear recurrence s = a ⊙ p + b over sequences. One object serves every launch of a stage, from any thread.</summary>
internal abstract class ScanKernel
{
    /// <summary>The kernel of a body for the lane of this machine.</summary>
    public static ScanKernel Of<TBody>() where TBody : struct, IScanBody => LaneChoice.Width switch
    {
        16 => new ScanKernel<TBody, Lane512>(),
        8 => new ScanKernel<TBody, Lane256>(),
        4 => new ScanKernel<TBody, Lane128>(),
        _ => new ScanKernel<TBody, Lane1>(),
    };

    /// <summary>Writes the new states and the outputs of every valid step of the window, and its end states.</summary>
    public abstract void Forward(RecurrentLaunch launch, Window window);

    /// <summary>
    /// From the adjoints of outputs, states and end states: writes the adjoints of streams and of the window's start states, adds to those of
    /// the initial state. Needs the state sequence and the start states of the forward pass.
    /// </summary>
    public abstract void Backward(RecurrentLaunch launch, Window window);
}

/// <summary>A scan with its body and lane.</summary>
internal sealed class ScanKernel<TBody, V> : ScanKernel
    where TBody : struct, IScanBody
    where V : unmanaged, ILane<V>
{
    ScanJob<TBody, V>? spare;

    public override void Forward(RecurrentLaunch launch, Window window) => Execute(launch, window, backward: false);

    public override void Backward(RecurrentLaunch launch, Window window) => Execute(launch, window, backward: true);

    void Execute(RecurrentLaunch launch, Window window, bool backward)
    {
        var job = Interlocked.Exchange(ref spare, null) ?? new();
        job.Execute(launch, window, backward);
        spare = job;
    }
}
