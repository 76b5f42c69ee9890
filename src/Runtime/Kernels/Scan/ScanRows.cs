using System.Runtime.CompilerServices;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Scan;

/// <summary>
/// One row of a scan, channels [first, end): whole lanes, then the channels that are left one by one, with the same arithmetic.
/// Forward rows are walked upwards, backward rows downwards, as their time is: the prefetchers then see one direction.
/// </summary>
internal static unsafe class ScanRows<TBody, V>
    where TBody : struct, IScanBody
    where V : unmanaged, ILane<V>
{
    /// <summary>s = a p + b into carry and sequence; outputs.</summary>
    /// <param name="table">Streams and outputs at this row.</param>
    /// <param name="old">p: the carry, or what a reset puts in its place.</param>
    /// <param name="carry">Receives s.</param>
    /// <param name="sequence">Receives s too, if not Discard.</param>
    /// <param name="mode">How.</param>
    /// <param name="first">First channel; a multiple of the lane.</param>
    /// <param name="end">Channel after the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Forward(FrameTable* table, float* old, float* carry, float* sequence, StoreMode mode, nint first, nint end)
    {
        var stores = table->Stores;
        var c = first;
        for (; c <= end - V.Width; c += V.Width) Forward<V>(table, stores, old, carry, sequence, mode, c);
        for (; c < end; c++) Forward<Lane1>(table, stores, old, carry, sequence, mode, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Forward<W>(FrameTable* table, Stores stores, float* old, float* carry, float* sequence, StoreMode mode, nint c) where W : unmanaged, ILane<W>
    {
        var frame = new Frame<W>(table, c, stores);
        TBody.Coefficients(frame, out W a, out W b);
        var p = W.Load(old + c);
        var s = W.FusedMultiplyAdd(a, p, b);
        W.Store(s, carry + c);
        mode.Put(s, sequence + c);
        TBody.Outputs(frame, p, s);
    }

    /// <summary>δ into the carry, and the adjoints of the streams.</summary>
    /// <param name="table">Streams and adjoints at this row.</param>
    /// <param name="old">p of this row, as the forward pass had it.</param>
    /// <param name="next">s of this row.</param>
    /// <param name="arrives">What arrives at s as a sequence; null: nothing.</param>
    /// <param name="carry">c of this row; receives δ.</param>
    /// <param name="first">First channel; a multiple of the lane.</param>
    /// <param name="end">Channel after the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Backward(FrameTable* table, float* old, float* next, float* arrives, float* carry, nint first, nint end)
    {
        // here and not in the loop, where asking whether a static exists costs the registers
        bool readsOld = TBody.Signature.AdjointReadsOld, readsNew = TBody.Signature.AdjointReadsNew;
        var stores = table->Stores;
        var lanes = first + (end - first) / V.Width * V.Width;
        for (var c = end - 1; c >= lanes; c--) Backward<Lane1>(table, stores, old, next, arrives, carry, readsOld, readsNew, c);
        for (var c = lanes - V.Width; c >= first; c -= V.Width) Backward<V>(table, stores, old, next, arrives, carry, readsOld, readsNew, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Backward<W>(FrameTable* table, Stores stores, float* old, float* next, float* arrives, float* carry, bool readsOld, bool readsNew, nint c) where W : unmanaged, ILane<W>
    {
        var adjoint = W.Load(carry + c);
        if (arrives != null) adjoint += W.Load(arrives + c);
        var p = readsOld ? W.Load(old + c) : default;
        var s = readsNew ? W.Load(next + c) : default;
        W.Store(TBody.Adjoint(new Frame<W>(table, c, stores), p, s, adjoint), carry + c);
    }

    /// <summary>c of a row, and δ into the carry; the adjoints of the streams too, or not yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void RecurBackward(FrameTable* table, float* old, float* next, float* arrives, float* carry, float* adjoints, bool withAdjoints, nint end)
    {
        var signature = TBody.Signature;
        var reads = withAdjoints || signature.RecurrenceReadsStates;
        bool readsOld = reads && signature.AdjointReadsOld, readsNew = reads && signature.AdjointReadsNew;
        var stores = table->Stores;
        var lanes = end / V.Width * V.Width;
        for (var c = end - 1; c >= lanes; c--) RecurBackward<Lane1>(table, stores, old, next, arrives, carry, adjoints, withAdjoints, readsOld, readsNew, c);
        for (var c = lanes - V.Width; c >= 0; c -= V.Width) RecurBackward<V>(table, stores, old, next, arrives, carry, adjoints, withAdjoints, readsOld, readsNew, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void RecurBackward<W>(
        FrameTable* table, Stores stores, float* old, float* next, float* arrives, float* carry, float* adjoints, bool withAdjoints, bool readsOld, bool readsNew, nint c)
        where W : unmanaged, ILane<W>
    {
        var adjoint = W.Load(carry + c);
        if (arrives != null) adjoint += W.Load(arrives + c);
        var p = readsOld ? W.Load(old + c) : default;
        var s = readsNew ? W.Load(next + c) : default;
        var frame = new Frame<W>(table, c, stores);
        TBody.AdjointCoefficients(frame, p, s, out W a, out W r);
        W.Store(W.FusedMultiplyAdd(a, adjoint, r), carry + c);
        if (withAdjoints) TBody.Adjoint(frame, p, s, adjoint);
        else W.Store(adjoint, adjoints + c);
    }

    /// <summary>a and b of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Coefficients(FrameTable* table, float* factors, float* rests, nint end)
    {
        nint c = 0;
        for (; c <= end - V.Width; c += V.Width) Coefficients<V>(table, factors, rests, c);
        for (; c < end; c++) Coefficients<Lane1>(table, factors, rests, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Coefficients<W>(FrameTable* table, float* factors, float* rests, nint c) where W : unmanaged, ILane<W>
    {
        TBody.Coefficients(new Frame<W>(table, c, default), out W a, out W b);
        W.Store(a, factors + c);
        W.Store(b, rests + c);
    }

    /// <summary>What is left of a row once its states are known: the sequence, and the outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Outputs(FrameTable* table, float* old, float* next, float* sequence, StoreMode mode, nint end)
    {
        var stores = table->Stores;
        nint c = 0;
        for (; c <= end - V.Width; c += V.Width) Outputs<V>(table, stores, old, next, sequence, mode, c);
        for (; c < end; c++) Outputs<Lane1>(table, stores, old, next, sequence, mode, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Outputs<W>(FrameTable* table, Stores stores, float* old, float* next, float* sequence, StoreMode mode, nint c) where W : unmanaged, ILane<W>
    {
        var s = W.Load(next + c);
        mode.Put(s, sequence + c);
        TBody.Outputs(new Frame<W>(table, c, stores), W.Load(old + c), s);
    }

    /// <summary>a and r of a row against the order, and what arrives at its states as a sequence (null: nothing).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AdjointCoefficients(FrameTable* table, float* old, float* next, float* arrives, float* factors, float* rests, float* adjoints, nint end)
    {
        bool readsOld = TBody.Signature.AdjointReadsOld, readsNew = TBody.Signature.AdjointReadsNew;
        var lanes = end / V.Width * V.Width;
        for (var c = end - 1; c >= lanes; c--) AdjointCoefficients<Lane1>(table, old, next, arrives, factors, rests, adjoints, readsOld, readsNew, c);
        for (var c = lanes - V.Width; c >= 0; c -= V.Width) AdjointCoefficients<V>(table, old, next, arrives, factors, rests, adjoints, readsOld, readsNew, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void AdjointCoefficients<W>(
        FrameTable* table, float* old, float* next, float* arrives, float* factors, float* rests, float* adjoints, bool readsOld, bool readsNew, nint c)
        where W : unmanaged, ILane<W>
    {
        var p = readsOld ? W.Load(old + c) : default;
        var s = readsNew ? W.Load(next + c) : default;
        TBody.AdjointCoefficients(new Frame<W>(table, c, default), p, s, out W a, out W r);
        W.Store(a, factors + c);
        W.Store(r, rests + c);
        W.Store(arrives != null ? W.Load(arrives + c) : default, adjoints + c);
    }

    /// <summary>Adjoints of the streams of a row whose c is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Adjoints(FrameTable* table, float* old, float* next, float* adjoints, nint end)
    {
        bool readsOld = TBody.Signature.AdjointReadsOld, readsNew = TBody.Signature.AdjointReadsNew;
        var stores = table->Stores;
        var lanes = end / V.Width * V.Width;
        for (var c = end - 1; c >= lanes; c--) Adjoints<Lane1>(table, stores, old, next, adjoints, readsOld, readsNew, c);
        for (var c = lanes - V.Width; c >= 0; c -= V.Width) Adjoints<V>(table, stores, old, next, adjoints, readsOld, readsNew, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Adjoints<W>(FrameTable* table, Stores stores, float* old, float* next, float* adjoints, bool readsOld, bool readsNew, nint c) where W : unmanaged, ILane<W>
    {
        var p = readsOld ? W.Load(old + c) : default;
        var s = readsNew ? W.Load(next + c) : default;
        TBody.Adjoint(new Frame<W>(table, c, stores), p, s, W.Load(adjoints + c));
    }
}
