using ILGPU;
using Recurve.Contracts;
using Recurve.Ilgpu.Lanes;

namespace Recurve.Ilgpu.Kernels;

/// <summary>Newton.cl: Newton's method on the states between tiles of time. Every channel of a sequence goes for itself.</summary>
static unsafe class NewtonKernels<TBody> where TBody : struct, INewtonBody
{
    const int Open = 0, Solved = 1, Stepped = 2;

    // between the end of a tile run step by step and the start of the next, relative to max(1, |state|)
    const float Agreement = 5e-6f;

    public static void GuessStarts(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var tiles = new Tiles(ref call);
        if (!tiles.Sequences.IsTile) return;
        var tile = tiles.Sequences.TileOf(tiles.Sequences.Unit);
        var pointers = LocalMemory.Allocate1D<long>(BodyWords.MostPointers);
        var numbers = LocalMemory.Allocate1D<float>(7 * BodyWords.MostStates + BodyWords.MostStreams);
        FrameTable table = default;
        fixed (long* p = &pointers[0])
        fixed (float* n = &numbers[0])
        {
            float* states = n + 6 * BodyWords.MostStates + BodyWords.MostStreams;
            var frame = new BodyFrame(call.Signature, (float**)p, n, &table, isBackward: false);
            new ForwardWalk(frame, tiles.Sequences).LoadStart(tile.Batch, states);
            for (var k = 0; k < frame.States; k++) tiles.Guesses[tiles.Sequences.Number(tile.Unit, k, frame.States)] = states[k];
            tiles.Stale[tiles.OfTile(tile.Unit)] = 1;
            if (tile.Order == 0) tiles.Status[tiles.OfSequence(tile)] = Open;
        }
    }

