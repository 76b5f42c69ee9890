using ILGPU;
using Recurve.Contracts;

namespace Recurve.Ilgpu.Kernels;

/// <summary>Forward.cl, TilesForward.cl: a recurrence in the order of its steps.</summary>
unsafe ref struct ForwardWalk
{
    readonly BodyFrame frame;
    readonly Sequences sequences;

    public ForwardWalk(in BodyFrame frame, in Sequences sequences) => (this.frame, this.sequences) = (frame, sequences);

    /// <summary>Where a sequence starts.</summary>
    public readonly void LoadStart(int batch, float* states)
    {
        for (var k = 0; k < frame.States; k++)
        {
            float* start = (float*)frame.State(k)[BodyWords.Start];
            states[k] = start != null ? start[sequences.StateRow(batch)] : Initial(k);
        }
    }

    public readonly float Initial(int k)
    {
        float* initial = (float*)frame.State(k)[BodyWords.Initial];
        return initial != null ? initial[sequences.Channel] : 0f;
    }

    /// <summary>Moves to a step; whether it resets the states.</summary>
    public readonly bool MoveTo(in Tile tile, int step, out int row)
    {
        row = sequences.RowOf(tile, step);
        frame.MoveTo(tile.Batch, row, sequences.Channel);
        return sequences.IsReset(tile, row);
    }

    /// <summary>The steps of a tile: <paramref name="states"/> are those before it, and then those after it. Unless <paramref name="isStored"/>, nothing else is to be kept.</summary>
    public readonly void Run<TStep>(in Tile tile, bool isStored, float* states) where TStep : struct, IStep
    {
        for (var step = tile.From; step < tile.To; step++)
        {
            var isReset = MoveTo(tile, step, out var row);
            for (var k = 0; k < frame.States; k++) frame.Old[k] = isReset ? Initial(k) : states[k];
            TStep.Forward(frame);
            for (var k = 0; k < frame.States; k++)
            {
                states[k] = frame.New[k];
                long* sequence = frame.State(k);
                if (isStored && sequence[0] != 0) *BodyFrame.At(sequence, tile.Batch, row, sequences.Channel) = states[k];
            }
        }
    }
}

/// <summary>Kernels that walk.</summary>
static unsafe class ForwardKernels<TStep> where TStep : struct, IStep
{
    public static void WalkForward(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var sequences = new Sequences(ref call);
        float* carries = call.Floats();
        var carryTiles = call.Int();
        float* tileEnds = call.Floats();
        int* chosen = call.Ints();
        if (!sequences.IsTile) return;
        var tile = sequences.TileOf(sequences.Unit);
        if (tile.Order >= tile.Tiles) return;
        if (chosen != null && chosen[sequences.StateRow(tile.Batch - sequences.FirstBatch)] == 0) return;
        var pointers = LocalMemory.Allocate1D<long>(BodyWords.MostPointers);
        var numbers = LocalMemory.Allocate1D<float>(7 * BodyWords.MostStates + BodyWords.MostStreams);
        FrameTable table = default;
        fixed (long* p = &pointers[0])
        fixed (float* n = &numbers[0])
        {
            float* states = n + 6 * BodyWords.MostStates + BodyWords.MostStreams;
            var frame = new BodyFrame(call.Signature, (float**)p, n, &table, isBackward: false);
            var walk = new ForwardWalk(frame, sequences);
            walk.LoadStart(tile.Batch, states);
            if (carries != null)
            {
                var unit = (long)(tile.Batch - sequences.FirstBatch) * carryTiles + tile.Order;
                for (var k = 0; k < frame.States; k++) states[k] = carries[sequences.Number(unit, k, frame.States)];
            }
            walk.Run<TStep>(tile, isStored: true, states);
            for (var k = 0; k < frame.States; k++)
            {
                if (tileEnds != null) tileEnds[sequences.Number(tile.Unit, k, frame.States)] = states[k];
                float* end = (float*)frame.State(k)[BodyWords.End];
                if (end != null && tile.Order == tile.Tiles - 1) end[sequences.StateRow(tile.Batch)] = states[k];
            }
        }
    }
}

/// <summary>The kernel that summarises tiles.</summary>
static unsafe class ForwardSummaries<TStep, TMaps> where TStep : struct, IMapStep where TMaps : struct, IMaps
{
    public static void SummariseForward(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var sequences = new Sequences(ref call);
        double* summaries = call.Doubles();
        if (!sequences.IsTile) return;
        var tile = sequences.TileOf(sequences.Unit);
        // nobody asks for the carry behind the last one
        if (tile.Order >= tile.Tiles - 1) return;
        var pointers = LocalMemory.Allocate1D<long>(BodyWords.MostPointers);
        var numbers = LocalMemory.Allocate1D<float>(7 * BodyWords.MostStates + BodyWords.MostStreams);
        var map = LocalMemory.Allocate1D<double>(BodyWords.MostNumbers);
        var step = LocalMemory.Allocate1D<float>(BodyWords.MostNumbers);
        FrameTable table = default;
        fixed (long* p = &pointers[0])
        fixed (float* n = &numbers[0])
        fixed (double* m = &map[0])
        fixed (float* s = &step[0])
        {
            var frame = new BodyFrame(call.Signature, (float**)p, n, &table, isBackward: false);
            var walk = new ForwardWalk(frame, sequences);
            var summary = new Summary<TMaps>(m, frame.States);
            for (var t = tile.From; t < tile.To; t++)
            {
                if (walk.MoveTo(tile, t, out _)) summary.Restart(isCut: true);
                TStep.Map(frame, (Lanes.DeviceLane*)s);
                summary.Append(s);
            }
            summary.Store(summaries, tile.Unit, sequences);
        }
    }
}

/// <summary>The kernel that folds carries through summaries.</summary>
static unsafe class ForwardFolds<TStep, TMaps> where TStep : struct, IStep where TMaps : struct, IMaps
{
    public static void FoldForward(Index1D index, ArrayView<long> words)
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
        var map = LocalMemory.Allocate1D<double>(BodyWords.MostNumbers + 3 * BodyWords.MostStates);
        FrameTable table = default;
        fixed (long* p = &pointers[0])
        fixed (float* n = &numbers[0])
        fixed (double* m = &map[0])
        {
            float* states = n + 6 * BodyWords.MostStates + BodyWords.MostStreams;
            float* cut = states + BodyWords.MostStates;
            double* carry = m + BodyWords.MostNumbers;
            var frame = new BodyFrame(call.Signature, (float**)p, n, &table, isBackward: false);
            frame.DiscardResults();
            var walk = new ForwardWalk(frame, sequences);
            var summary = new Summary<TMaps>(m, frame.States);
            walk.LoadStart(sequences.TileOf(first).Batch, states);
            for (var k = 0; k < frame.States; k++) (carry[k], cut[k]) = (states[k], walk.Initial(k));
            for (var order = 0; order < tiles; order++)
            {
                for (var k = 0; k < frame.States; k++)
                {
                    states[k] = (float)carry[k];
                    carries[sequences.Number(first + order, k, frame.States)] = states[k];
                }
                if (order == tiles - 1) break;
                summary.Load(summaries, first + order, sequences);
                if (summary.TryFold(cut, carry, carry + BodyWords.MostStates)) continue;
                // where a summary may differ from the serial loop in what is finite, the tile is walked here
                walk.Run<TStep>(sequences.TileOf(first + order), isStored: false, states);
                for (var k = 0; k < frame.States; k++) carry[k] = states[k];
            }
        }
    }
}
