using Recurve.Contracts;
using Recurve.Kernels.Composed;
using Recurve.Kernels.Lanes;
using Recurve.Kernels.Sequential;

namespace Recurve.Kernels.Newton;

/// <summary>Runs a nonlinear recurrence by Newton's method where that may win, otherwise step by step; for one call at a time.</summary>
internal abstract class NewtonKernel
{
    /// <summary>The kernel of a body for the lane of this machine.</summary>
    public static NewtonKernel Of<TBody>(double tolerance, int iterations) where TBody : struct, INewtonBody => TBody.Signature.States switch
    {
        1 => OfLane<TBody, AffineMaps<OneState>>(tolerance, iterations),
        2 => OfLane<TBody, AffineMaps<TwoStates>>(tolerance, iterations),
        3 => OfLane<TBody, AffineMaps<ThreeStates>>(tolerance, iterations),
        4 => OfLane<TBody, AffineMaps<FourStates>>(tolerance, iterations),
        var count => throw new ArgumentException($"Newton's method for a group of {count} states; at most 4."),
    };

    static NewtonKernel OfLane<TBody, TMaps>(double tolerance, int iterations)
        where TBody : struct, INewtonBody
        where TMaps : struct, IStepMaps
        => LaneChoice.Width switch
        {
            16 => new NewtonKernel<TBody, TMaps, Lane512>(tolerance, iterations),
            8 => new NewtonKernel<TBody, TMaps, Lane256>(tolerance, iterations),
            4 => new NewtonKernel<TBody, TMaps, Lane128>(tolerance, iterations),
            _ => new NewtonKernel<TBody, TMaps, Lane1>(tolerance, iterations),
        };

    /// <summary>How the last forward call went; null: it ran step by step.</summary>
    public NewtonReport? Report { get; protected set; }

    /// <inheritdoc cref="SequentialKernel.Forward"/>
    public abstract void Forward(RecurrentLaunch launch, Window window);

    /// <inheritdoc cref="SequentialKernel.Backward"/>
    public abstract void Backward(RecurrentLaunch launch, Window window);
}

/// <summary>A nonlinear recurrence with its body, the maps of its linearisation, and its lane.</summary>
internal sealed class NewtonKernel<TBody, TMaps, V>(double tolerance, int iterations) : NewtonKernel
    where TBody : struct, INewtonBody
    where TMaps : struct, IStepMaps
    where V : unmanaged, ILane<V>
{
    Spare<SequentialForward<TBody, V>> serial;
    Spare<NewtonForward<TBody, TMaps, V>> newton;
    SplitBackward<TBody, TMaps, V> backward;

    public override void Forward(RecurrentLaunch launch, Window window)
    {
        var split = Planner.NewtonOf(launch.Width, window, TBody.Signature.Streams, TMaps.Cost);
        Report = null;
        if (split.IsTiled)
        {
            var job = newton.Take();
            (job.Tolerance, job.Iterations) = (tolerance, iterations);
            job.Execute(launch, window, split);
            Report = job.Report;
            newton.Keep(job);
        }
        else
        {
            var job = serial.Take();
            job.Execute(launch, window, split);
            serial.Keep(job);
        }
    }

    // at the returned states the adjoint is linear: one scan, however they were found
    public override void Backward(RecurrentLaunch launch, Window window) => backward.Run(launch, window);
}
