using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>G_k = E[y_t ⊗ S₁(x_{t−k})] for k = −after … before, (d_y, d_x) each: a linear network's impulse response.</summary>
sealed class LagMoment(IScoreFunction score, int outputs, int before, int after) : Moment(score.Reach + before, score.Reach + after)
{
    readonly int lags = before + 1 + after;
    readonly CrossSums cross = new(outputs, score.Inputs * (before + 1 + after), shared: true);

    public override int Size => cross.Size;

    public override int Scratch => score.Inputs * (before + Block.Capacity + after + lags * Block.Capacity);

    public override void Add(Block block, Span<double> scratch, Span<double> sums)
    {
        int n = block.Count, stride = before + n + after;
        Span<double> scores = scratch[..(score.Inputs * stride)], features = scratch.Slice(scores.Length, score.Inputs * lags * n);
        score.First(block.Inputs.Range(-before, stride), scores);
        for (int lag = 0; lag < lags; lag++)
            for (int k = 0; k < score.Inputs; k++) scores.Slice(k * stride + lags - 1 - lag, n).CopyTo(Rows.Of(features, lag * score.Inputs + k, n));
        cross.Add(block.Outputs, features, n, sums);
    }

    /// <summary>G_k by its lag, from −after to before, with the standard errors of its entries.</summary>
    public LinearRecovery.ImpulseResponse Estimate(double[] sums)
    {
        var (mean, error) = cross.Estimate(sums);
        Matrix<double> Lag(Matrix<double> all, int k) => all.SubMatrix(0, outputs, (k + after) * score.Inputs, score.Inputs);
        return k => (Lag(mean, k), Lag(error, k));
    }
}
