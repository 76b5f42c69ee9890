using System.Runtime.CompilerServices;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Scan;

/// <summary>A row of a tile that is being summarised; Old, Next and Arrives in the backward pass only.</summary>
internal unsafe struct ScanRow
{
    public FrameTable* Table;
    public float* Old, Next, Arrives;
}

/// <summary>
/// Composes a few rows at once with the summary of the rows walked before them, whose registers are then loaded and stored once for all:
/// s_t = P s_0 + R forward, δ_t = P c_end + R backward.
/// </summary>
internal static unsafe class ScanSummaryRows<TBody, V>
    where TBody : struct, IScanBody
    where V : unmanaged, ILane<V>
{
    /// <param name="rows">The rows, in the order of the walk.</param>
    /// <param name="count">How many.</param>
    /// <param name="summary">Of the rows walked before; receives that of these too.</param>
    /// <param name="width">Channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(ScanRow* rows, int count, in ScanSummary summary, nint width)
    {
        float* product = summary.Products, error = summary.Errors, rest = summary.Rests, magnitude = summary.Magnitudes;
        V lanes = V.Load(magnitude);
        Lane1 left = 0;
        nint c = 0;
        for (; c <= width - V.Width; c += V.Width)
            lanes += Forward<V>(rows, count, product, error, rest, c);
        for (; c < width; c++) left += Forward<Lane1>(rows, count, product, error, rest, c);
        V.Store(lanes, magnitude);
        Lane1.Store(left + Lane1.Load(magnitude), magnitude);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static W Forward<W>(ScanRow* rows, int count, float* product, float* error, float* rest, nint c) where W : unmanaged, ILane<W>
    {
        W p = W.Load(product + c), e = W.Load(error + c), r = W.Load(rest + c), magnitude = 0;
        for (var end = rows + count; rows < end; rows++)
        {
            TBody.Coefficients(new Frame<W>(rows->Table, c, default), out W a, out W b);
            Compose(a, b, ref p, ref e, ref r, ref magnitude);
        }
        W.Store(p, product + c);
        W.Store(e, error + c);
        W.Store(r, rest + c);
        return magnitude;
    }

    /// <summary>The same against the order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(ScanRow* rows, int count, in ScanSummary summary, nint width)
    {
        // here and not in the loop, where asking whether a static exists costs the registers
        bool old = TBody.Signature.AdjointReadsOld, next = TBody.Signature.AdjointReadsNew;
        var whole = width / V.Width * V.Width;
        float* product = summary.Products, error = summary.Errors, rest = summary.Rests, magnitude = summary.Magnitudes;
        V lanes = V.Load(magnitude);
        Lane1 left = 0;
        for (var c = width - 1; c >= whole; c--) left += Backward<Lane1>(rows, count, old, next, product, error, rest, c);
        for (var c = whole - V.Width; c >= 0; c -= V.Width)
            lanes += Backward<V>(rows, count, old, next, product, error, rest, c);
        V.Store(lanes, magnitude);
        Lane1.Store(left + Lane1.Load(magnitude), magnitude);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static W Backward<W>(ScanRow* rows, int count, bool readsOld, bool readsNew, float* product, float* error, float* rest, nint c) where W : unmanaged, ILane<W>
    {
        W p = W.Load(product + c), e = W.Load(error + c), r = W.Load(rest + c), magnitude = 0;
        for (var end = rows + count; rows < end; rows++)
        {
            W old = readsOld ? W.Load(rows->Old + c) : default, next = readsNew ? W.Load(rows->Next + c) : default;
            TBody.AdjointCoefficients(new Frame<W>(rows->Table, c, default), old, next, out W a, out W b);
            if (rows->Arrives != null) b = W.FusedMultiplyAdd(a, W.Load(rows->Arrives + c), b);
            Compose(a, b, ref p, ref e, ref r, ref magnitude);
        }
        W.Store(p, product + c);
        W.Store(e, error + c);
        W.Store(r, rest + c);
        return magnitude;
    }

    // P is product + error: what rounding takes from the product goes to the error
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Compose<W>(W a, W b, ref W product, ref W error, ref W rest, ref W magnitude) where W : unmanaged, ILane<W>
    {
        var after = product * a;
        error = W.FusedMultiplyAdd(error, a, W.FusedMultiplyAdd(product, a, -after));
        product = after;
        rest = W.FusedMultiplyAdd(a, rest, b);
        magnitude += W.Abs(rest) + W.Abs(after);
    }
}
