using System.Runtime.CompilerServices;

namespace Recurve.Contracts;

/// <summary>
/// What a body sees of memory: one lane of channels at one (batch, time) row. A skeleton moves it along channels and rows.
/// </summary>
/// <remarks>
/// Streams are inputs of the body, per step or constant over the call (a bias, a decay); both read alike.
/// Their order, and that of outputs and states, is the one of the body's <see cref="BodySignature"/>.
/// </remarks>
public readonly unsafe struct Frame<V> where V : unmanaged, ILane<V>
{
    readonly FrameTable* table;
    // of the table; here, where a loop keeps it in a register
    readonly float** streams;
    // 64 bits on every machine: a device that compiles this type (Recurve.Ilgpu) knows no nint
    readonly long channel;
    readonly Stores stores;

    internal Frame(FrameTable* table, long channel, Stores stores) : this(table, table->Streams, channel, stores) { }

    /// <summary>The same for a loop that has read the table's streams before.</summary>
    internal Frame(FrameTable* table, float** streams, long channel, Stores stores)
    {
        this.table = table;
        this.streams = streams;
        this.channel = channel;
        this.stores = stores;
    }

    /// <summary>Stream <paramref name="index"/> at this row and these channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Stream(int index) => V.Load(streams[index] + channel);

    /// <summary>A number fixed when the cell was built (a constructor parameter, say).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Fixed(int index) => V.Create(table->Fixed[index]);

    /// <summary>Writes output <paramref name="index"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Output(int index, V value)
    {
        if (stores.IsSpecial(index)) table->OutputStores[index].Put(value, table->Outputs[index] + channel);
        else stores.Put(value, table->Outputs[index] + channel);
    }

    /// <summary>The adjoint that arrives at output <paramref name="index"/> (zero where nothing reads it).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V OutputAdjoint(int index) => V.Load(table->OutputAdjoints[index] + channel);

    /// <summary>Writes the adjoint of stream <paramref name="index"/> (added to the row's sum where the stream is constant over the call).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Adjoint(int index, V value)
    {
        if (stores.IsSpecial(index)) table->AdjointStores[index].Put(value, table->StreamAdjoints[index] + channel);
        else stores.Put(value, table->StreamAdjoints[index] + channel);
    }

    /// <summary>The state before this step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Old(int state) => V.Load(table->Old[state] + channel);

    /// <summary>The state after this step (in an adjoint: as the forward pass left it).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V New(int state) => V.Load(table->New[state] + channel);

    /// <summary>Writes the state after this step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetNew(int state, V value) => V.Store(value, table->New[state] + channel);

    /// <summary>What arrives at the new state: from the next step (c in docs/differentiation.md), and at its sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Carry(int state) => V.Load(table->Carry[state] + channel) + V.Load(table->Arrives[state] + channel);

    /// <summary>Writes the adjoint of the old state (δ in docs/differentiation.md).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetDelta(int state, V value) => V.Store(value, table->Delta[state] + channel);
}

/// <summary>How a value meets memory.</summary>
internal enum StoreMode : byte
{
    /// <summary>Overwrite.</summary>
    Store,
    /// <summary>Overwrite past the caches (aligned rows only).</summary>
    NonTemporal,
    /// <summary>Add to what is there.</summary>
    Add,
    /// <summary>Nobody wants it.</summary>
    Discard,
}

/// <summary>
/// How most results of a kernel meet memory, small enough for a register: a look at <see cref="StoreMode"/> for each result of each lane costs more
/// than the arithmetic between. Results are outputs in a forward kernel, stream adjoints in a backward one.
/// </summary>
internal readonly unsafe struct Stores
{
    const int PastCaches = 31;

    readonly uint bits;

    Stores(uint bits) => this.bits = bits;

    /// <summary>Overwrite, past the caches or not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stores Of(bool pastCaches) => new(pastCaches ? 1u << PastCaches : 0);

    /// <summary>Whether all are of this mode.</summary>
    public bool AreAll(StoreMode mode) => mode switch
    {
        StoreMode.Store => bits == 0,
        StoreMode.NonTemporal => bits == 1u << PastCaches,
        _ => false,
    };

    /// <summary>The mode of this result is looked up.</summary>
    public Stores WithSpecial(int index) => index < PastCaches ? new(bits | 1u << index) : this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsSpecial(int index) => index >= PastCaches || (bits & 1u << index) != 0;

    /// <summary>Writes a result that is not special.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put<V>(V value, float* target) where V : unmanaged, ILane<V>
    {
        if ((bits & 1u << PastCaches) != 0) V.StoreNonTemporal(value, target);
        else V.Store(value, target);
    }
}

internal static unsafe class StoreModeOperations
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<V>(this StoreMode mode, V value, float* target) where V : unmanaged, ILane<V>
    {
        if (mode == StoreMode.Store) V.Store(value, target);
        else if (mode == StoreMode.NonTemporal) V.StoreNonTemporal(value, target);
        else if (mode == StoreMode.Add) V.Store(V.Load(target) + value, target);
    }
}

/// <summary>Row pointers of every stream, output and state; a skeleton advances them from row to row.</summary>
internal unsafe struct FrameTable
{
    public float** Streams, Outputs, OutputAdjoints, StreamAdjoints, Old, New, Carry, Arrives, Delta;
    public float* Fixed;
    public StoreMode* OutputStores, AdjointStores;
    public Stores Stores;
}
