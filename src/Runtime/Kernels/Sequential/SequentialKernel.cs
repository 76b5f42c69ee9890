using Recurve.Contracts;
using Recurve.Kernels.Lanes;
using Recurve.Kernels.Scan;

namespace Recurve.Kernels.Sequential;

/// <summary>
/// Runs any recurrence whose channels are independent, step by step. One object serves every launch of a stage, from any thread.
/// </summary>
internal abstract class SequentialKernel
{
    /// <summary>The kernel of a body for the lane of this machine.</summary>
    public static SequentialKernel Of<TBody>() where TBody : struct, ISequentialBody => LaneChoice.Width switch
    {
        16 => new SequentialKernel<TBody, Lane512>(),
        8 => new SequentialKernel<TBody, Lane256>(),
        4 => new SequentialKernel<TBody, Lane128>(),
        _ => new SequentialKernel<TBody, Lane1>(),
    };

    /// <summary>Writes the new states and the outputs of every valid step of the window, and its end states.</summary>
    public abstract void Forward(RecurrentLaunch launch, Window window);

    /// <summary>
    /// From the adjoints of outputs, states and end states: writes the adjoints of streams and of the window's start states, adds to those of
    /// the initial states. Needs the state sequences and the start states of the forward pass.
    /// </summary>
    public abstract void Backward(RecurrentLaunch launch, Window window);
}

/// <summary>A step-by-step recurrence with its body and lane.</summary>
internal sealed class SequentialKernel<TBody, V> : SequentialKernel
    where TBody : struct, ISequentialBody
    where V : unmanaged, ILane<V>
{
    Spare<SequentialForward<TBody, V>> forward;
    Spare<SequentialBackward<TBody, V>> backward;

    public override void Forward(RecurrentLaunch launch, Window window)
    {
        var job = forward.Take();
        job.Execute(launch, window, ScanSplit.OfSequential(launch.Width));
        forward.Keep(job);
    }

    public override void Backward(RecurrentLaunch launch, Window window)
    {
        var job = backward.Take();
        job.Execute(launch, window, ScanSplit.OfSequential(launch.Width));
        backward.Keep(job);
    }
}
