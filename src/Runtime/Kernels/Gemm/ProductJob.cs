namespace Recurve.Kernels.Gemm;

/// <summary>One product divided over the cores: blocks of rows; where these are few, groups of panels too. A result does not show how it was divided.</summary>
sealed class ProductJob
{
    readonly Action<int> run;
    Operands operands;
    PackedMatrix b = null!;
    long rows, blockRows;
    int groups, panels;

    // kept, so that a call allocates nothing
    public ProductJob() => run = Run;

    /// <summary>All rows of <paramref name="operands"/> against all panels of <paramref name="b"/>.</summary>
    public void Execute(in Operands operands, PackedMatrix b, long rows)
    {
        (this.operands, this.b, this.rows) = (operands, b, rows);
        blockRows = Math.Clamp(rows / (4 * Workers.Count) / 24 * 24, 48, 480);
        int blocks = checked((int)((rows + blockRows - 1) / blockRows));
        panels = b.FullPanels + 1;
        groups = Math.Clamp(2 * Workers.Count / blocks, 1, (panels + 1) / 2);
        Workers.For(blocks * groups, run);
        this.b = null!;
    }

    unsafe void Run(int task)
    {
        long row = task / groups * blockRows;
        int group = task % groups;
        Operands x = operands;
        x.A += row * x.RowStride;
        x.C += row * x.StrideC;
        MatrixProduct.MultiplyPanels(x, b, Math.Min(blockRows, rows - row), panels * group / groups, panels * (group + 1) / groups);
    }
}
