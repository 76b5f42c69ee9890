using Recurve.Kernels.Gemm;

namespace Recurve.Kernels.Dense;

/// <summary>The two ways to run a <see cref="DenseWalk"/>: all sequences step by step, or cut into chunks that run side by side.</summary>
/// <remarks>
/// Chunks are first run from zero, for c behind them alone, or that comes from their inputs at once; the carries are folded in order, c behind a
/// chunk being M^L c before it plus that; then every chunk is run from its carry. So every value comes from the steps themselves, and M^L only carries.
/// </remarks>
internal static unsafe class DenseScan
{
    /// <summary>Every sequence in one piece.</summary>
    public static void RunSerial(DenseWalk walk, PackedMatrix matrix)
    {
        var whole = new DenseSequences(walk, [.. Enumerable.Range(0, walk.Batches)]);
        whole.Run(matrix);
        whole.Release();
    }

    /// <summary>
    /// Chunks of L steps. A sequence in which a carry, or what the steps make of it, is not finite is run again
    /// in one piece: the composition of its chunks may differ from its steps in what is finite.
    /// </summary>
    /// <param name="walk">What runs.</param>
    /// <param name="matrix">Rows times M.</param>
    /// <param name="power">Rows times M^L.</param>
    /// <param name="steps">L.</param>
    /// <param name="input">What r is made of, where it is known and nothing is cut.</param>
    public static void RunSplit(DenseWalk walk, PackedMatrix matrix, PackedMatrix power, int steps, DenseInput? input = null)
    {
        var chunks = new DenseChunks(walk, steps);
        if (input is null) DenseSweep.Run(walk, matrix, chunks.Alone(), writes: false);
        else chunks.Respond(input);
        chunks.Fold(power, first: input is null ? 1 : 0);
        DenseSweep.Run(walk, matrix, chunks.Carried(), writes: true);
        var serial = chunks.Leave();
        chunks.Release();
        if (serial.Length == 0) return;
        var again = new DenseSequences(walk, serial);
        again.Run(matrix);
        again.Release();
    }
}
