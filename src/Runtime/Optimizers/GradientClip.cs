namespace Recurve;

/// <summary>Keeps gradients from exploding (Pascanu et al. 2013).</summary>
public static class GradientClip
{
    /// <summary>
    /// Scales all gradients together so that their joint Euclidean norm is at most <paramref name="maxNorm"/>:
    /// by min(1, maxNorm / (norm + 1e-6)), as <c>clip_grad_norm_</c>. Parameters without a gradient do not count.
    /// </summary>
    /// <returns>The norm before, in float64; NaN or infinite where a gradient is.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> is negative or NaN.</exception>
    public static double ByNorm(IEnumerable<Parameter> parameters, double maxNorm)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(maxNorm >= 0)) throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm, "Expected a number not below 0.");
        Tensor[] gradients = [.. parameters.Select(p => p.Grad).OfType<Tensor>()];
        var norm = Math.Sqrt(gradients.Sum(Elementwise.SumOfSquares));
        var factor = maxNorm / (norm + 1e-6);
        if (factor >= 1) return norm;
        foreach (var gradient in gradients) Elementwise.Multiply(gradient, (float)factor, gradient, null);
        return norm;
    }
}
