namespace Recurve.Kernels;

/// <summary>
/// Chains of tiles, each tile handing its carry to the next of its chain. Workers take tiles in order, so a tile that is waited for is always
/// being worked on.
/// </summary>
internal sealed unsafe class TileChain
{
    int chains, tiles, taken, carryLength;
    double* carries;
    int* handed;

    /// <summary>Whether one worker takes all tiles: then it never waits, and nobody waits for it.</summary>
    public bool IsAlone { get; private set; }

    /// <summary>Tiles of one chain.</summary>
    public int Tiles => tiles;

    /// <summary>Calls <paramref name="take"/> on as many workers as there are tiles to take; each calls <see cref="TryTake"/> until nothing is left.</summary>
    public void Run(Scratch scratch, int chains, int tiles, int carryLength, Action<int> take)
    {
        (this.chains, this.tiles, this.carryLength, taken) = (chains, tiles, carryLength, 0);
        carries = scratch.Take<double>((long)chains * tiles * carryLength);
        handed = scratch.TakeZeroed<int>((long)chains * tiles);
        var workers = Math.Min(Workers.Count, chains * tiles);
        IsAlone = workers == 1;
        if (IsAlone) take(0);
        else Workers.For(workers, take);
    }

    /// <summary>The next tile: its chain, and its place in the order of the walk.</summary>
    public bool TryTake(out int chain, out int order)
    {
        var tile = Interlocked.Increment(ref taken) - 1;
        (chain, order) = (tile / tiles, tile % tiles);
        return tile < chains * tiles;
    }

    /// <summary>The carry before a tile; that of the tile after follows at once.</summary>
    public double* Carry(int chain, int order) => carries + ((long)chain * tiles + order) * carryLength;

    /// <summary>Whether the carry before a tile is known.</summary>
    public bool IsHandedOn(int chain, int order) => Volatile.Read(ref handed[(long)chain * tiles + order]) != 0;

    /// <summary>The carry before a tile, once it has been handed on.</summary>
    public double* Await(int chain, int order)
    {
        var wait = new SpinWait();
        while (!IsHandedOn(chain, order)) wait.SpinOnce(sleep1Threshold: -1);
        return Carry(chain, order);
    }

    /// <summary>The carry before a tile is known.</summary>
    public void HandOn(int chain, int order) => Volatile.Write(ref handed[(long)chain * tiles + order], 1);
}
