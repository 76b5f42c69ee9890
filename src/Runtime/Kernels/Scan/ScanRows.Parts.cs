using System.Runtime.CompilerServices;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Scan;

// The parts of rows, for scans that do not walk them at once.
internal static unsafe partial class ScanRows<TBody, V>
{
    /// <summary>a and b of each row.</summary>
    public static void Coefficients(in FrameCursor cursor, float* factors, float* rests, nint end, int rows)
    {
        for (; rows > 0; rows--, factors += end, rests += end)
        {
            CoefficientsRow(cursor.Table, factors, rests, end);
            cursor.Advance();
        }
    }

    /// <summary>a and b of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void CoefficientsRow(FrameTable* table, float* factors, float* rests, nint end)
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

    /// <summary>What is left of rows once their states are known: the sequence, and the outputs.</summary>
    /// <param name="cursor">Streams and outputs at the first row; moves behind the last.</param>
    /// <param name="old">p of each row.</param>
    /// <param name="next">s of each row.</param>
    /// <param name="sequence">Receives s too, if not Discard.</param>
    /// <param name="stride">Numbers from a row of the sequence to the next.</param>
    /// <param name="mode">How.</param>
    /// <param name="end">Channels.</param>
    /// <param name="rows">How many.</param>
    public static void Outputs(in FrameCursor cursor, float* old, float* next, float* sequence, nint stride, StoreMode mode, nint end, int rows)
    {
        for (; rows > 0; rows--, old += end, next += end, sequence += stride)
        {
            OutputsRow(cursor.Table, old, next, sequence, mode, end);
            cursor.Advance();
        }
    }

    /// <summary>What is left of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OutputsRow(FrameTable* table, float* old, float* next, float* sequence, StoreMode mode, nint end)
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

    /// <summary>a and r of each row against the order, and what arrives at its states.</summary>
    /// <param name="cursor">Streams at the first row; moves behind the last.</param>
    /// <param name="trail">p and s as the forward pass had them, and what arrives, at the first row.</param>
    /// <param name="factors">Receives a, row by row.</param>
    /// <param name="rests">Receives r.</param>
    /// <param name="arrivals">Receives what arrives.</param>
    /// <param name="end">Channels.</param>
    /// <param name="rows">How many.</param>
    public static void AdjointCoefficients(in FrameCursor cursor, StateTrail trail, float* factors, float* rests, float* arrivals, nint end, int rows)
    {
        for (; rows > 0; rows--, factors += end, rests += end, arrivals += end)
        {
            AdjointCoefficientsRow(cursor.Table, trail.Old, trail.Next, trail.Arrives, factors, rests, arrivals, end);
            cursor.Advance();
            trail.Retreat();
        }
    }

    /// <summary>a and r of one row, and what arrives at its states.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AdjointCoefficientsRow(FrameTable* table, float* old, float* next, float* arrives, float* factors, float* rests, float* arrivals, nint end)
    {
        var lanes = end / V.Width * V.Width;
        for (var c = end - 1; c >= lanes; c--) AdjointCoefficients<Lane1>(table, old, next, arrives, factors, rests, arrivals, c);
        for (var c = lanes - V.Width; c >= 0; c -= V.Width) AdjointCoefficients<V>(table, old, next, arrives, factors, rests, arrivals, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void AdjointCoefficients<W>(FrameTable* table, float* old, float* next, float* arrives, float* factors, float* rests, float* arrivals, nint c)
        where W : unmanaged, ILane<W>
    {
        TBody.AdjointCoefficients(new Frame<W>(table, c, default), Old<W>(old + c), New<W>(next + c), out W a, out W r);
        W.Store(a, factors + c);
        W.Store(r, rests + c);
        W.Store(W.Load(arrives + c), arrivals + c);
    }

    /// <summary>Adjoints of the streams of rows whose c is known.</summary>
    /// <param name="cursor">Streams and adjoints at the first row; moves behind the last.</param>
    /// <param name="trail">p and s as the forward pass had them, at the first row.</param>
    /// <param name="adjoints">c, row by row.</param>
    /// <param name="end">Channels.</param>
    /// <param name="rows">How many.</param>
    public static void Adjoints(in FrameCursor cursor, StateTrail trail, float* adjoints, nint end, int rows)
    {
        for (; rows > 0; rows--, adjoints += end)
        {
            AdjointsRow(cursor.Table, trail.Old, trail.Next, adjoints, end);
            cursor.Advance();
            trail.Retreat();
        }
    }

    /// <summary>Adjoints of the streams of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AdjointsRow(FrameTable* table, float* old, float* next, float* adjoints, nint end)
    {
        var stores = table->Stores;
        var lanes = end / V.Width * V.Width;
        for (var c = end - 1; c >= lanes; c--) Adjoints<Lane1>(table, stores, old, next, adjoints, c);
        for (var c = lanes - V.Width; c >= 0; c -= V.Width) Adjoints<V>(table, stores, old, next, adjoints, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Adjoints<W>(FrameTable* table, Stores stores, float* old, float* next, float* adjoints, nint c) where W : unmanaged, ILane<W>
        => TBody.Adjoint(new Frame<W>(table, c, stores), Old<W>(old + c), New<W>(next + c), W.Load(adjoints + c));
}
