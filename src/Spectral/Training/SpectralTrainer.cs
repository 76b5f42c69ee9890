namespace Recurve.Spectral;

/// <summary>
/// Learns an input-output recurrent network from moments of data and scores of the inputs (Sedghi and Anandkumar 2016, arXiv 1603.00954): no start, no step size, no local optima.
/// docs/spectral.md derives it.
/// </summary>
public static class SpectralTrainer
{
    /// <summary>Recovers the network's parameters in two passes over the data, and two for each correction.</summary>
    /// <param name="data">Sequences, read once per pass.</param>
    /// <param name="options">What to fit.</param>
    /// <param name="progress">Told how far each pass is.</param>
    /// <param name="cancel">Ends the fit.</param>
    /// <returns>The network with its parameters, and how well they were determined.</returns>
    /// <exception cref="SpectralException">The data or the network violate an assumption.</exception>
    /// <exception cref="ArgumentException">Sizes differ, or the module is no input-output network.</exception>
    /// <exception cref="OperationCanceledException">The fit was ended.</exception>
    public static SpectralFit<TModule> Fit<TModule>(
        ISequenceSource data, SpectralOptions<TModule> options, IProgress<SpectralProgress>? progress = null, CancellationToken cancel = default) where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Corrections);
        TModule module = options.Create();
        IoRnnModule network = new(module);
        if (data.Inputs != network.Inputs || data.Outputs != network.Outputs || data.Inputs != options.Score.Inputs)
        {
            throw new ArgumentException($"The data have {data.Inputs} inputs and {data.Outputs} outputs, {typeof(TModule).Name} has {network.Inputs} and {network.Outputs}, "
                + $"and the score function is of {options.Score.Inputs} inputs.", nameof(data));
        }
        DataPass pass = new(options.Combine, progress, cancel);
        var (halves, report) = options.Activation == Activation.Quadratic
            ? new QuadraticTraining(data, options.Score, network.Units, options.Decomposition, options.Seed, pass).Run(options.Corrections)
            : LinearTraining.Run(data, options.Score, network.Units, options.HankelBlocks, pass);
        network.Assign(options.Activation, halves);
        return new(module, halves[0], halves.ElementAtOrDefault(1), report);
    }
}
