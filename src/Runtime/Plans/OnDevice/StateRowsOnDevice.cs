using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>
/// Rows of a state that a device's kernels hand on (States.cl): what steps start from, and the transposed. The sequences may be vectors of the batches, each
/// batch's one after the other.
/// </summary>
/// <param name="device">Where.</param>
/// <param name="walk">The call's rows.</param>
/// <param name="sequences">Number of them, and their lengths on the device.</param>
/// <param name="vectors">Of a batch.</param>
/// <param name="width">Channels.</param>
/// <param name="start">A row per sequence before its first step; 0: the initial state.</param>
/// <param name="initial">The initial state; 0: zeros.</param>
/// <param name="initialStride">Its floats from a sequence to the next; 0: it is one row.</param>
internal sealed class StateRowsOnDevice(
    Accelerator device, Walk walk, RowSpace sequences, int vectors, int width, nint start, nint initial, long initialStride = 0)
{
    static readonly DeviceProgram Text = DeviceProgram.Of("Reductions.cl", "RowStages.cl", "States.cl");

    int Reverse => walk.Reverse ? 1 : 0;

    /// <summary>Of some steps: from the new values, what they start from.</summary>
    public void WriteOld(Rows old, Rows next, RowSpace space) => device.Launch(
        Text, "old_states", Grid.Over(space.Rows * width),
        old.Start, old.BatchStride, old.StepStride, next.Start, next.BatchStride, next.StepStride, start, initial, initialStride,
        walk.Resets, vectors, Reverse, (long)walk.Steps, width, space.Lengths, space.Rows, space.Steps, space.First);

    /// <summary>A row per sequence: the value after the last step.</summary>
    public void WriteEnd(nint end, Rows next) => device.Launch(
        Text, "end_states", Grid.Over(sequences.Batches * width),
        end, next.Start, next.BatchStride, next.StepStride, start, initial, initialStride,
        walk.Resets, vectors, Reverse, (long)walk.Steps, width, sequences.Lengths, sequences.Batches);

    /// <summary>Of some steps: what the steps after them, or the end, hand to the new values.</summary>
    public void WriteNextAdjoint(Rows target, bool add, Rows old, nint end, RowSpace space) => device.Launch(
        Text, "next_adjoints", Grid.Over(space.Rows * width),
        target.Start, target.BatchStride, target.StepStride, old.Start, old.BatchStride, old.StepStride, end, add ? 1 : 0,
        walk.Resets, vectors, Reverse, (long)walk.Steps, width, space.Lengths, space.Rows, space.Steps, space.First);

    /// <summary>A row per sequence: what leaves at its start.</summary>
    public void WriteStartAdjoint(nint target, Rows old, nint end) => device.Launch(
        Text, "start_adjoints", Grid.Over(sequences.Batches * width),
        target, old.Start, old.BatchStride, old.StepStride, end,
        walk.Resets, vectors, Reverse, (long)walk.Steps, width, sequences.Lengths, sequences.Batches);

    /// <summary>The sequence of a state that is never assigned, and its end.</summary>
    public void Hold(Rows held, nint end) => device.Launch(
        Text, "hold", Grid.Over(sequences.Batches * width),
        held.Start, held.BatchStride, held.StepStride, end, start, initial, initialStride,
        walk.Resets, vectors, Reverse, (long)walk.Steps, width, sequences.Lengths, sequences.Batches);

    /// <summary>What leaves at the starts, and, in extended precision, what resets take.</summary>
    public void HoldAdjoint(nint target, nint initialSums, Rows held, nint end) => device.Launch(
        Text, "hold_adjoint", Grid.Over(sequences.Batches * width),
        target, initialSums, held.Start, held.BatchStride, held.StepStride, end,
        walk.Resets, vectors, Reverse, (long)walk.Steps, width, sequences.Lengths, sequences.Batches);
}
