using System.Runtime.InteropServices;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Ilgpu.Kernels;

namespace Recurve.Ilgpu.Launching;

/// <summary>The words of a launch, as <see cref="Call"/> and <see cref="BodyFrame"/> read them.</summary>
static class LaunchWords
{
    /// <param name="body">What the kernel runs; null: there is none.</param>
    /// <param name="grid">Its items.</param>
    /// <param name="arguments">In the text's order.</param>
    /// <param name="at">Where the words will lie on the device.</param>
    public static long[] Of(FusedBody? body, Grid grid, ReadOnlySpan<Argument> arguments, nint at)
    {
        var words = new List<long> { grid.Groups * grid.Items, grid.Items, 0, at };
        foreach (ref readonly var argument in arguments) words.Add(argument.Bits);
        return body is null ? [.. words] : new BodyWordsWriter(body, words, at).Write();
    }

    /// <exception cref="NotSupportedException">The body is too large, or its signals lie in bfloat16.</exception>
    public static void Check(FusedBody body)
    {
        if (body.Signature.BFloat16 != default)
            throw new NotSupportedException($"By ILGPU the signals of a body lie in Precision.Single, not in {Precision.BFloat16}; Store so, or use another device.");
        var (streams, outputs, states) = (body.Signature.Body.Streams, body.Signature.Body.Outputs, body.Signature.Body.States);
        if (streams > BodyWords.MostStreams || states > BodyWords.MostStates || 2 * streams + outputs + 5 * states > BodyWords.MostPointers)
        {
            throw new NotSupportedException(
                $"A body of {streams} streams, {outputs} outputs and {states} states; by ILGPU at most {BodyWords.MostStreams} streams and {BodyWords.MostStates} states are possible.");
        }
    }
}

/// <summary>Lays out anew what <see cref="DeviceArguments"/> lists: there an argument is there or not by the signature, here everything has its place.</summary>
sealed class BodyWordsWriter
{
    readonly FusedBody body;
    readonly List<long> words;
    readonly nint at;
    readonly int streams, outputs, states, own;
    int next;

    public BodyWordsWriter(FusedBody body, List<long> words, nint at)
    {
        (this.body, this.words, this.at) = (body, words, at);
        var signature = body.Signature;
        (streams, outputs, states) = (signature.Body.Streams, signature.Body.Outputs, signature.Body.States);
        var perCall = Enumerable.Range(0, streams).Count(i => DeviceSignature.Has(signature.PerCall, i));
        var written = body.Backward ? Enumerable.Range(0, streams).Count(i => DeviceSignature.Has(signature.Written, i)) : 0;
        var stateWords = body.Backward ? 10 : 6;
        next = words.Count - signature.Fixed - stateWords * states - 3 * written - 3 * outputs - 3 * streams + 2 * perCall;
        own = next;
    }

    public long[] Write()
    {
        // a backward kernel's last argument of its own: the streams to whose adjoints it adds
        var added = body.Backward ? (ulong)words[own - 1] : 0;
        var signals = new List<long>();
        for (var i = 0; i < streams; i++) signals.AddRange(DeviceSignature.Has(body.Signature.PerCall, i) ? [words[next++], 0, 0] : Signal());
        for (var i = 0; i < outputs; i++) signals.AddRange(Signal());
        for (var i = 0; i < streams; i++)
            signals.AddRange(body.Backward && DeviceSignature.Has(body.Signature.Written, i) ? Signal() : [0, 0, 0]);
        var modes = body.Backward ? Enumerable.Range(0, streams).Select(i => AdjointMode(i, signals, added)) : Enumerable.Range(0, outputs).Select(i => OutputMode(i, signals));
        byte[] modeBytes = [.. modes.Select(mode => (byte)mode)];
        for (var k = 0; k < states; k++) signals.AddRange(State());
        long[] fixedNumbers = [.. Enumerable.Range(0, body.Signature.Fixed).Select(_ => words[next++])];

        words.RemoveRange(own, words.Count - own);
        words[2] = words.Count;
        var tables = words.Count + BodyWords.Signals + signals.Count;
        var fixedWords = Packed([.. fixedNumbers.Select(bits => (int)bits)]);
        var modeWords = Packed(modeBytes);
        words.AddRange([streams, outputs, states, (long)body.Signature.PerCall, body.Backward ? (long)body.Signature.Summed : 0, body.Signature.Sums]);
        words.Add(body.Signature.Body.AdjointReadsOld || body.Signature.Body.AdjointReadsNew ? 1 : 0);
        words.Add(AddressOf(tables));
        words.Add(AddressOf(tables + fixedWords.Length));
        words.Add(AddressOf(tables + fixedWords.Length + modeWords.Length));
        words.AddRange(signals);
        words.AddRange(fixedWords);
        words.AddRange(modeWords);
        words.AddRange(Packed([.. modeBytes.Select(_ => (byte)StoreMode.Discard)]));
        return [.. words];
    }

    long[] Signal() => [words[next++], words[next++], words[next++]];

    long[] State()
    {
        var sequence = Signal();
        long start = words[next++], initial = words[next++];
        if (!body.Backward) return [.. sequence, 0, 0, 0, start, initial, words[next++], 0, 0];
        var arriving = Signal();
        return [.. sequence, .. arriving, start, initial, 0, words[next++], words[next++]];
    }

    StoreMode OutputMode(int output, List<long> signals) => signals[BodyWords.SignalWords * (streams + output)] == 0 ? StoreMode.Discard : StoreMode.Store;

    // a sum is added to a number of the item
    StoreMode AdjointMode(int stream, List<long> signals, ulong added)
        => DeviceSignature.Has(body.Signature.Summed, stream) ? StoreMode.Add
        : signals[BodyWords.SignalWords * (streams + outputs + stream)] == 0 ? StoreMode.Discard
        : DeviceSignature.Has(added, stream) ? StoreMode.Add : StoreMode.Store;

    long AddressOf(int word) => at + (nint)word * sizeof(long);

    static long[] Packed<T>(T[] values) where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<T>(values);
        var packed = new long[(bytes.Length + sizeof(long) - 1) / sizeof(long)];
        bytes.CopyTo(MemoryMarshal.AsBytes(packed.AsSpan()));
        return packed;
    }
}
