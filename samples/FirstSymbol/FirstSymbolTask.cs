using System.Buffers;
using Recurve.Distributed;

namespace Recurve.FirstSymbol;

/// <summary>
/// The first-symbol task of Martin and Cundy (2018), section 4.3: the first step is (±1, 0, …, 0), every later one a random one-hot
/// vector; at the end the network is to say the sign of the first. Every minibatch is fresh.
/// </summary>
/// <param name="Length">Steps of a sequence.</param>
/// <param name="Batch">Sequences in a minibatch.</param>
/// <param name="Seed">With the iteration's number it determines a minibatch, so that a resumed run sees the same data.</param>
sealed record FirstSymbolTask(int Length, int Batch, int Seed)
{
    /// <summary>Size of a step.</summary>
    public const int Symbols = 128;

    /// <summary>A part of the minibatch of an iteration, from 1: inputs (sequences, steps, symbols), per sequence 1 for plus and 0 for minus, and the steps of whole sequences.</summary>
    /// <param name="iteration">Which minibatch.</param>
    /// <param name="shard">Which sequences.</param>
    /// <param name="time">Which steps of each; null: all.</param>
    public (Tensor Inputs, int[] Classes, int Steps) Minibatch(int iteration, Shard shard, SequenceParallel? time)
    {
        Random random = new(HashCode(Seed, iteration));
        int first = time?.FirstOf(Length) ?? 0, steps = time?.StepsOf(Length) ?? Length;
        // most of a process's memory, where sequences are long: one after the other
        int numbers = checked(shard.Count * steps * Symbols);
        float[] inputs = ArrayPool<float>.Shared.Rent(numbers);
        Array.Clear(inputs, 0, numbers);
        int[] classes = new int[shard.Count];
        // what is not of the part is drawn too, so that the whole is the same however it is divided
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            int b = sequence - shard.First;
            bool isHere = b >= 0 && b < shard.Count;
            int plus = random.Next(2);
            if (isHere) classes[b] = plus;
            for (int t = 0; t < Length; t++)
            {
                var (symbol, value) = t == 0 ? (0, plus == 1 ? 1 : -1) : (random.Next(Symbols), 1);
                if (isHere && t >= first && t < first + steps) inputs[(b * steps + t - first) * Symbols + symbol] = value;
            }
        }
        Tensor minibatch = Tensor.FromSpan(inputs.AsSpan(0, numbers), shard.Count, steps, Symbols);
        ArrayPool<float>.Shared.Return(inputs);
        return (minibatch, classes, Length);
    }

    /// <summary>The share of sequences whose class has the greater logit.</summary>
    public static double Accuracy(float[] logits, int[] classes)
        => classes.Where((c, b) => (logits[2 * b + 1] > logits[2 * b] ? 1 : 0) == c).Count() / (double)classes.Length;

    /// <summary>Mixes two numbers; unlike <see cref="System.HashCode"/> the same in every process.</summary>
    static int HashCode(int seed, int iteration)
    {
        ulong z = ((ulong)(uint)seed << 32 | (uint)iteration) + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)(z ^ (z >> 31));
    }
}
