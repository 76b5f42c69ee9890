using ILGPU;
using Recurve.Contracts;

namespace Recurve.Ilgpu.Kernels;

/// <summary>Backward.cl, TilesBackward.cl: a recurrence against the order of its steps (docs/differentiation.md).</summary>
unsafe ref struct BackwardWalk
{
    readonly BodyFrame frame;
    readonly Sequences sequences;
    readonly bool readsStates;

    public BackwardWalk(in BodyFrame frame, in Sequences sequences, bool readsStates)
        => (this.frame, this.sequences, this.readsStates) = (frame, sequences, readsStates);

    /// <summary>Moves to a step: the states before and after it, and what arrives at it; whether it resets them.</summary>
    public readonly bool MoveTo(in Tile tile, int step)
    {
        var row = sequences.RowOf(tile, step);
        frame.MoveTo(tile.Batch, row, sequences.Channel);
        var isReset = sequences.IsReset(tile, row);
        for (var k = 0; k < frame.States; k++)
        {
            long* state = frame.State(k);
            long* arriving = state + BodyWords.SequenceAdjoint;
            frame.Arrives[k] = arriving[0] != 0 ? *BodyFrame.At(arriving, tile.Batch, row, sequences.Channel) : 0f;
            if (!readsStates) continue;
            frame.New[k] = After(state, tile, step);
            frame.Old[k] = isReset ? Initial(state) : After(state, tile, step - 1);
        }
        return isReset;
    }

    /// <summary>
    /// The steps of a tile: <paramref name="c"/> is the adjoint of the states after it, and then of those before it. Unless <paramref name="isStored"/>, nothing
    /// else is to be kept.
    /// </summary>
    public readonly void Run<TStep>(in Tile tile, bool isStored, ref BodySums sums, float* c) where TStep : struct, IStep
    {
        for (var step = tile.To - 1; step >= tile.From; step--)
        {
            var isReset = MoveTo(tile, step);
            for (var k = 0; k < frame.States; k++) frame.Carry[k] = c[k];
            TStep.Adjoint(frame);
            if (isStored) sums.Count();
            for (var k = 0; k < frame.States; k++)
            {
                if (isStored && isReset) sums.AddInitial(k, frame.Delta[k]);
                c[k] = isReset ? 0f : frame.Delta[k];
            }
        }
    }

    readonly float After(long* state, in Tile tile, int step)
    {
        if (step >= sequences.FirstStep) return *BodyFrame.At(state, tile.Batch, sequences.RowOf(tile, step), sequences.Channel);
        float* start = (float*)state[BodyWords.Start];
        return start != null ? start[sequences.StateRow(tile.Batch)] : Initial(state);
    }

    readonly float Initial(long* state)
    {
        float* initial = (float*)state[BodyWords.Initial];
        return initial != null ? initial[sequences.Channel] : 0f;
    }
}

/// <summary>Kernels that walk.</summary>
static unsafe class BackwardKernels<TStep> where TStep : struct, IStep
{
    public static void WalkBackward(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var sequences = new Sequences(ref call);
        float* carries = call.Floats();
        double* partials = call.Doubles();
        if (!sequences.IsTile) return;
        var tile = sequences.TileOf(sequences.Unit);
        var pointers = LocalMemory.Allocate1D<long>(BodyWords.MostPointers);
        var numbers = LocalMemory.Allocate1D<float>(7 * BodyWords.MostStates + BodyWords.MostStreams);
        var totals = LocalMemory.Allocate1D<double>(BodyWords.MostStates + BodyWords.MostStreams);
        FrameTable table = default;
        fixed (long* p = &pointers[0])
        fixed (float* n = &numbers[0])
        fixed (double* d = &totals[0])
        {
            float* c = n + 6 * BodyWords.MostStates + BodyWords.MostStreams;
            var frame = new BodyFrame(call.Signature, (float**)p, n, &table, isBackward: true);
            var sums = new BodySums(frame, call.Signature[BodyWords.Summed], d);
            if (tile.Order < tile.Tiles)
            {
                for (var k = 0; k < frame.States; k++)
                {
                    float* end = (float*)frame.State(k)[BodyWords.EndAdjoint];
                    c[k] = carries != null ? carries[sequences.Number(tile.Unit, k, frame.States)]
                        : end != null ? end[sequences.StateRow(tile.Batch)] : 0f;
                }
                var walk = new BackwardWalk(frame, sequences, call.Signature[BodyWords.ReadsStates] != 0);
                walk.Run<TStep>(tile, isStored: true, ref sums, c);
                for (var k = 0; k < frame.States; k++)
                {
                    if (tile.Order == 0)
                    {
                        float* leaving = (float*)frame.State(k)[BodyWords.StartAdjoint];
                        if (leaving != null) leaving[sequences.StateRow(tile.Batch)] = c[k];
                        if (frame.State(k)[BodyWords.Start] == 0) sums.AddInitial(k, c[k]);
                    }
                }
            }
            if (partials != null) sums.Leave(partials, tile.Unit, call.Signature[BodyWords.SumCount], sequences.Width, sequences.Channel, isAdded: false);
        }
    }

