using System.Collections.Concurrent;
using Recurve.Kernels;

namespace Recurve.Spectral;

/// <summary>
/// How data are read: in parts of whole sequences, parallel, each part with sums of its own that are added in the order of the data. Parts depend on the number of sequences alone, so the
/// result does not depend on the number of threads.
/// </summary>
/// <param name="Combine">Given the sums of these data, adds to them those of other machines; null where there are none.</param>
/// <param name="Progress">Told after each wave of parts.</param>
/// <param name="Cancel">Ends the pass.</param>
sealed record DataPass(Action<double[]>? Combine = null, IProgress<SpectralProgress>? Progress = null, CancellationToken Cancel = default)
{
    const int Wave = 64, Parts = 512, LargestPart = 64;

    /// <summary>Sums a moment over the data.</summary>
    /// <exception cref="SpectralException">The data hold a number that is not finite.</exception>
    /// <exception cref="ArgumentException">A sequence's inputs and outputs differ in length.</exception>
    public double[] Sum(ISequenceSource data, Moment moment, string stage)
    {
        ArgumentNullException.ThrowIfNull(data);
        int perPart = Math.Clamp(data.Count / Parts, 1, LargestPart), parts = (data.Count + perPart - 1) / perPart;
        ConcurrentBag<Reader> readers = [];
        double[][] slots = [.. Enumerable.Range(0, Math.Min(parts, Wave)).Select(_ => new double[moment.Size])];
        double[] total = new double[moment.Size];
        for (int first = 0; first < parts; first += Wave)
        {
            Cancel.ThrowIfCancellationRequested();
            int count = Math.Min(Wave, parts - first);
            Workers.For(count, i =>
            {
                // one for each thread that reads
                Reader reader = readers.TryTake(out Reader? idle) ? idle : new(data, moment);
                Array.Clear(slots[i]);
                reader.Sum((first + i) * perPart, Math.Min((first + i + 1) * perPart, data.Count), slots[i], Cancel);
                readers.Add(reader);
            });
            for (int i = 0; i < count; i++) Rows.Add(1, slots[i], total);
            Progress?.Report(new(stage, Math.Min((first + count) * perPart, data.Count), data.Count));
        }
        if (!Array.TrueForAll(total, double.IsFinite)) throw NotFinite(data, stage);
        Combine?.Invoke(total);
        return total;
    }

    /// <summary>Sums a moment of which there must be two steps at least.</summary>
    /// <inheritdoc cref="Sum"/>
    public double[] SumEnough(ISequenceSource data, Moment moment, string stage)
    {
        double[] sums = Sum(data, moment, stage);
        if (sums[0] < 2)
            throw new SpectralException(SpectralProblem.TooFewSamples, $"Steps that have {moment.Before} before and {moment.After} after them in their sequence", sums[0], 2);
        return sums;
    }

    static SpectralException NotFinite(ISequenceSource data, string stage)
    {
        for (int i = 0; i < data.Count; i++)
        {
            InputOutput sequence = data.Read(i);
            foreach (var (name, values, size) in new[] { ("input", sequence.Inputs, data.Inputs), ("output", sequence.Outputs, data.Outputs) })
            {
                int at = values.Span.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
                if (at >= 0) return new(SpectralProblem.NotFinite, $"An {name} of sequence {i} at step {at / size} is not finite in the pass for the {stage}", values.Span[at], float.MaxValue);
            }
        }
        return new(SpectralProblem.NotFinite, $"The sums of the {stage} overflow", double.PositiveInfinity, double.MaxValue);
    }

    /// <summary>The memory that reading takes.</summary>
    sealed class Reader(ISequenceSource data, Moment moment)
    {
        readonly Block block = new(data.Inputs, data.Outputs, moment.Before, moment.After);
        readonly double[] scratch = new double[moment.Scratch];

        public void Sum(int from, int to, double[] sums, CancellationToken cancel)
        {
            for (int i = from; i < to; i++)
            {
                InputOutput sequence = data.Read(i);
                int steps = sequence.Inputs.Length / data.Inputs;
                if (steps * data.Inputs != sequence.Inputs.Length || steps * data.Outputs != sequence.Outputs.Length)
                    throw new ArgumentException($"Sequence {i} has {sequence.Inputs.Length} input and {sequence.Outputs.Length} output numbers, which are not steps of {data.Inputs} and {data.Outputs}.", nameof(data));
                for (int first = 0; first < block.Usable(sequence) && !cancel.IsCancellationRequested; first += block.Count)
                {
                    block.Load(sequence, first);
                    moment.Add(block, scratch, sums);
                }
            }
            cancel.ThrowIfCancellationRequested();
        }
    }
}