    public static void LineariseTiles(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var tiles = new Tiles(ref call);
        if (!tiles.Sequences.IsTile) return;
        var tile = tiles.Sequences.TileOf(tiles.Sequences.Unit);
        if (tile.Order >= tile.Tiles || tiles.Status[tiles.OfSequence(tile)] != Open || tiles.Stale[tiles.OfTile(tile.Unit)] == 0) return;
        tiles.Stale[tiles.OfTile(tile.Unit)] = 0;
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
            float* states = n + 6 * BodyWords.MostStates + BodyWords.MostStreams;
            var frame = new BodyFrame(call.Signature, (float**)p, n, &table, isBackward: false);
            var walk = new ForwardWalk(frame, tiles.Sequences);
            var summary = new Summary<AffineMaps>(m, frame.States);
            var count = frame.States;
            for (var k = 0; k < count; k++) states[k] = tiles.Guesses[tiles.Sequences.Number(tile.Unit, k, count)];
            for (var t = tile.From; t < tile.To; t++)
            {
                var isReset = walk.MoveTo(tile, t, out _);
                if (isReset) summary.Restart(isCut: true);
                for (var k = 0; k < count; k++) frame.Old[k] = isReset ? walk.Initial(k) : states[k];
                TBody.Linearised(frame.View, new StepMap<DeviceLane>((DeviceLane*)s));
                summary.Append(s);
                AffineMaps.Step(s, frame.Old, states, count);
            }
            for (var k = 0; k < count; k++) tiles.Ends[tiles.Sequences.Number(tile.Unit, k, count)] = states[k];
            // behind a reset the end does not depend on the guess
            for (var i = 0; i < count * count; i++) tiles.Jacobians[tiles.Sequences.Number(tile.Unit, i, count * count)] = summary.IsCut ? 0.0 : m[i];
        }
    }

    public static void MoveGuesses(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var tiles = new Tiles(ref call);
        int* iterations = call.Ints();
        float* updates = call.Floats();
        int* open = call.Ints();
        var iteration = call.Int();
        var tolerance = call.Float();
        if (!tiles.Sequences.IsSequence) return;
        var first = tiles.Sequences.Unit * tiles.Sequences.MostTiles;
        var tile = tiles.Sequences.TileOf(first);
        var sequence = tiles.OfSequence(tile);
        if (tiles.Status[sequence] != Open) return;
        var states = (int)call.Signature[BodyWords.States];
        var changes = LocalMemory.Allocate1D<double>(2 * BodyWords.MostStates);
        fixed (double* change = &changes[0])
        {
            double* moved = change + BodyWords.MostStates;
            var update = 0.0;
            var isFinite = true;
            for (var k = 0; k < states; k++) change[k] = 0.0;
            for (var unit = first; unit < first + tile.Tiles - 1; unit++)
            {
                for (var i = 0; i < states; i++)
                {
                    double value = tiles.Ends[tiles.Sequences.Number(unit, i, states)];
                    for (var k = 0; k < states; k++) value += tiles.Jacobians[tiles.Sequences.Number(unit, i * states + k, states * states)] * change[k];
                    // tiles start from single-precision numbers
                    var rounded = (float)value;
                    var before = tiles.Guesses[tiles.Sequences.Number(unit + 1, i, states)];
                    moved[i] = (double)rounded - before;
                    var size = Math.Abs((double)rounded);
                    var relative = Math.Abs(moved[i]) / (size > 1.0 ? size : 1.0);
                    isFinite = isFinite && relative <= double.MaxValue;
                    if (relative > update) update = relative;
                    if (rounded != before) tiles.Stale[tiles.OfTile(unit + 1)] = 1;
                    tiles.Guesses[tiles.Sequences.Number(unit + 1, i, states)] = rounded;
                }
                for (var k = 0; k < states; k++) change[k] = moved[k];
            }
            iterations[sequence] = iteration;
            updates[sequence] = (float)update;
            // a NaN or an infinity does not go away
            tiles.Status[sequence] = !isFinite ? Stepped : update > tolerance ? Open : Solved;
            if (isFinite && update > tolerance) open[0] = 1;
        }
    }

    public static void CheckEnds(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var tiles = new Tiles(ref call);
        if (!tiles.Sequences.IsSequence) return;
        var first = tiles.Sequences.Unit * tiles.Sequences.MostTiles;
        var tile = tiles.Sequences.TileOf(first);
        var states = (int)call.Signature[BodyWords.States];
        var agrees = tiles.Status[tiles.OfSequence(tile)] == Solved;
        for (var unit = first; unit < first + tile.Tiles - 1; unit++)
        {
            for (var k = 0; k < states; k++)
            {
                float end = tiles.Ends[tiles.Sequences.Number(unit, k, states)], start = tiles.Guesses[tiles.Sequences.Number(unit + 1, k, states)];
                var size = MathF.Abs(start);
                // NaN agrees with nothing
                agrees = agrees && MathF.Abs(end - start) <= Agreement * (size > 1f ? size : 1f);
            }
        }
        tiles.Status[tiles.OfSequence(tile)] = agrees ? 0 : 1;
    }

    /// <summary>What Newton's method has between tiles: (unit, k, channel), and (unit, channel) or (sequence, channel) for the last two.</summary>
    readonly struct Tiles
    {
        public readonly Sequences Sequences;
        public readonly float* Guesses;
        public readonly float* Ends;
        public readonly double* Jacobians;
        public readonly int* Stale;
        public readonly int* Status;

        public Tiles(ref Call call)
        {
            Sequences = new(ref call);
            Guesses = call.Floats();
            Ends = call.Floats();
            Jacobians = call.Doubles();
            Stale = call.Ints();
            Status = call.Ints();
        }

        public long OfSequence(in Tile tile) => (long)(tile.Batch - Sequences.FirstBatch) * Sequences.Width + Sequences.Channel;

        public long OfTile(long unit) => unit * Sequences.Width + Sequences.Channel;
    }
}

/// <summary>Newton.cl's kernel that has no body.</summary>
static unsafe class Newton
{
    public static void Report(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* result = call.Floats();
        int* iterations = call.Ints();
        float* updates = call.Floats();
        int* status = call.Ints();
        int width = call.Int(), sequences = call.Int();
        if (call.Item >= sequences) return;
        int most = 0, isStepped = 0;
        var update = 0f;
        for (var i = call.Item * width; i < (call.Item + 1) * width; i++)
        {
            if (iterations[i] > most) most = iterations[i];
            if (updates[i] > update) update = updates[i];
            if (status[i] != 0) isStepped = 1;
        }
        result[3 * call.Item] = most;
        result[3 * call.Item + 1] = update;
        result[3 * call.Item + 2] = isStepped;
    }
}
