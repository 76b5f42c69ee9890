using Recurve.Kernels;

namespace Recurve.Devices;

/// <summary>
/// A library's matrix products, where a device has them: in single precision throughout, and the same bits on every run. Such libraries know matrices that lie column by column; rows one
/// after the other are, so read, the transposed matrix: c = a B is asked for as cᵀ = Bᵀ aᵀ.
/// </summary>
internal abstract class ProductLibrary
{
    /// <summary>What it is called.</summary>
    public abstract string Name { get; }

    /// <summary>c[row, columns] = a[row, inner] · B, or += with <paramref name="accumulate"/>; false: not for rows that lie so, and nothing was done.</summary>
    /// <param name="c">Rows written.</param>
    /// <param name="a">Rows read.</param>
    /// <param name="b">B (inner, columns), or Bᵀ (columns, inner) with <paramref name="transposed"/>; row by row.</param>
    /// <param name="space">Which rows.</param>
    /// <param name="inner">Columns of a.</param>
    /// <param name="columns">Columns of c.</param>
    /// <param name="transposed">Whether B is given by columns.</param>
    /// <param name="accumulate">Whether c is added to.</param>
    public bool TryMultiply(Rows c, Rows a, nint b, RowSpace space, int inner, int columns, bool transposed, bool accumulate)
    {
        if (inner == 0 || RowLattice.Of(space, c, columns, a, inner) is not var (to, from)) return false;
        Multiply(transposed, false, columns, (int)to.Rows, inner, new(b, 0, transposed ? inner : columns, 1, 0), from, accumulate ? 1 : 0, to);
        return true;
    }

    /// <summary>
    /// Parts of Σ over rows of a[row, m] · b[row, n]: each over <paramref name="partRows"/> rows, the last over what is left; false: not for rows that lie so, and nothing was done.
    /// </summary>
    /// <param name="parts">(part, m, n) in single precision.</param>
    /// <param name="a">Rows as wide as <paramref name="aWidth"/>.</param>
    /// <param name="aWidth">m.</param>
    /// <param name="b">Rows as wide as <paramref name="bWidth"/>.</param>
    /// <param name="bWidth">n.</param>
    /// <param name="space">Which rows.</param>
    /// <param name="partRows">Rows of a part.</param>
    public bool TryMultiplyTransposed(nint parts, Rows a, int aWidth, Rows b, int bWidth, RowSpace space, long partRows)
    {
        if (RowLattice.Of(space, a, aWidth, b, bWidth) is not var (left, right) || left.Matrices > 1) return false;
        var (whole, rest) = ((int)(left.Rows / partRows), (int)(left.Rows % partRows));
        if (whole > 0) Part(0, partRows, whole);
        if (rest > 0) Part(whole, rest, 1);
        return true;

        void Part(long first, long rows, int count)
        {
            RowLattice Cut(RowLattice of) => of with
            {
                Start = of.Start + (nint)(first * partRows * of.Apart * sizeof(float)),
                Matrices = count,
                MatrixApart = partRows * of.Apart,
            };
            var size = (long)aWidth * bWidth;
            Multiply(false, true, bWidth, aWidth, (int)rows, Cut(right), Cut(left), 0, new(parts + (nint)(first * size * sizeof(float)), aWidth, bWidth, count, size));
        }
    }

    /// <summary>c (m, n) = a (m, k) · b (k, n) + beta c, column by column, for each of the matrices of c; of b there are as many, of a as many or one.</summary>
    /// <param name="transposedA">Whether a lies as (k, m).</param>
    /// <param name="transposedB">Whether b lies as (n, k).</param>
    /// <param name="m">Rows of c.</param>
    /// <param name="n">Columns of c.</param>
    /// <param name="k">What is summed over.</param>
    /// <param name="a">Its columns.</param>
    /// <param name="b">Its columns.</param>
    /// <param name="beta">0 or 1; with 0 nothing is read of c.</param>
    /// <param name="c">Its columns.</param>
    protected abstract void Multiply(bool transposedA, bool transposedB, int m, int n, int k, RowLattice a, RowLattice b, float beta, RowLattice c);
}