    public static void FoldBackward(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var sequences = new Sequences(ref call);
        double* summaries = call.Doubles();
        float* carries = call.Floats();
        if (!sequences.IsSequence) return;
        var first = sequences.Unit * sequences.MostTiles;
        var tiles = sequences.TileOf(first).Tiles;
        var pointers = LocalMemory.Allocate1D<long>(BodyWords.MostPointers);
        var numbers = LocalMemory.Allocate1D<float>(8 * BodyWords.MostStates + BodyWords.MostStreams);
        var map = LocalMemory.Allocate1D<double>(BodyWords.MostNumbers + 4 * BodyWords.MostStates + BodyWords.MostStreams);
        FrameTable table = default;
        fixed (long* p = &pointers[0])
        fixed (float* n = &numbers[0])
        fixed (double* m = &map[0])
        {
            float* c = n + 6 * BodyWords.MostStates + BodyWords.MostStreams;
            float* nothing = c + BodyWords.MostStates;
            double* carry = m + BodyWords.MostNumbers;
            // nothing is stored here: neither rows nor sums
            var frame = new BodyFrame(call.Signature, (float**)p, n, &table, isBackward: true);
            frame.DiscardResults();
            var sums = new BodySums(frame, 0, carry + 3 * BodyWords.MostStates);
            var walk = new BackwardWalk(frame, sequences, call.Signature[BodyWords.ReadsStates] != 0);
            var summary = new Summary<AffineMaps>(m, frame.States);
            var batch = sequences.TileOf(first).Batch;
            for (var k = 0; k < frame.States; k++)
            {
                float* end = (float*)frame.State(k)[BodyWords.EndAdjoint];
                carry[k] = end != null ? end[sequences.StateRow(batch)] : 0f;
                nothing[k] = 0f;
            }
            for (var order = tiles - 1; order >= 0; order--)
            {
                for (var k = 0; k < frame.States; k++)
                {
                    c[k] = (float)carry[k];
                    carries[sequences.Number(first + order, k, frame.States)] = c[k];
                }
                if (order == 0) break;
                summary.Load(summaries, first + order, sequences);
                if (summary.TryFold(nothing, carry, carry + BodyWords.MostStates)) continue;
                walk.Run<TStep>(sequences.TileOf(first + order), isStored: false, ref sums, c);
                for (var k = 0; k < frame.States; k++) carry[k] = c[k];
            }
        }
    }
}

/// <summary>The kernel that summarises tiles.</summary>
static unsafe class BackwardSummaries<TStep> where TStep : struct, IAdjointMapStep
{
    public static void SummariseBackward(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var sequences = new Sequences(ref call);
        double* summaries = call.Doubles();
        if (!sequences.IsTile) return;
        var tile = sequences.TileOf(sequences.Unit);
        // nobody asks for the carry before the first one
        if (tile.Order >= tile.Tiles || tile.Order == 0) return;
        var pointers = LocalMemory.Allocate1D<long>(BodyWords.MostPointers);
        var numbers = LocalMemory.Allocate1D<float>(6 * BodyWords.MostStates + BodyWords.MostStreams);
        var map = LocalMemory.Allocate1D<double>(BodyWords.MostNumbers);
        var step = LocalMemory.Allocate1D<float>(BodyWords.MostNumbers);
        FrameTable table = default;
        fixed (long* p = &pointers[0])
        fixed (float* n = &numbers[0])
        fixed (double* m = &map[0])
        fixed (float* s = &step[0])
        {
            var frame = new BodyFrame(call.Signature, (float**)p, n, &table, isBackward: true);
            frame.DiscardResults();
            var walk = new BackwardWalk(frame, sequences, call.Signature[BodyWords.ReadsStates] != 0);
            var summary = new Summary<AffineMaps>(m, frame.States);
            var states = frame.States;
            for (var t = tile.To - 1; t >= tile.From; t--)
            {
                var isReset = walk.MoveTo(tile, t);
                TStep.AdjointMap(frame, (Lanes.DeviceLane*)s);
                // δ = A (c + arrives) + r
                for (var i = 0; i < states; i++)
                {
                    for (var k = 0; k < states; k++)
                        s[states * states + i] = MathF.FusedMultiplyAdd(s[i * states + k], frame.Arrives[k], s[states * states + i]);
                }
                summary.Append(s);
                if (isReset) summary.Restart(isCut: true);
            }
            summary.Store(summaries, tile.Unit, sequences);
        }
    }
}
