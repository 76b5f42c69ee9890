using Recurve.Contracts;
using Recurve.Kernels.Lanes;
using Recurve.Kernels.Sequential;
using Recurve.Kernels.Sliced;

namespace Recurve.Kernels.Composed;

/// <summary>Runs a recurrence whose steps compose: step by step, or in tiles of time. One object serves every launch of a stage, from any thread.</summary>
internal abstract class ComposedKernel
{
    /// <summary>The kernel of a body for the lane of this machine.</summary>
    public static ComposedKernel Of<TBody>(StepClass kind) where TBody : struct, IComposedBody => (kind, TBody.Signature.States) switch
    {
        (StepClass.Block, 1) => OfLane<TBody, AffineMaps<OneState>, AffineMaps<OneState>>(),
        (StepClass.Block, 2) => OfLane<TBody, AffineMaps<TwoStates>, AffineMaps<TwoStates>>(),
        (StepClass.Block, 3) => OfLane<TBody, AffineMaps<ThreeStates>, AffineMaps<ThreeStates>>(),
        (StepClass.Block, 4) => OfLane<TBody, AffineMaps<FourStates>, AffineMaps<FourStates>>(),
        (StepClass.Clamped, 1) => OfLane<TBody, ClampedMaps, AffineMaps<OneState>>(),
        (StepClass.MaxPlus, 1) => OfLane<TBody, TropicalMaps<Maximum>, AffineMaps<OneState>>(),
        (StepClass.LogPlus, 1) => OfLane<TBody, TropicalMaps<LogSumExp>, AffineMaps<OneState>>(),
        _ => throw new ArgumentException($"{kind} of {TBody.Signature.States} states."),
    };

    static ComposedKernel OfLane<TBody, TMaps, TAdjoint>()
        where TBody : struct, IComposedBody
        where TMaps : struct, IStepMaps
        where TAdjoint : struct, IStepMaps
        => LaneChoice.Width switch
        {
            16 => new ComposedKernel<TBody, TMaps, TAdjoint, Lane512>(),
            8 => new ComposedKernel<TBody, TMaps, TAdjoint, Lane256>(),
            4 => new ComposedKernel<TBody, TMaps, TAdjoint, Lane128>(),
            _ => new ComposedKernel<TBody, TMaps, TAdjoint, Lane1>(),
        };

    /// <summary>What the last forward call chose; of one of them, where several run at once.</summary>
    public Course Course { get; protected set; }

    /// <inheritdoc cref="SequentialKernel.Forward"/>
    public abstract void Forward(RecurrentLaunch launch, Window window);

    /// <inheritdoc cref="SequentialKernel.Backward"/>
    public abstract void Backward(RecurrentLaunch launch, Window window);

    /// <summary>The same maps, for sequences whose steps are divided.</summary>
    public abstract SliceKernel CreateSlices();
}

/// <summary>A composed recurrence with its body, the maps of its class and of its adjoint, and its lane.</summary>
internal sealed class ComposedKernel<TBody, TMaps, TAdjoint, V> : ComposedKernel
    where TBody : struct, IComposedBody
    where TMaps : struct, IStepMaps
    where TAdjoint : struct, IStepMaps
    where V : unmanaged, ILane<V>
{
    Spare<SequentialForward<TBody, V>> forward;
    Spare<TiledForward<TBody, TMaps, V>> tiled;
    SplitBackward<TBody, TAdjoint, V> backward;

    public override void Forward(RecurrentLaunch launch, Window window)
    {
        var split = Planner.SplitOf(launch.Width, window, TBody.Signature.Streams, TMaps.Cost);
        Course = split.IsTiled ? Course.Split : Course.Serial;
        if (split.IsTiled)
        {
            var job = tiled.Take();
            job.Execute(launch, window, split);
            tiled.Keep(job);
        }
        else
        {
            var job = forward.Take();
            job.Execute(launch, window, split);
            forward.Keep(job);
        }
    }

    public override void Backward(RecurrentLaunch launch, Window window) => backward.Run(launch, window);

    public override SliceKernel CreateSlices() => new SliceKernel<TBody, TMaps, TAdjoint, V>();
}

/// <summary>The backward pass of any recurrence with a known adjoint map: step by step, or in tiles of time.</summary>
internal struct SplitBackward<TBody, TAdjoint, V>
    where TBody : struct, ISplitAdjointBody
    where TAdjoint : struct, IStepMaps
    where V : unmanaged, ILane<V>
{
    Spare<SequentialBackward<TBody, V>> serial;
    Spare<TiledBackward<TBody, TAdjoint, V>> tiled;

    public void Run(RecurrentLaunch launch, Window window)
    {
        var signature = TBody.Signature;
        var split = Planner.SplitOf(launch.Width, window, signature.Streams + signature.Outputs + 2 * signature.States, TAdjoint.Cost);
        if (split.IsTiled)
        {
            var job = tiled.Take();
            job.Execute(launch, window, split);
            tiled.Keep(job);
        }
        else
        {
            var job = serial.Take();
            job.Execute(launch, window, split);
            serial.Keep(job);
        }
    }
}
