using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>One Gaussian of a mixture.</summary>
/// <param name="Weight">Its share, positive; shares need not add up to 1.</param>
/// <param name="Mean">d_x.</param>
/// <param name="Covariance">(d_x, d_x), positive definite.</param>
public sealed record MixtureComponent(double Weight, Vector<double> Mean, Matrix<double> Covariance);

/// <summary>
/// Scores of independent steps of a Gaussian mixture p = Σ_c w_c N(μ_c, Σ_c): with r_c the posterior share of component c and u_c = Σ_c⁻¹ (x − μ_c), S₁ = Σ_c r_c u_c and
/// S₂ = Σ_c r_c (u_c u_cᵀ − Σ_c⁻¹).
/// </summary>
public sealed class GaussianMixtureScore : IndependentScore
{
    readonly MixtureComponent[] components;
    readonly Matrix<double>[] precisions;
    readonly double[] logWeights;

    /// <summary>A mixture that is known.</summary>
    /// <exception cref="ArgumentException">There is no component, sizes differ, a weight is not positive, or a covariance is not symmetric and positive definite.</exception>
    public GaussianMixtureScore(params MixtureComponent[] components)
    {
        ArgumentNullException.ThrowIfNull(components);
        if (components.Length == 0) throw new ArgumentException("A mixture needs a component.", nameof(components));
        if (Array.Find(components, c => !(c.Weight > 0 && double.IsFinite(c.Weight))) is { } wrong)
            throw new ArgumentException($"The weight of a component must be above 0, but is {wrong.Weight}.", nameof(components));
        if (components.Select(c => c.Mean.Count).Distinct().Count() > 1)
            throw new ArgumentException($"The means of the components have sizes {string.Join(", ", components.Select(c => c.Mean.Count))}; they must be equal.", nameof(components));
        this.components = components;
        precisions = [.. components.Select(c => PrecisionMatrix.Of(c.Covariance, c.Mean.Count, nameof(components)))];
        logWeights = [.. components.Select((c, i) => Math.Log(c.Weight) + 0.5 * precisions[i].Cholesky().DeterminantLn)];
    }

    /// <inheritdoc/>
    public override int Inputs => components[0].Mean.Count;

    /// <inheritdoc/>
    public override void First(Steps x, Span<double> s) => Scores(x, s, first: true);

    /// <inheritdoc/>
    public override void Second(Steps x, Span<double> s) => Scores(x, s, first: false);

    void Scores(Steps x, Span<double> s, bool first)
    {
        int n = x.Count, count = components.Length;
        double[] u = new double[count * Inputs * n], shares = new double[count * n], product = new double[n];
        for (int c = 0; c < count; c++) Component(x, c, u.AsSpan(c * Inputs * n, Inputs * n), Rows.Of(shares.AsSpan(), c, n));
        Normalise(shares, n);
        s.Clear();
        for (int c = 0; c < count; c++)
        {
            ReadOnlySpan<double> of = u.AsSpan(c * Inputs * n, Inputs * n), share = Rows.Of(shares.AsSpan(), c, n);
            for (int i = 0, entry = 0; i < Inputs; i++)
            {
                if (first) Rows.AddProduct(share, Rows.Of(of, i, n), Rows.Of(s, i, n));
                for (int j = i; !first && j < Inputs; j++, entry++)
                {
                    Rows.Product(Rows.Of(of, i, n), Rows.Of(of, j, n), -precisions[c][i, j], product);
                    Rows.AddProduct(share, product, Rows.Of(s, entry, n));
                }
            }
        }
    }

    /// <summary>u_c and the logarithm of w_c N(x; μ_c, Σ_c) without its constant.</summary>
    void Component(Steps x, int c, Span<double> u, Span<double> logDensity)
    {
        int n = x.Count;
        Vector<double> offset = precisions[c] * components[c].Mean;
        logDensity.Fill(logWeights[c]);
        for (int i = 0; i < Inputs; i++)
        {
            Span<double> row = Rows.Of(u, i, n);
            ReadOnlySpan<double> feature = x[i];
            row.Fill(-offset[i]);
            for (int k = 0; k < Inputs; k++) Rows.Add(precisions[c][i, k], x[k], row);
            // −½ (x − μ) · u
            Rows.Add(0.5 * components[c].Mean[i], row, logDensity);
            for (int t = 0; t < n; t++) logDensity[t] -= 0.5 * feature[t] * row[t];
        }
    }

    /// <summary>exp(l_c) / Σ exp(l), without overflow.</summary>
    static void Normalise(Span<double> logarithms, int n)
    {
        for (int t = 0; t < n; t++)
        {
            double largest = double.NegativeInfinity, sum = 0;
            for (int i = t; i < logarithms.Length; i += n) largest = Math.Max(largest, logarithms[i]);
            for (int i = t; i < logarithms.Length; i += n) sum += logarithms[i] = Math.Exp(logarithms[i] - largest);
            for (int i = t; i < logarithms.Length; i += n) logarithms[i] /= sum;
        }
    }
}
