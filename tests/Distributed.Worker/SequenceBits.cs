using Recurve.Cells;
using Recurve.Plans;

namespace Recurve.Distributed.Worker;

/// <summary>Slices of time on several ranks against the same tiles on one, bit for bit: the tiles are the whole sequence's, and their carries are folded in order.</summary>
static class SequenceBits
{
    const int Batch = 3, Steps = 48, Inputs = 3, Units = 5, Tiles = 12;

    /// <param name="ranks">A number that divides the tiles.</param>
    /// <param name="swapped">Whether ranks 1 and 2 are composed in the wrong order, which must be found.</param>
    public static void Compare(Communicator ranks, bool swapped)
    {
        using Communicator alone = ranks.Split(ranks.Rank);
        RandomSource random = RandomSource.For(11, "bits");
        Tensor Draw(int size) => Tensor.FromArray([.. Enumerable.Range(0, Batch * Steps * size).Select(_ => (float)random.Normal())], Batch, Steps, size);
        Tensor x = Draw(Inputs), weights = Draw(Units);
        SequenceParallel whole = new(alone, Tiles), sliced = new(ranks, Tiles / ranks.Size);
        (string Name, Func<CellModule> Create)[] cells =
        [
            // by 1 − 1e-4: what a tile adds is still there at the end, so the order of all is seen
            ("Rotation", () => new Rotation(Inputs, Units)), ("MinGru", () => new MinGru(Inputs, Units)), ("IndRnnRelu", () => new IndRnnRelu(Inputs, Units)),
            ("Viterbi", () => new Viterbi(Inputs, Units)), ("SoftViterbi", () => new SoftViterbi(Inputs, Units)),
        ];
        foreach (var (name, create) in cells)
        {
            foreach (bool reverse in new[] { false, true })
            {
                var (expected, expectedGradient) = Run(create(), whole.Slice(x, new() { Reverse = reverse }), whole.Slice(weights), isSwapped: false);
                var (y, gradient) = Run(create(), sliced.Slice(x, new() { Reverse = reverse }), sliced.Slice(weights), swapped);
                Same($"outputs of {name}", sliced.Slice(expected), y);
                Same($"gradients at the inputs of {name}", sliced.Slice(expectedGradient), gradient);
            }
        }
    }

    /// <summary>Sets factors of 1 − 1e-4.</summary>
    public static void Slow(Rotation cell)
    {
        Tensor value = cell.Parameters.Single(p => p.Name == "nu").Value;
        float[] nu = new float[value.Length];
        Array.Fill(nu, (float)Math.Log(-Math.Log(1 - 1e-4)));
        value.CopyFrom(nu);
    }

    static (Tensor Y, Tensor Gradient) Run(CellModule cell, (Tensor Slice, Sequence Sequence) part, Tensor weights, bool isSwapped)
    {
        cell.Initialize(5);
        if (cell is Rotation rotation) Slow(rotation);
        Tensor x = part.Slice;
        x.RequiresGrad = true;
        Tensor y = cell.Forward(x, isSwapped ? part.Sequence with { Slices = new Swapped(part.Sequence.Slices!) } : part.Sequence);
        (y * weights).Sum().Backward();
        return (y.Detach(), x.Grad!);
    }

    static void Same(string what, Tensor expected, Tensor actual)
    {
        float[] one = expected.ToArray(), other = actual.ToArray();
        int different = one.Zip(other).Count(v => BitConverter.SingleToInt32Bits(v.First) != BitConverter.SingleToInt32Bits(v.Second));
        if (one.Length != other.Length || different > 0) throw new InvalidOperationException($"Of {one.Length} {what} {different} differ from those of one rank.");
    }

    /// <summary>Gives what rank 1 sent as rank 2's, and the other way round.</summary>
    sealed class Swapped(ITimeSlices slices) : ITimeSlices
    {
        public int Rank => slices.Rank;

        public int Count => slices.Count;

        public int Tiles => slices.Tiles;

        public bool Scans(long bytes) => slices.Scans(bytes);

        public void Exchange(ReadOnlySpan<byte> send, int? to, Span<byte> receive, int? from) => slices.Exchange(send, to, receive, from);

        public void Gather(ReadOnlySpan<byte> mine, Span<byte> all)
        {
            slices.Gather(mine, all);
            int size = mine.Length;
            Span<byte> second = all.Slice(size, size), third = all.Slice(2 * size, size);
            byte[] kept = second.ToArray();
            third.CopyTo(second);
            kept.CopyTo(third);
        }
    }
}
