namespace Recurve.Kernels.Scan;

/// <summary>
/// What a tile does to the carry, per channel: x ↦ P x + R. A reset inside cuts it: the tile then is the constant R.
/// </summary>
internal unsafe struct ScanSummary
{
    // an intermediate below this cannot overflow by the rounding of the few operations behind its bound
    const double Safe = 1e38;

    public float* Product, Rest, Greatest;
    public bool IsCut;

    public ScanSummary(Scratch scratch, int width)
    {
        Product = scratch.Take<float>(width);
        Rest = scratch.Take<float>(width);
        Greatest = scratch.Take<float>(width);
        new Span<float>(Product, width).Fill(1);
        new Span<float>(Rest, width).Clear();
        new Span<float>(Greatest, width).Fill(1);
    }

    /// <summary>From here on the tile starts from <paramref name="value"/> (null: zeros), whatever the carry.</summary>
    public void Cut(float* value, int width)
    {
        IsCut = true;
        new Span<float>(Product, width).Clear();
        if (value == null) new Span<float>(Rest, width).Clear();
        else new Span<float>(value, width).CopyTo(new(Rest, width));
    }

    /// <summary>
    /// The carry behind the tile, in double precision, and whether it holds in every channel. Where the product or the rest overflows, or
    /// a value inside the tile could, the composition may differ from the serial loop in what is finite (10³⁹ · 0): such channels must
    /// take the carry from the tile run serially. They are marked by NaN.
    /// </summary>
    public readonly bool TryFold(double* carry, double* behind, int width)
    {
        var holds = true;
        for (var c = 0; c < width; c++)
        {
            if (IsCut)
            {
                behind[c] = Rest[c];
                continue;
            }
            var isSafe = float.IsFinite(Product[c]) && float.IsFinite(Rest[c]) && Greatest[c] * (Math.Abs(carry[c]) + 1) < Safe;
            behind[c] = isSafe ? (double)Product[c] * carry[c] + Rest[c] : double.NaN;
            holds &= isSafe;
        }
        return holds;
    }
}
