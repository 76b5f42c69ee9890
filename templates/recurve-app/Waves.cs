using Recurve;

namespace RecurveApp;

/// <summary>The task: of waves with unknown frequency and phase, forecast the next value from those before.</summary>
/// <param name="batch">Waves at a time.</param>
/// <param name="length">Steps of a wave.</param>
sealed class Waves(int batch, int length)
{
    /// <summary>Waves at a time.</summary>
    public int Batch => batch;

    /// <summary>Steps of a wave.</summary>
    public int Length => length;

    /// <summary>Waves, (batch, length, 1), and the same one step later; always the same for the same seed.</summary>
    public (Tensor Inputs, Tensor Targets) Minibatch(int seed)
    {
        Random random = new(seed);
        var (inputs, targets) = (new float[batch * length], new float[batch * length]);
        for (int b = 0; b < batch; b++)
        {
            double frequency = 0.05 + 0.25 * random.NextDouble(), phase = 2 * Math.PI * random.NextDouble();
            for (int t = 0; t < length; t++)
            {
                inputs[b * length + t] = (float)Math.Sin(frequency * t + phase);
                targets[b * length + t] = (float)Math.Sin(frequency * (t + 1) + phase);
            }
        }
        return (Tensor.FromArray(inputs, batch, length, 1), Tensor.FromArray(targets, batch, length, 1));
    }
}
