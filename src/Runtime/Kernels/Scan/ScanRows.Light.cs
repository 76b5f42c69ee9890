using System.Runtime.CompilerServices;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Scan;

// The two passes of a light relay against the order. Both compute δ as a c + r, so that it is the same in both.
internal static unsafe partial class ScanRows<TBody, V>
{
    /// <summary>δ = a c + r alone, with c what is carried and what arrives.</summary>
    /// <param name="cursor">Streams at the first row; moves behind the last.</param>
    /// <param name="trail">What the recurrence reads of the states, and what arrives, at the first row.</param>
    /// <param name="carry">δ of the step after; receives that of the last row.</param>
    /// <param name="end">Channels.</param>
    /// <param name="rows">How many.</param>
    public static void RecurBackward(in FrameCursor cursor, StateTrail trail, float* carry, nint end, int rows)
    {
        for (; rows > 0; rows--)
        {
            cursor.Prefetch(0, end);
            trail.Prefetch(cursor.StepsAhead, 0, end);
            RecurBackwardRow(cursor.Table, trail.Old, trail.Next, trail.Arrives, carry, end);
            cursor.Advance();
            trail.Retreat();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void RecurBackwardRow(FrameTable* table, float* old, float* next, float* arrives, float* carry, nint end)
    {
        var streams = table->Streams;
        var lanes = end / V.Width * V.Width;
        for (var c = end - 1; c >= lanes; c--) RecurBackward<Lane1>(table, streams, old, next, arrives, carry, c);
        for (var c = lanes - V.Width; c >= 0; c -= V.Width) RecurBackward<V>(table, streams, old, next, arrives, carry, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void RecurBackward<W>(FrameTable* table, float** streams, float* old, float* next, float* arrives, float* carry, nint c) where W : unmanaged, ILane<W>
    {
        var p = Reads<TBody>.OldInRecurrence ? W.Load(old + c) : default;
        var s = Reads<TBody>.NewInRecurrence ? W.Load(next + c) : default;
        TBody.AdjointCoefficients(new Frame<W>(table, streams, c, default), p, s, out W a, out W r);
        W.Store(W.FusedMultiplyAdd(a, W.Load(carry + c) + W.Load(arrives + c), r), carry + c);
    }

    /// <summary>The same δ, and the adjoints of the streams.</summary>
    /// <param name="cursor">Streams and adjoints at the first row; moves behind the last.</param>
    /// <param name="trail">p and s as the forward pass had them, and what arrives, at the first row.</param>
    /// <param name="carry">δ of the step after; receives that of the last row.</param>
    /// <param name="end">Channels.</param>
    /// <param name="rows">How many.</param>
    public static void ReplayBackward(in FrameCursor cursor, StateTrail trail, float* carry, nint end, int rows)
    {
        var stores = cursor.Table->Stores;
        if (stores.AreAll(StoreMode.NonTemporal)) ReplayBackward<PastCaches>(cursor, trail, carry, end, rows);
        else if (stores.AreAll(StoreMode.Store)) ReplayBackward<ThroughCaches>(cursor, trail, carry, end, rows);
        else ReplayBackward<AsAsked>(cursor, trail, carry, end, rows);
    }

    static void ReplayBackward<TStoring>(in FrameCursor cursor, StateTrail trail, float* carry, nint end, int rows) where TStoring : struct, IStoring
    {
        for (; rows > 0; rows--)
        {
            cursor.Prefetch(0, end);
            trail.Prefetch(cursor.StepsAhead, 0, end);
            ReplayBackwardRow<TStoring>(cursor.Table, trail.Old, trail.Next, trail.Arrives, carry, end);
            cursor.Advance();
            trail.Retreat();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void ReplayBackwardRow<TStoring>(FrameTable* table, float* old, float* next, float* arrives, float* carry, nint end) where TStoring : struct, IStoring
    {
        var stores = TStoring.Of(table->Stores);
        var streams = table->Streams;
        var lanes = end / V.Width * V.Width;
        for (var c = end - 1; c >= lanes; c--) ReplayBackward<Lane1>(table, streams, stores, old, next, arrives, carry, c);
        for (var c = lanes - V.Width; c >= 0; c -= V.Width) ReplayBackward<V>(table, streams, stores, old, next, arrives, carry, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void ReplayBackward<W>(FrameTable* table, float** streams, Stores stores, float* old, float* next, float* arrives, float* carry, nint c) where W : unmanaged, ILane<W>
    {
        var frame = new Frame<W>(table, streams, c, stores);
        W p = Old<W>(old + c), s = New<W>(next + c), adjoint = W.Load(carry + c) + W.Load(arrives + c);
        TBody.AdjointCoefficients(frame, p, s, out W a, out W r);
        W.Store(W.FusedMultiplyAdd(a, adjoint, r), carry + c);
        TBody.Adjoint(frame, p, s, adjoint);
    }
}
