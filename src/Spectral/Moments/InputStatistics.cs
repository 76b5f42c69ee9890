using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>Means and covariances of inputs and of their predecessors: what a Gaussian score is fitted from.</summary>
sealed class InputStatistics
{
    readonly int size;
    readonly Matrix<double> moments;

    InputStatistics(int size, Matrix<double> moments) => (this.size, this.moments) = (size, moments);

    /// <summary>Reads the data once.</summary>
    /// <param name="data">Of which only the inputs are looked at.</param>
    /// <param name="lags">How many predecessors of a step are looked at.</param>
    /// <param name="pass">How to read.</param>
    public static InputStatistics Of(ISequenceSource data, int lags, DataPass pass)
    {
        ProductMoment moment = new(data.Inputs, lags);
        double[] sums = pass.Sum(data, moment, "input statistics");
        int parameters = data.Inputs * (1 + lags) + 1;
        if (sums[0] <= parameters)
            throw new SpectralException(SpectralProblem.TooFewSamples, $"A Gaussian density of {data.Inputs} inputs and {lags} predecessors needs more than {parameters} steps", sums[0], parameters + 1);
        return new(data.Inputs, Matrix<double>.Build.Dense(parameters, parameters, sums) / sums[0]);
    }

    /// <summary>Mean of the inputs <paramref name="lag"/> steps back.</summary>
    public Vector<double> Mean(int lag) => moments.Row(0, 1 + lag * size, size);

    /// <summary>E[z_{t−a} z_{t−b}ᵀ], centred.</summary>
    public Matrix<double> Covariance(int a, int b) => moments.SubMatrix(1 + a * size, size, 1 + b * size, size) - Mean(a).OuterProduct(Mean(b));

    /// <summary>Σ z zᵀ with z = (1, x_t, x_{t−1}, …).</summary>
    sealed class ProductMoment(int inputs, int lags) : Moment(lags, 0)
    {
        readonly int width = inputs * (1 + lags) + 1;

        public override int Size => width * width;

        public override int Scratch => width * Block.Capacity;

        public override void Add(Block block, Span<double> scratch, Span<double> sums)
        {
            int n = block.Count;
            scratch[..n].Fill(1);
            for (int lag = 0, row = 1; lag <= Before; lag++)
                for (int k = 0; k < inputs; k++, row++) block.Inputs[k, -lag].CopyTo(Rows.Of(scratch, row, n));
            for (int i = 0; i < width; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double product = Rows.Dot(Rows.Of(scratch, i, n), Rows.Of(scratch, j, n));
                    sums[i * width + j] += product;
                    if (i != j) sums[j * width + i] += product;
                }
            }
        }
    }
}
