namespace Recurve.Kernels.Dense;

/// <summary>
/// Whether a dense recurrence runs in one piece or in chunks of 2^<paramref name="Exponent"/> steps (0: in one piece): a function of the
/// shape alone, never of the number of threads.
/// </summary>
internal readonly record struct DenseSplit(int Exponent)
{
    // a product reads the whole matrix however few its rows: so many more rows would cost the same
    const double MatrixRows = 1.5;

    // a row of a chunk meets memory far from its neighbours
    const double ChunkRow = 1.25;

    // a multiply-add in double precision, for the powers, against one of a product
    const double SquareCost = 3;

    const int Shortest = 3, Longest = 8;

    public bool IsSplit => Exponent > 0;

    /// <summary>
    /// In products of one row: in one piece T steps of the rows of one thread; in chunks every step once or twice, in T/L times as many rows, a product for each
    /// carry, and the powers, which a constant matrix has once for all calls.
    /// </summary>
    /// <param name="batches">Sequences.</param>
    /// <param name="steps">T.</param>
    /// <param name="width">Channels.</param>
    /// <param name="sweeps">How often each step of a chunk is taken.</param>
    /// <param name="isConstant">Whether the matrix is not trained.</param>
    public static DenseSplit Of(int batches, int steps, int width, int sweeps, bool isConstant)
    {
        var exponent = Math.Clamp((int)Math.Round(Math.Log2(Math.Max(1, steps)) / 2), Shortest, Longest);
        double chunk = 1 << exponent, chunks = Math.Ceiling(steps / chunk);
        var share = Math.Min(batches, Math.Ceiling(batches / (double)(Planner.Threads * DenseSweep.Unit)) * DenseSweep.Unit);
        var serial = steps * (share + MatrixRows);
        var split = sweeps * ChunkRow * steps * batches / Planner.Threads + chunks * (batches + MatrixRows) + (isConstant ? 0 : exponent * SquareCost * width);
        var isSplit = batches > 0 && steps >= 2 << Shortest && Planner.Forced switch
        {
            Course.Serial => false,
            Course.Split => true,
            _ => Planner.Gain * split < serial,
        };
        return new(isSplit ? exponent : 0);
    }
}
