using Recurve.Kernels;

namespace Recurve.Devices;

/// <summary>A vendor's matrix products, where a device has them: in single precision throughout, and the same bits on every run.</summary>
internal interface IProductLibrary
{
    /// <summary>c[row, columns] = a[row, inner] · B, or += with <paramref name="accumulate"/>; false: not for rows that lie so, and nothing was done.</summary>
    /// <param name="c">Rows written.</param>
    /// <param name="a">Rows read.</param>
    /// <param name="b">B (inner, columns), or Bᵀ (columns, inner) with <paramref name="transposed"/>; row by row.</param>
    /// <param name="space">Which rows.</param>
    /// <param name="inner">Columns of a.</param>
    /// <param name="columns">Columns of c.</param>
    /// <param name="transposed">Whether B is given by columns.</param>
    /// <param name="accumulate">Whether c is added to.</param>
    bool TryMultiply(Rows c, Rows a, nint b, RowSpace space, int inner, int columns, bool transposed, bool accumulate);

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
    bool TryMultiplyTransposed(nint parts, Rows a, int aWidth, Rows b, int bWidth, RowSpace space, long partRows);
}
