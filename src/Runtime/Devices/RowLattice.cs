using Recurve.Kernels;

namespace Recurve.Devices;

/// <summary>Rows the same distance apart, in one or several matrices the same distance apart: what a library of products knows.</summary>
/// <param name="Start">The first row.</param>
/// <param name="Rows">Of each matrix.</param>
/// <param name="Apart">Floats from row to row.</param>
/// <param name="Matrices">How many.</param>
/// <param name="MatrixApart">Floats from matrix to matrix.</param>
internal readonly record struct RowLattice(nint Start, long Rows, long Apart, long Matrices, long MatrixApart)
{
    /// <summary>Two sets of rows of one space, both as few matrices as both allow; null: rows are left out, or lie over each other.</summary>
    /// <param name="space">Which rows.</param>
    /// <param name="first">Rows.</param>
    /// <param name="firstWidth">As wide.</param>
    /// <param name="second">Other rows.</param>
    /// <param name="secondWidth">As wide.</param>
    public static (RowLattice First, RowLattice Second)? Of(RowSpace space, Rows first, int firstWidth, Rows second, int secondWidth)
    {
        if (space.Lengths != 0) return null;
        var isJoined = Joins(first) && Joins(second);
        return Of(first, firstWidth) is { } one && Of(second, secondWidth) is { } other ? (one, other) : null;

        // one batch's rows go on where those of the batch before end
        bool Joins(Rows rows) => rows.BatchStride == space.Steps * rows.StepStride;

        RowLattice? Of(Rows rows, int width)
        {
            var start = rows.Start + (nint)(space.First * rows.StepStride * sizeof(float));
            RowLattice lattice = space.Batches == 1 ? new(start, space.Steps, rows.StepStride, 1, 0)
                : space.Steps == 1 ? new(start, space.Batches, rows.BatchStride, 1, 0)
                : isJoined ? new(start, space.Rows, rows.StepStride, 1, 0)
                : new(start, space.Steps, rows.StepStride, space.Batches, rows.BatchStride);
            if (lattice.Rows == 1) lattice = lattice with { Apart = Math.Max(lattice.Apart, width) };
            return lattice.Apart >= width && Math.Max(lattice.Rows, Math.Max(lattice.Apart, lattice.Matrices)) <= int.MaxValue ? lattice : null;
        }
    }
}
