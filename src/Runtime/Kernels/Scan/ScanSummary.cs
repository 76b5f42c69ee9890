using System.Numerics;

namespace Recurve.Kernels.Scan;

/// <summary>
/// What a tile does to the carry, per channel: x ↦ P x + R. Composed in single precision over at most <see cref="GatherRows"/> rows, and from
/// there in double precision. A reset inside cuts the tile, which then is the constant R.
/// </summary>
/// <remarks>
/// P is kept as a sum of two floats: where every a is close to one, the rounding of their product leans to one side, and a carry that
/// lives for thousands of steps would show it (2e-5 at a in (0.9999, 1), against 3e-6 of the serial loop).
/// </remarks>
internal unsafe struct ScanSummary
{
    public const int GatherRows = 64;

    /// <summary>Rows composed at once: those of a kilobyte. More would leave the order in which memory is fetched ahead.</summary>
    public readonly int GroupRows;

    // below this nothing overflows by the rounding of the few operations behind a bound
    const double Safe = 1e38;

    const int WidestLane = 16;

    /// <summary>R, P and what rounding took from P, over the rows since the last gathering.</summary>
    public readonly float* Rests, Products, Errors;

    /// <summary>In one lane of any width, the sum of all |P| and |R| on the way, which no one of them exceeds.</summary>
    public readonly float* Magnitudes;

    readonly double* product, rest;
    readonly int width;
    double bound;
    int pending;
    bool isCut;

    public ScanSummary(Scratch scratch, int width)
    {
        this.width = width;
        GroupRows = Math.Clamp(256 / width, 1, 8);
        Magnitudes = scratch.Take<float>(WidestLane);
        Rests = scratch.Take<float>(width);
        Products = scratch.Take<float>(width);
        Errors = scratch.Take<float>(width);
        product = scratch.Take<double>(width);
        rest = scratch.Take<double>(width);
        new Span<double>(product, width).Fill(1);
        new Span<double>(rest, width).Clear();
        StartRows();
    }

    /// <summary>After a group of rows.</summary>
    public void NextRows(int count)
    {
        pending += count;
        if (pending + GroupRows > GatherRows) Gather();
    }

    /// <summary>From here on the tile starts from <paramref name="value"/> (null: zeros), whatever the carry.</summary>
    public void Cut(float* value)
    {
        isCut = true;
        StartRows();
        bound = 0;
        new Span<double>(product, width).Clear();
        for (var c = 0; c < width; c++) rest[c] = value == null ? 0 : value[c];
    }

    /// <summary>
    /// The carry behind the tile, and whether it holds in every channel. Where P or R overflows, or a value inside the tile
    /// could, the composition may differ from the serial loop in what is finite (10³⁹ · 0): such channels must take the carry from the
    /// tile run serially. They are marked by NaN.
    /// </summary>
    public bool TryFold(double* carry, double* behind)
    {
        Gather();
        double largest = 0;
        for (var c = 0; c < width && !isCut; c++)
            if (double.IsFinite(carry[c])) largest = Math.Max(largest, Math.Abs(carry[c]));
        var isBounded = bound * (largest + 1) < Safe;
        var holds = true;
        for (var c = 0; c < width; c++)
        {
            // a cut tile does not see the carry; 0 · ∞ must not bring it back
            behind[c] = isCut ? rest[c] : product[c] * carry[c] + rest[c];
            if (isBounded && double.IsFinite(behind[c])) continue;
            behind[c] = double.NaN;
            holds = false;
        }
        return holds;
    }

    void Gather()
    {
        if (pending == 0) return;
        // |x| inside these rows ≤ greatest (|carry into them| + 1), and that carry ≤ max(|P|, |R|) (|carry into the tile| + 1)
        double greatest = 1, largest = 0;
        for (var i = 0; i < WidestLane; i++) greatest += Magnitudes[i];
        var c = 0;
        var most = Vector<double>.Zero;
        for (; c <= width - Vector<float>.Count; c += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(Products + c), out var firstProduct, out var nextProduct);
            Vector.Widen(Vector.Load(Errors + c), out var firstError, out var nextError);
            Vector.Widen(Vector.Load(Rests + c), out var firstRest, out var nextRest);
            Compose(firstProduct + firstError, firstRest, c, ref most);
            Compose(nextProduct + nextError, nextRest, c + Vector<double>.Count, ref most);
        }
        for (var i = 0; i < Vector<double>.Count; i++) largest = Math.Max(largest, most[i]);
        for (; c < width; c++)
        {
            largest = Math.Max(largest, Math.Max(Math.Abs(product[c]), Math.Abs(rest[c])));
            rest[c] = ((double)Products[c] + Errors[c]) * rest[c] + Rests[c];
            product[c] *= (double)Products[c] + Errors[c];
        }
        bound = Math.Max(bound, greatest * (largest + 1));
        StartRows();
    }

    readonly void Compose(Vector<double> p, Vector<double> r, int c, ref Vector<double> most)
    {
        Vector<double> before = Vector.Load(product + c), behind = Vector.Load(rest + c);
        most = Vector.Max(most, Vector.Max(Vector.Abs(before), Vector.Abs(behind)));
        Vector.Store(p * behind + r, rest + c);
        Vector.Store(p * before, product + c);
    }

    void StartRows()
    {
        new Span<float>(Products, width).Fill(1);
        new Span<float>(Errors, width).Clear();
        new Span<float>(Rests, width).Clear();
        new Span<float>(Magnitudes, WidestLane).Clear();
        pending = 0;
    }
}
