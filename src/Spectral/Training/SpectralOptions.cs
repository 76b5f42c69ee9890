namespace Recurve.Spectral;

/// <summary>What <see cref="SpectralTrainer"/> fits, and how.</summary>
/// <typeparam name="TModule">The cell, or a <see cref="Bidirectional"/> of two.</typeparam>
public sealed record SpectralOptions<TModule> where TModule : Module
{
    /// <summary>
    /// Makes the network that is filled. Its parameters must be <c>a</c> (d_h, d_x), <c>b</c> (d_h, d_y) and <c>u</c> (d_h, d_h) of h_t = f(a x_t + u h_{t−1}), y_t = bᵀ h_t;
    /// of a bidirectional one, <c>forward.a</c> to <c>backward.u</c>, the outputs added.
    /// </summary>
    public required Func<TModule> Create { get; init; }

    /// <summary>Scores of the inputs' density.</summary>
    public required IScoreFunction Score { get; init; }

    /// <summary>The network's f.</summary>
    public Activation Activation { get; init; } = Activation.Quadratic;

    /// <summary>How the second moment of a quadratic network is decomposed.</summary>
    public Decomposition Decomposition { get; init; } = Decomposition.SimultaneousDiagonalisation;

    /// <summary>
    /// How often a quadratic network is recovered again from its own moments and those of what it leaves of the outputs: two more passes each, after which errors are in proportion to the noise
    /// and to what was left, no longer to the outputs. (A linear network's moments are always corrected, once.)
    /// </summary>
    public int Corrections { get; init; }

    /// <summary>Block rows and columns of a linear network's Hankel matrix, which spans 2 blocks of lags; null: units + 1.</summary>
    public int? HankelBlocks { get; init; }

    /// <summary>Determines the starts of the power method.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Where data are spread over several machines: given the sums of this one, adds to them those of the others, as an all-reduce does. Every machine calls it with as many numbers, in
    /// the same order, and recovers the same network.
    /// </summary>
    public Action<double[]>? Combine { get; init; }
}
