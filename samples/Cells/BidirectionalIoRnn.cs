namespace Recurve.Cells;

/// <summary>
/// Bidirectional input-output recurrent networks (Sedghi and Anandkumar 2016, arXiv 1603.00954): h_t = f(A x_t + U h_{t−1}), z_t = f(C x_t + V z_{t+1}), y = Bᵀ [h; z].
/// Of two cells, each with its own rows of B; parts <c>forward</c> and <c>backward</c>.
/// </summary>
public static class BidirectionalIoRnn
{
    /// <summary>f(v) = v².</summary>
    /// <param name="inputs">Size of x.</param>
    /// <param name="units">Size of h and of z.</param>
    /// <param name="outputs">Size of y.</param>
    public static Bidirectional Quadratic(int inputs, int units, int outputs)
        => new(new QuadraticIoRnn(inputs, units, outputs), new QuadraticIoRnn(inputs, units, outputs)) { Merge = Merge.Sum };

    /// <summary>f(v) = v.</summary>
    /// <param name="inputs">Size of x.</param>
    /// <param name="units">Size of h and of z.</param>
    /// <param name="outputs">Size of y.</param>
    public static Bidirectional Linear(int inputs, int units, int outputs)
        => new(new LinearIoRnn(inputs, units, outputs), new LinearIoRnn(inputs, units, outputs)) { Merge = Merge.Sum };
}
