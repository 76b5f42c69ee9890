using Recurve.Contracts;
using Recurve.Ilgpu.Lanes;

namespace Recurve.Ilgpu.Kernels;

/// <summary>
/// A body's frame at one channel: the pointers behind <see cref="Frame{V}"/>, in memory of the item, moved from row to row. As FrameCursor on the processor.
/// </summary>
unsafe struct BodyFrame
{
    readonly long* body;
    readonly float** pointers;
    readonly FrameTable* table;
    readonly bool isBackward;
    public readonly int Streams, Outputs, States;

    /// <param name="body">The words that say what it is (<see cref="BodyWords"/>).</param>
    /// <param name="pointers">Memory of the item for <see cref="BodyWords.MostPointers"/>.</param>
    /// <param name="numbers">Memory of the item for 6 × <see cref="BodyWords.MostStates"/> + <see cref="BodyWords.MostStreams"/> numbers.</param>
    /// <param name="table">Memory of the item.</param>
    /// <param name="isBackward">Direction.</param>
    public BodyFrame(long* body, float** pointers, float* numbers, FrameTable* table, bool isBackward)
    {
        this.body = body;
        this.pointers = pointers;
        this.table = table;
        this.isBackward = isBackward;
        (Streams, Outputs, States) = ((int)body[BodyWords.Streams], (int)body[BodyWords.Outputs], (int)body[BodyWords.States]);
        table->Streams = pointers;
        table->Outputs = table->OutputAdjoints = pointers + Streams;
        table->StreamAdjoints = pointers + Streams + Outputs;
        var states = pointers + 2 * Streams + Outputs;
        table->Old = states;
        table->New = states + States;
        table->Carry = states + 2 * States;
        table->Arrives = states + 3 * States;
        table->Delta = states + 4 * States;
        table->Fixed = (float*)body[BodyWords.Fixed];
        SetModes((StoreMode*)body[BodyWords.Modes]);
        for (var i = 0; i < 5 * States; i++) states[i] = numbers + i;
        Nothing = numbers + 5 * States;
        *Nothing = 0f;
        Recent = numbers + 6 * BodyWords.MostStates;
    }

    /// <summary>A zero.</summary>
    public readonly float* Nothing { get; }

    /// <summary>Sums over rows of the adjoints of streams, in single precision.</summary>
    public readonly float* Recent { get; }

    public readonly float* Old => table->Old[0];

    public readonly float* New => table->Old[0] + States;

    public readonly float* Carry => table->Old[0] + 2 * States;

    public readonly float* Arrives => table->Old[0] + 3 * States;

    public readonly float* Delta => table->Old[0] + 4 * States;

    public readonly Frame<DeviceLane> View => new(table, 0, table->Stores);

    /// <summary>From now on nothing that the body writes is kept, but states.</summary>
    public readonly void DiscardResults() => SetModes((StoreMode*)body[BodyWords.Discards]);

    /// <summary>The words of a state.</summary>
    public readonly long* State(int k) => body + BodyWords.Signals + BodyWords.SignalWords * (2 * Streams + Outputs) + BodyWords.StateWords * k;

    /// <summary>A number of a state's signal, or where it is.</summary>
    public static float* At(long* signal, long batch, long row, long channel)
        => (float*)signal[0] + batch * signal[1] + row * signal[2] + channel;

    readonly void SetModes(StoreMode* modes)
    {
        table->OutputStores = table->AdjointStores = modes;
        var stores = Stores.Of(pastCaches: false);
        for (var i = 0; i < (isBackward ? Streams : Outputs); i++)
            if (modes[i] != StoreMode.Store) stores = stores.WithSpecial(i);
        table->Stores = stores;
    }

    /// <summary>Moves to a row.</summary>
    public readonly void MoveTo(long batch, long row, long channel)
    {
        long* signal = body + BodyWords.Signals;
        var count = Streams + Outputs + (isBackward ? Streams : 0);
        var summed = body[BodyWords.Summed];
        for (var i = 0; i < count; i++)
        {
            var isSum = i >= Streams + Outputs && (summed >> (i - Streams - Outputs) & 1) != 0;
            pointers[i] = isSum ? Recent + (i - Streams - Outputs) : signal[0] == 0 ? Nothing : At(signal, batch, row, channel);
            signal += BodyWords.SignalWords;
        }
    }
}
