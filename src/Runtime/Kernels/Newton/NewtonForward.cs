using Recurve.Contracts;
using Recurve.Kernels.Composed;
using Recurve.Kernels.Sequential;

namespace Recurve.Kernels.Newton;

/// <summary>
/// A nonlinear recurrence by Newton's method on the states between tiles of time (multiple shooting: F_i(b_i) = b_{i+1} for all tiles i at once).
/// In one iteration every tile is walked from its guess b_i, linearised on the way: that gives its end F_i and the Jacobian P_i of the end by the
/// start, composed in double precision. Then b'_{i+1} = F_i + P_i (b'_i − b_i) in tile order. Nothing but the states between tiles is kept.
/// </summary>
/// <remarks>
/// At the end every tile is run step by step from its b_i; where its end is not the next tile's start, where a number is not finite, or where
/// the iterations run out, the sequence is run step by step as a whole. So a result is never worse than the serial loop's.
/// </remarks>
internal sealed unsafe class NewtonForward<TBody, TMaps, V> : RecurrentJob<TBody, V>
    where TBody : struct, INewtonBody
    where TMaps : struct, IStepMaps
    where V : unmanaged, ILane<V>
{
    // between the end of a tile run step by step and the start of the next, relative to max(1, |state|)
    const double Agreement = 5e-6;

    readonly Action<int> runIteration, runSteps, runWhole;
    NewtonTile* tiles;
    Progress* chains;
    int tilesPerChain, stride;

    // kept, so that a call allocates little
    public NewtonForward() => (runIteration, runSteps, runWhole) = (RunIteration, RunSteps, RunWhole);

    /// <summary>Greatest change of a state in the last iteration, relative to max(1, |state|).</summary>
    public double Tolerance { get; set; }

    /// <summary>Iterations after which a sequence is run step by step.</summary>
    public int Iterations { get; set; }

    /// <summary>What the last call needed.</summary>
    public NewtonReport Report { get; private set; } = new(0, 0, []);

    int Chains => Window.Batches * Split.Blocks;

    static int States => TMaps.States;

    protected override void Execute(Scratch scratch)
    {
        tilesPerChain = Math.Max(1, Split.Tiles(Window.Steps));
        stride = TileSummary<TMaps>.Padded(Split.BlockWidth);
        tiles = scratch.Take<NewtonTile>((long)Chains * tilesPerChain);
        chains = scratch.TakeZeroed<Progress>(Chains);
        var (row, jacobian) = (States * stride, States * States * stride);
        for (var i = 0L; i < (long)Chains * tilesPerChain; i++)
            tiles[i] = new(scratch.TakeZeroed<double>(row), scratch.TakeZeroed<double>(row), scratch.TakeZeroed<double>(jacobian));
        for (var chain = 0; chain < Chains; chain++) Guess(chain);

        for (var iteration = 1; iteration <= Iterations && IsAnyOpen(); iteration++)
        {
            Workers.For(Chains * tilesPerChain, runIteration);
            for (var chain = 0; chain < Chains; chain++)
                if (chains[chain].IsOpen) Shoot(chain, iteration);
        }
        for (var chain = 0; chain < Chains; chain++) chains[chain].IsSerial |= chains[chain].IsOpen;
        Workers.For(Chains * tilesPerChain, runSteps);
        for (var chain = 0; chain < Chains; chain++)
            for (var tile = 0; tile < tilesPerChain; tile++) chains[chain].IsSerial |= TileOf(chain, tile).Disagrees;
        Workers.For(Chains, runWhole);
        Report = Summary();
    }

    ref NewtonTile TileOf(int chain, int tile) => ref tiles[(long)chain * tilesPerChain + tile];

    /// <summary>The start for every tile: a recurrence that forgets is right after one iteration, whatever the guess.</summary>
    void Guess(int chain)
    {
        var block = BlockOf(chain);
        var scratch = Scratch.OfTask();
        var start = WalkForward(scratch, block).Start();
        chains[chain].IsOpen = true;
        for (var tile = 0; tile < tilesPerChain; tile++)
        {
            CarryOf(block).Take(start, TileOf(chain, tile).Before);
            TileOf(chain, tile).IsStale = true;
        }
    }

    void RunIteration(int unit)
    {
        var (chain, order) = (unit / tilesPerChain, unit % tilesPerChain);
        ref var tile = ref TileOf(chain, order);
        if (!chains[chain].IsOpen || !tile.IsStale) return;
        tile.IsStale = false;
        var block = BlockOf(chain);
        var (from, to) = StepsOf(block, order);
        var scratch = Scratch.OfTask();
        var walk = WalkForward(scratch, block);
        var summary = new TileSummary<TMaps>(scratch, block.Width);
        var states = TakeBefore(scratch, block, tile);
        walk.Linearise<TMaps, LinearisedMaps<TBody>>(from, to, ref summary, states);
        CarryOf(block).Take(states, tile.End);
        summary.CopyLinear(tile.Jacobian, States * States, stride);
    }

    /// <summary>Newton's step on the starts of all tiles of a chain.</summary>
    void Shoot(int chain, int iteration)
    {
        double* change = stackalloc double[States], moved = stackalloc double[States];
        double update = 0;
        var used = UsedTiles(BlockOf(chain));
        for (var c = 0; c < stride; c++)
        {
            for (var k = 0; k < States; k++) change[k] = 0;
            for (var order = 0; order + 1 < used; order++)
            {
                ref NewtonTile tile = ref TileOf(chain, order), next = ref TileOf(chain, order + 1);
                for (var i = 0; i < States; i++)
                {
                    var value = tile.End[i * stride + c];
                    for (var j = 0; j < States; j++) value += tile.Jacobian[(i * States + j) * stride + c] * change[j];
                    // tiles start from single-precision rows
                    var rounded = (float)value;
                    ref var before = ref next.Before[i * stride + c];
                    moved[i] = rounded - before;
                    update = Math.Max(update, Math.Abs(moved[i]) / Math.Max(1, Math.Abs((double)rounded)));
                    next.IsStale |= rounded != before;
                    before = rounded;
                }
                for (var k = 0; k < States; k++) change[k] = moved[k];
            }
        }
        ref var progress = ref chains[chain];
        (progress.Iterations, progress.Update) = (iteration, update);
        // a NaN or an infinity does not go away
        progress.IsSerial = !double.IsFinite(update);
        progress.IsOpen = !progress.IsSerial && update > Tolerance;
    }

    /// <summary>A tile step by step, from its start.</summary>
    void RunSteps(int unit)
    {
        var (chain, order) = (unit / tilesPerChain, unit % tilesPerChain);
        var block = BlockOf(chain);
        var used = UsedTiles(block);
        if (chains[chain].IsSerial || order >= used) return;
        ref var tile = ref TileOf(chain, order);
        var (from, to) = StepsOf(block, order);
        var scratch = Scratch.OfTask();
        var walk = WalkForward(scratch, block);
        var states = TakeBefore(scratch, block, tile);
        walk.Forward(from, to, states);
        if (order == used - 1) walk.LeaveEnd(states);
        else tile.Disagrees = !Agrees(block, states, TileOf(chain, order + 1).Before);
    }

    /// <summary>A sequence that Newton's method did not solve.</summary>
    void RunWhole(int chain)
    {
        if (!chains[chain].IsSerial) return;
        var block = BlockOf(chain);
        var scratch = Scratch.OfTask();
        var walk = WalkForward(scratch, block);
        var states = TakeBefore(scratch, block, TileOf(chain, 0));
        walk.Forward(Window.FirstStep, Window.FirstStep + block.Valid, states);
        walk.LeaveEnd(states);
    }

    bool Agrees(Block block, float** states, double* next)
    {
        for (var k = 0; k < States; k++)
        {
            for (var c = 0; c < block.Width; c++)
            {
                var (end, start) = (states[k][block.First + c], next[k * stride + c]);
                // NaN agrees with nothing
                if (!(Math.Abs(end - start) <= Agreement * Math.Max(1, Math.Abs(start)))) return false;
            }
        }
        return true;
    }

    float** TakeBefore(Scratch scratch, Block block, in NewtonTile tile)
    {
        var rows = (float**)scratch.Take<nint>(States);
        for (var k = 0; k < States; k++) rows[k] = scratch.Take<float>(Launch.Width);
        CarryOf(block).Give(tile.Before, rows);
        return rows;
    }

    Carry CarryOf(Block block) => new(States, block.First, block.Width, stride);

    int UsedTiles(Block block) => Math.Max(1, Split.Tiles(block.Valid));

    (int From, int To) StepsOf(Block block, int order)
    {
        var from = Window.FirstStep + order * Split.TileSteps;
        return (from, Math.Min(from + Split.TileSteps, Window.FirstStep + block.Valid));
    }

    bool IsAnyOpen()
    {
        for (var chain = 0; chain < Chains; chain++)
            if (chains[chain].IsOpen) return true;
        return false;
    }

    NewtonReport Summary()
    {
        var (iterations, update, stepped) = (0, 0.0, new List<int>());
        for (var chain = 0; chain < Chains; chain++)
        {
            iterations = Math.Max(iterations, chains[chain].Iterations);
            update = Math.Max(update, chains[chain].Update);
            var batch = BlockOf(chain).Batch;
            if (chains[chain].IsSerial && (stepped.Count == 0 || stepped[^1] != batch)) stepped.Add(batch);
        }
        return new(iterations, update, stepped);
    }

    struct Progress
    {
        public bool IsOpen, IsSerial;
        public int Iterations;
        public double Update;
    }
}

/// <summary>One tile between iterations.</summary>
internal unsafe struct NewtonTile(double* before, double* end, double* jacobian)
{
    /// <summary>The states before the tile, as guessed, and after it, from there.</summary>
    public readonly double* Before = before, End = end;

    /// <summary>Derivative of the end by the start, k × k per channel; zero behind a reset.</summary>
    public readonly double* Jacobian = jacobian;

    /// <summary>Before has changed since the tile was walked.</summary>
    public bool IsStale;

    /// <summary>Step by step, the tile does not end where the next one starts.</summary>
    public bool Disagrees;
}
