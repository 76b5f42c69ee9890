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
    static readonly bool readsOld = TBody.Signature.AdjointReadsOld;
    static readonly bool readsNew = TBody.Signature.AdjointReadsNew;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(ScanRow* rows, int count, in ScanSummary summary, nint width)
    {
        float* product = summary.Products, error = summary.Errors, rest = summary.Rests, greatest = summary.Greatest;
        var (lanes, left) = (V.Load(greatest), Lane1.Load(greatest));
        nint c = 0;
        for (; c <= width - V.Width; c += V.Width) lanes = V.GreaterElseRight(Forward<V>(rows, count, product, error, rest, c), lanes);
        for (; c < width; c++) left = Lane1.GreaterElseRight(Forward<Lane1>(rows, count, product, error, rest, c), left);
        V.Store(lanes, greatest);
        Lane1.Store(Lane1.GreaterElseRight(left, Lane1.Load(greatest)), greatest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static W Forward<W>(ScanRow* rows, int count, float* product, float* error, float* rest, nint c) where W : unmanaged, ILane<W>
    {
        W p = W.Load(product + c), e = W.Load(error + c), r = W.Load(rest + c), greatest = 0;
        for (var end = rows + count; rows < end; rows++)
        {
            TBody.Coefficients(new Frame<W>(rows->Table, c), out W a, out W b);
            Compose(a, b, ref p, ref e, ref r, ref greatest);
        }
        W.Store(p, product + c);
        W.Store(e, error + c);
        W.Store(r, rest + c);
        return greatest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(ScanRow* rows, int count, in ScanSummary summary, nint width)
    {
        var whole = width / V.Width * V.Width;
        float* product = summary.Products, error = summary.Errors, rest = summary.Rests, greatest = summary.Greatest;
        var (lanes, left) = (V.Load(greatest), Lane1.Load(greatest));
        for (var c = width - 1; c >= whole; c--) left = Lane1.GreaterElseRight(Backward<Lane1>(rows, count, product, error, rest, c), left);
        for (var c = whole - V.Width; c >= 0; c -= V.Width)
            lanes = V.GreaterElseRight(Backward<V>(rows, count, product, error, rest, c), lanes);
        V.Store(lanes, greatest);
        Lane1.Store(Lane1.GreaterElseRight(left, Lane1.Load(greatest)), greatest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static W Backward<W>(ScanRow* rows, int count, float* product, float* error, float* rest, nint c) where W : unmanaged, ILane<W>
    {
        W p = W.Load(product + c), e = W.Load(error + c), r = W.Load(rest + c), greatest = 0;
        for (var end = rows + count; rows < end; rows++)
        {
            var old = readsOld ? W.Load(rows->Old + c) : default;
            var next = readsNew ? W.Load(rows->Next + c) : default;
            TBody.AdjointCoefficients(new Frame<W>(rows->Table, c), old, next, out W a, out W b);
            if (rows->Arrives != null) b = W.FusedMultiplyAdd(a, W.Load(rows->Arrives + c), b);
            Compose(a, b, ref p, ref e, ref r, ref greatest);
        }
        W.Store(p, product + c);
        W.Store(e, error + c);
        W.Store(r, rest + c);
        return greatest;
    }

    // P is product + error: what rounding takes from the product goes to the error
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Compose<W>(W a, W b, ref W product, ref W error, ref W rest, ref W greatest) where W : unmanaged, ILane<W>
    {
        var after = product * a;
        error = W.FusedMultiplyAdd(error, a, W.FusedMultiplyAdd(product, a, -after));
        product = after;
        rest = W.FusedMultiplyAdd(a, rest, b);
        greatest = W.GreaterElseRight(W.Abs(rest), W.GreaterElseRight(W.Abs(after), greatest));
    }
}
