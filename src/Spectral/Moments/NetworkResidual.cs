namespace Recurve.Spectral;

/// <summary>What a network leaves of the outputs: y − ŷ. Its moments are the errors of the network's own, with the variance of what it leaves.</summary>
/// <param name="data">The sequences.</param>
/// <param name="activation">The network's f.</param>
/// <param name="halves">The network: one half, or the forward and the backward one.</param>
sealed class NetworkResidual(ISequenceSource data, Activation activation, IoRnnParameters[] halves) : ISequenceSource
{
    public int Inputs => data.Inputs;

    public int Outputs => data.Outputs;

    public int Count => data.Count;

    public InputOutput Read(int index)
    {
        InputOutput sequence = data.Read(index);
        double[] left = Array.ConvertAll(sequence.Outputs.ToArray(), value => (double)value);
        for (int half = 0; half < halves.Length; half++)
        {
            double[] part = halves[half].Run(activation, sequence.Inputs.Span, reverse: half == 1);
            for (int i = 0; i < left.Length; i++) left[i] -= part[i];
        }
        return new(sequence.Inputs, Array.ConvertAll(left, value => (float)value));
    }
}
