namespace Recurve.Spectral;

/// <summary>The polynomial f of h_t = f(A1 x_t + U h_{t−1}).</summary>
public enum Activation
{
    /// <summary>f(v) = v², elementwise.</summary>
    Quadratic,

    /// <summary>f(v) = v.</summary>
    Linear,
}
