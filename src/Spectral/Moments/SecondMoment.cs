using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>M = E[y_t ⊗ S₂(x_t)], (d_y, d_x, d_x), of which the upper triangles are summed.</summary>
sealed class SecondMoment(IScoreFunction score, int outputs) : Moment(score.Reach, score.Reach)
{
    readonly int triangle = score.Inputs * (score.Inputs + 1) / 2;
    readonly CrossSums cross = new(outputs, score.Inputs * (score.Inputs + 1) / 2, shared: true);

    public override int Size => cross.Size;

    public override int Scratch => triangle * Block.Capacity;

    public override void Add(Block block, Span<double> scratch, Span<double> sums)
    {
        Span<double> second = scratch[..(triangle * block.Count)];
        score.Second(block.Inputs, second);
        cross.Add(block.Outputs, second, block.Count, sums);
    }

    /// <summary>M of the data.</summary>
    public SymmetricSlices Estimate(double[] sums)
    {
        var (mean, error) = cross.Estimate(sums);
        return new([.. mean.EnumerateRows().Select(Symmetric)], [.. error.EnumerateRows().Select(Symmetric)]);
    }

    Matrix<double> Symmetric(Vector<double> upper)
    {
        int size = score.Inputs;
        int At(int i, int j) => i * size - i * (i - 1) / 2 + j - i;
        return Matrix<double>.Build.Dense(size, size, (i, j) => upper[At(Math.Min(i, j), Math.Max(i, j))]);
    }
}
