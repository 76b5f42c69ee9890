using ILGPU;
using Recurve.Contracts;

namespace Recurve.Ilgpu.Kernels;

/// <summary>Map.cl.</summary>
static unsafe class Map<TBody> where TBody : struct, IMapBody
{
    public static void MapForward(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var piece = new Piece(ref call);
        if (piece.Count == 0) return;
        var pointers = LocalMemory.Allocate1D<long>(BodyWords.MostPointers);
        var numbers = LocalMemory.Allocate1D<float>(6 * BodyWords.MostStates + BodyWords.MostStreams);
        FrameTable table = default;
        fixed (long* p = &pointers[0])
        fixed (float* n = &numbers[0])
        {
            var frame = new BodyFrame(call.Signature, (float**)p, n, &table, isBackward: false);
            for (var i = 0; i < piece.Count; i++)
            {
                if (piece.TryRow(i, out var batch, out var step))
                {
                    frame.MoveTo(batch, step, piece.Channel);
                    TBody.Forward(frame.View);
                }
            }
        }
    }

    public static void MapAdjoint(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var piece = new Piece(ref call);
        double* partials = call.Doubles();
        var isAdded = call.Flag();
        if (piece.Count == 0) return;
        var pointers = LocalMemory.Allocate1D<long>(BodyWords.MostPointers);
        var numbers = LocalMemory.Allocate1D<float>(6 * BodyWords.MostStates + BodyWords.MostStreams);
        var totals = LocalMemory.Allocate1D<double>(BodyWords.MostStates + BodyWords.MostStreams);
        FrameTable table = default;
        fixed (long* p = &pointers[0])
        fixed (float* n = &numbers[0])
        fixed (double* d = &totals[0])
        {
            var frame = new BodyFrame(call.Signature, (float**)p, n, &table, isBackward: true);
            var sums = new BodySums(frame, call.Signature[BodyWords.Summed], d);
            for (var i = 0; i < piece.Count; i++)
            {
                if (piece.TryRow(i, out var batch, out var step))
                {
                    frame.MoveTo(batch, step, piece.Channel);
                    TBody.Adjoint(frame.View);
                    sums.Count();
                }
            }
            if (partials != null) sums.Leave(partials, piece.Unit, call.Signature[BodyWords.SumCount], piece.Width, piece.Channel, isAdded);
        }
    }

    /// <summary>Some rows of one channel, one after the other.</summary>
    readonly struct Piece
    {
        readonly long row;
        readonly int firstBatch, firstStep, endStep;
        readonly int* lengths;

        public Piece(ref Call call)
        {
            Width = call.Int();
            firstBatch = call.Int();
            var batches = call.Int();
            firstStep = call.Int();
            endStep = call.Int();
            var tile = call.Int();
            lengths = call.Ints();
            Unit = call.Item / Width;
            Channel = (int)(call.Item % Width);
            row = Unit * tile;
            var rest = (long)batches * (endStep - firstStep) - row;
            Count = rest < 0 ? 0 : rest < tile ? (int)rest : tile;
        }

        public int Width { get; }

        public int Channel { get; }

        public long Unit { get; }

        public int Count { get; }

        public bool TryRow(int i, out long batch, out long step)
        {
            var steps = endStep - firstStep;
            batch = firstBatch + (row + i) / steps;
            step = firstStep + (row + i) % steps;
            return lengths == null || step < lengths[batch];
        }
    }
}
