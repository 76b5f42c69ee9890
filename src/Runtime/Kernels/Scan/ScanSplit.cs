namespace Recurve.Kernels.Scan;

/// <summary>
/// How the work of a recurrence is cut into units: a function of the shape alone, never of the number of threads, so that results
/// are the same bit for bit on any number.
/// </summary>
/// <param name="BlockWidth">Channels per unit.</param>
/// <param name="Blocks">Channel blocks per batch.</param>
/// <param name="TileSteps">Steps per tile of a chain through time; 0: every unit walks its whole sequence.</param>
internal readonly record struct ScanSplit(int BlockWidth, int Blocks, int TileSteps)
{
    // 4 KB of a row: narrower pieces spoil the hardware's prefetching
    const int ScanBlock = 1024;

    // a step-by-step body is bound by arithmetic rather than by memory
    const int SequentialBlock = 256;

    // what is read in a tile stays in the second-level cache between its two passes
    const int TileBytes = 512 * 1024;

    // a replay rounds every step, its start does not: narrow rows would fit more
    const int MostTileSteps = 512;

    // with this many units side by side time stays whole: a tile's coefficients are computed twice
    const int EnoughUnits = 8;

    const int FewestTiles = 4;

    public bool IsTiled => TileSteps > 0;

    public int Tiles(int steps) => (steps + TileSteps - 1) / TileSteps;

    /// <param name="width">Channels.</param>
    /// <param name="window">Batches and steps.</param>
    /// <param name="rowsRead">Rows read per step.</param>
    public static ScanSplit OfScan(int width, Window window, int rowsRead)
    {
        var split = OfBlocks(width, ScanBlock);
        var tile = Math.Clamp(TileBytes / (sizeof(float) * Math.Max(1, rowsRead) * Math.Max(1, width)), ScanSummary.GatherRows, MostTileSteps);
        var isTiled = Planner.Forced switch
        {
            Course.Serial => false,
            Course.Split => window.Steps > tile,
            _ => split.Blocks * window.Batches < EnoughUnits && window.Steps >= (long)FewestTiles * tile,
        };
        return isTiled ? new(width, 1, tile) : split;
    }

    public static ScanSplit OfSequential(int width) => OfBlocks(width, SequentialBlock);

    static ScanSplit OfBlocks(int width, int block)
    {
        var blocks = Math.Max(1, width / block);
        // whole lanes of any width
        var blockWidth = ((width + blocks - 1) / blocks + 15) / 16 * 16;
        return new(blockWidth, (width + blockWidth - 1) / blockWidth, 0);
    }
}
