using System.Globalization;
using System.Numerics;

namespace Recurve;

/// <summary>
/// Random numbers that are the same on every platform for the same seed: xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64.
/// Not for cryptography, and not to be shared between threads.
/// </summary>
public sealed class RandomSource
{
    readonly ulong[] state = new ulong[4];
    double spare = double.NaN;

    /// <summary>Starts the sequence of a seed.</summary>
    public RandomSource(int seed) : this(Mix((ulong)(uint)seed))
    {
    }

    RandomSource(ulong seed)
    {
        for (var i = 0; i < state.Length; i++) state[i] = Mix(seed += 0x9E3779B97F4A7C15);
    }

    /// <summary>An independent source for something with a name, such as one parameter of a model: adding another changes nothing here.</summary>
    public static RandomSource For(int seed, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // FNV-1a over the UTF-16 units: string.GetHashCode differs from process to process
        var hash = Mix((ulong)(uint)seed) ^ 0xCBF29CE484222325;
        foreach (var c in name) hash = (hash ^ c) * 0x100000001B3;
        return new RandomSource(Mix(hash));
    }

    /// <summary>Where the sequence stands, as text: a source that it is given to continues the same way.</summary>
    /// <exception cref="FormatException">Set to something else.</exception>
    internal string Position
    {
        get => string.Join(' ', state.Append(BitConverter.DoubleToUInt64Bits(spare)).Select(bits => bits.ToString("x16", CultureInfo.InvariantCulture)));
        set
        {
            ulong[] bits = [.. value.Split(' ').Select(part => ulong.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
            if (bits.Length != state.Length + 1) throw new FormatException($"Expected {state.Length + 1} numbers for the position of a random source, but there are {bits.Length}.");
            bits.AsSpan(0, state.Length).CopyTo(state);
            spare = BitConverter.UInt64BitsToDouble(bits[^1]);
        }
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(state[1] * 5, 7) * 9;
        var t = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= t;
        state[3] = BitOperations.RotateLeft(state[3], 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Uniform among 0 … <paramref name="count"/> − 1, without bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive.</exception>
    public int NextInt(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        // Lemire's method: reject the few products that would make some values more likely
        var threshold = (uint)(-count) % (uint)count;
        while (true)
        {
            var product = (NextBits() >> 32) * (uint)count;
            if ((uint)product >= threshold) return (int)(product >> 32);
        }
    }

    /// <summary>Standard normal, by Marsaglia's polar method.</summary>
    public double Normal()
    {
        if (!double.IsNaN(spare))
        {
            var kept = spare;
            spare = double.NaN;
            return kept;
        }
        while (true)
        {
            double u = Uniform(-1, 1), v = Uniform(-1, 1), s = u * u + v * v;
            if (s >= 1 || s == 0) continue;
            var factor = Math.Sqrt(-2 * Math.Log(s) / s);
            spare = v * factor;
            return u * factor;
        }
    }

    /// <summary>Fills a tensor with values in U(−bound, bound).</summary>
    internal void FillUniform(Tensor tensor, double bound) => Fill(tensor, () => Uniform(-bound, bound));

    /// <summary>Fills a tensor with standard normal values.</summary>
    internal void FillNormal(Tensor tensor) => Fill(tensor, Normal);

    static unsafe void Fill(Tensor tensor, Func<double> draw)
    {
        var host = Storage.Rent(tensor.Length);
        for (long i = 0; i < tensor.Length; i++) host.Pointer[i] = (float)draw();
        tensor.Storage.CopyFrom(host);
        tensor.Storage.Changes++;
        host.Return();
    }

    /// <summary>splitmix64's finalizer: a bijection whose output looks random.</summary>
    internal static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
