using System.Runtime.CompilerServices;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Scan;

/// <summary>
/// Rows of a scan, one after the other, channels [first, end): whole lanes, then the channels that are left one by one, with the same arithmetic.
/// Forward rows are walked upwards, backward rows downwards, as their time is: the prefetchers then see one direction.
/// </summary>
/// <remarks>
/// A row has a method of its own: in it pointers stay in registers, where a loop over rows spills them, and a spill waits behind the stores that go past the caches.
/// </remarks>
internal static unsafe partial class ScanRows<TBody, V>
    where TBody : struct, IScanBody
    where V : unmanaged, ILane<V>
{
    /// <summary>s = a p + b into carry and sequence; outputs.</summary>
    /// <param name="cursor">Streams and outputs at the first row; moves behind the last.</param>
    /// <param name="old">p of each row: the carry, or what a reset puts in its place.</param>
    /// <param name="carry">Receives s.</param>
    /// <param name="sequence">Receives s too, if not Discard.</param>
    /// <param name="stride">Numbers from a row of the sequence to the next.</param>
    /// <param name="mode">How.</param>
    /// <param name="first">First channel; a multiple of the lane.</param>
    /// <param name="end">Channel after the last.</param>
    /// <param name="rows">How many.</param>
    public static void Forward(in FrameCursor cursor, float* old, float* carry, float* sequence, nint stride, StoreMode mode, nint first, nint end, int rows)
    {
        var stores = cursor.Table->Stores;
        if (!stores.AreAll(mode)) Forward<AsAsked>(cursor, old, carry, sequence, stride, mode, first, end, rows);
        else if (mode == StoreMode.NonTemporal) Forward<PastCaches>(cursor, old, carry, sequence, stride, mode, first, end, rows);
        else Forward<ThroughCaches>(cursor, old, carry, sequence, stride, mode, first, end, rows);
    }

    static void Forward<TStoring>(in FrameCursor cursor, float* old, float* carry, float* sequence, nint stride, StoreMode mode, nint first, nint end, int rows)
        where TStoring : struct, IStoring
    {
        for (; rows > 0; rows--, sequence += stride)
        {
            cursor.Prefetch(first, end);
            ForwardRow<TStoring>(cursor.Table, old, carry, sequence, mode, first, end);
            cursor.Advance();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void ForwardRow<TStoring>(FrameTable* table, float* old, float* carry, float* sequence, StoreMode mode, nint first, nint end) where TStoring : struct, IStoring
    {
        var stores = TStoring.Of(table->Stores);
        mode = TStoring.Of(mode);
        var streams = table->Streams;
        var c = first;
        for (; c <= end - V.Width; c += V.Width) Forward<V>(table, streams, stores, old, carry, sequence, mode, c);
        for (; c < end; c++) Forward<Lane1>(table, streams, stores, old, carry, sequence, mode, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Forward<W>(FrameTable* table, float** streams, Stores stores, float* old, float* carry, float* sequence, StoreMode mode, nint c) where W : unmanaged, ILane<W>
    {
        var frame = new Frame<W>(table, streams, c, stores);
        TBody.Coefficients(frame, out W a, out W b);
        var p = W.Load(old + c);
        var s = W.FusedMultiplyAdd(a, p, b);
        W.Store(s, carry + c);
        mode.Put(s, sequence + c);
        TBody.Outputs(frame, p, s);
    }

    /// <summary>δ into the carry, and the adjoints of the streams.</summary>
    /// <param name="cursor">Streams and adjoints at the first row; moves behind the last.</param>
    /// <param name="trail">p and s as the forward pass had them, and what arrives, at the first row.</param>
    /// <param name="carry">c of the first row; receives δ.</param>
    /// <param name="first">First channel; a multiple of the lane.</param>
    /// <param name="end">Channel after the last.</param>
    /// <param name="rows">How many.</param>
    public static void Backward(in FrameCursor cursor, StateTrail trail, float* carry, nint first, nint end, int rows)
    {
        var stores = cursor.Table->Stores;
        if (stores.AreAll(StoreMode.NonTemporal)) Backward<PastCaches>(cursor, trail, carry, first, end, rows);
        else if (stores.AreAll(StoreMode.Store)) Backward<ThroughCaches>(cursor, trail, carry, first, end, rows);
        else Backward<AsAsked>(cursor, trail, carry, first, end, rows);
    }

    static void Backward<TStoring>(in FrameCursor cursor, StateTrail trail, float* carry, nint first, nint end, int rows) where TStoring : struct, IStoring
    {
        for (; rows > 0; rows--)
        {
            cursor.Prefetch(first, end);
            trail.Prefetch(cursor.StepsAhead, first, end);
            BackwardRow<TStoring>(cursor.Table, trail.Old, trail.Next, trail.Arrives, carry, first, end);
            cursor.Advance();
            trail.Retreat();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void BackwardRow<TStoring>(FrameTable* table, float* old, float* next, float* arrives, float* carry, nint first, nint end) where TStoring : struct, IStoring
    {
        var stores = TStoring.Of(table->Stores);
        var streams = table->Streams;
        var lanes = first + (end - first) / V.Width * V.Width;
        for (var c = end - 1; c >= lanes; c--) Backward<Lane1>(table, streams, stores, old, next, arrives, carry, c);
        for (var c = lanes - V.Width; c >= first; c -= V.Width) Backward<V>(table, streams, stores, old, next, arrives, carry, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Backward<W>(FrameTable* table, float** streams, Stores stores, float* old, float* next, float* arrives, float* carry, nint c) where W : unmanaged, ILane<W>
    {
        var adjoint = W.Load(carry + c) + W.Load(arrives + c);
        W.Store(TBody.Adjoint(new Frame<W>(table, streams, c, stores), Old<W>(old + c), New<W>(next + c), adjoint), carry + c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static W Old<W>(float* old) where W : unmanaged, ILane<W> => Reads<TBody>.Old ? W.Load(old) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static W New<W>(float* next) where W : unmanaged, ILane<W> => Reads<TBody>.New ? W.Load(next) : default;
}
