namespace Recurve.Kernels.Dense;

/// <summary>
/// Whether a dense recurrence runs in one piece or in chunks of 2^<paramref name="Exponent"/> steps (0: in one piece): a function of the
/// shape alone, never of the number of threads.
/// </summary>
internal readonly record struct DenseSplit(int Exponent)
{
    // a product reads the whole matrix however few its rows: so many more rows would cost the same
    const double MatrixRows = 6;

    // a multiply-add in double precision, for the powers, against one of a product
    const double SquareCost = 3;

    const int Shortest = 3, Longest = 8;

    public bool IsSplit => Exponent > 0;

    /// <summary>
    /// In products of one row: in one piece T steps of B rows; in chunks every step once or twice, in T/L times as many rows, a product for each
    /// carry, and the powers.
    /// </summary>
    public static DenseSplit Of(int batches, int steps, int width, int sweeps)
    {
        var exponent = Math.Clamp((int)Math.Round(Math.Log2(Math.Max(1, steps)) / 2), Shortest, Longest);
        double chunk = 1 << exponent, chunks = Math.Ceiling(steps / chunk);
        var serial = steps * (batches + MatrixRows);
        var split = sweeps * (steps * (double)batches + chunk * MatrixRows) + chunks * (batches + MatrixRows) + exponent * SquareCost * width;
        var isSplit = batches > 0 && steps >= 2 << Shortest && Planner.Forced switch
        {
            Course.Serial => false,
            Course.Split => true,
            _ => split < serial,
        };
        return new(isSplit ? exponent : 0);
    }
}
