using System.Globalization;
using Recurve.Devices;
using Recurve.Kernels;
using Recurve.Onnx;

namespace Recurve;

/// <summary>
/// In training, sets each element to 0 with probability <c>rate</c> and scales the others by 1/(1 − rate); in evaluation, the identity
/// (Srivastava et al. 2014).
/// </summary>
/// <remarks>
/// Which elements fall depends on the seed of <see cref="Module.Initialize"/>, on how many calls in training came before, and on the
/// element's place, never on the threads. Ranks that train together (Recurve.Distributed) drop different elements.
/// </remarks>
public sealed unsafe class Dropout : Module
{
    const long TaskElements = 1 << 16;

    static readonly DeviceProgram Text = DeviceProgram.Of("Reductions.cl", "Modules.cl");

    readonly double rate;
    ulong key;
    ulong calls;
    ulong stream;

    /// <summary>Drops with probability <paramref name="rate"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1].</exception>
    public Dropout(double rate)
    {
        if (!(rate is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a probability in [0, 1].");
        this.rate = rate;
    }

    // only training draws
    internal override OnnxFlow Export(OnnxGraph graph, OnnxFlow x) => x;

    internal override bool IsClosed => true;

    internal override int RandomStream { set => stream = value == 0 ? 0 : RandomSource.Mix((ulong)value); }

    internal override string? RandomPosition
    {
        get => string.Create(CultureInfo.InvariantCulture, $"{key:x16} {calls}");
        set
        {
            if (value?.Split(' ') is not [var hex, var count]) throw new FormatException($"Expected the key and the calls of a Dropout, not '{value}'.");
            key = ulong.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            calls = ulong.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Any shape.</summary>
    public override Tensor Forward(Tensor x, Sequence? sequence = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        EnsureInitialized();
        if (!Training || rate == 0) return x;
        var call = RandomSource.Mix((key ^ stream) + ++calls);
        var y = Masked(x, call);
        // the mask is not kept: it is drawn again
        Autograd.Record(nameof(Dropout), [x], [y], gradients => [Masked(gradients[0]!, call)]);
        return y;
    }

    private protected override void InitializeOwn(Func<string, RandomSource> random) => (key, calls) = (random("dropout").NextBits(), 0);

    Tensor Masked(Tensor x, ulong call)
    {
        var y = Tensor.Uninitialized(x.Device, x.Shape);
        var length = x.Length;
        var scale = rate < 1 ? (float)(1 / (1 - rate)) : 0;
        var threshold = (ulong)(rate * 18446744073709551616.0);
        if (x.Accelerator is { } device)
        {
            device.Launch(Text, "drop", Grid.Over(length), y, x, call, threshold, scale, length);
            return y;
        }
        float* source = x.Pointer, target = y.Pointer;
        Workers.For(checked((int)((length + TaskElements - 1) / TaskElements)), task =>
        {
            var end = Math.Min(length, (task + 1) * TaskElements);
            for (var i = task * TaskElements; i < end; i++)
                target[i] = RandomSource.Mix(call + (ulong)i * 0x9E3779B97F4A7C15) >= threshold ? source[i] * scale : 0f;
        });
        GC.KeepAlive(x);
        return y;
    }
}
