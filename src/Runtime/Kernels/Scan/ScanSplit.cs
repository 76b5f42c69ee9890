namespace Recurve.Kernels.Scan;

/// <summary>
/// How the work of a recurrence is cut into units: a function of the shape alone, never of the number of threads, so that results
/// are the same bit for bit on any number.
/// </summary>
/// <param name="BlockWidth">Channels per unit.</param>
/// <param name="Blocks">Channel blocks per batch.</param>
/// <param name="TileSteps">Steps per tile of a chain through time; 0: every unit walks its whole sequence.</param>
/// <param name="ComputesAhead">Whether a tile of a relay computes its coefficients before the state before it is known.</param>
internal readonly record struct ScanSplit(int BlockWidth, int Blocks, int TileSteps, bool ComputesAhead = false)
{
    // 4 KB of a row: narrower pieces spoil the hardware's prefetching
    const int ScanBlock = 1024;

    // a step-by-step body is bound by arithmetic rather than by memory
    const int SequentialBlock = 256;

    public bool IsTiled => TileSteps > 0;

    public int Tiles(int steps) => (steps + TileSteps - 1) / TileSteps;

    /// <summary>In one piece, for a body bound by memory.</summary>
    public static ScanSplit OfScan(int width) => OfBlocks(width, ScanBlock);

    /// <summary>In one piece, for a body bound by arithmetic.</summary>
    public static ScanSplit OfSequential(int width) => OfBlocks(width, SequentialBlock);

    static ScanSplit OfBlocks(int width, int block)
    {
        var blocks = Math.Max(1, width / block);
        // whole lanes of any width
        var blockWidth = ((width + blocks - 1) / blocks + 15) / 16 * 16;
        return new(blockWidth, (width + blockWidth - 1) / blockWidth, 0);
    }
}
