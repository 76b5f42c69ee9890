using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Recurve.Spectral;

namespace Recurve.SpectralRnn;

/// <summary>What a linear network does to an oscillation, H(ω) = Σ_k G_k e^{−iωk}: the same in every basis of the state.</summary>
static class TransferFunction
{
    const int Frequencies = 128;

    /// <summary>The largest ‖H − Ĥ‖ over frequencies in [0, π], in units of the largest ‖H‖ (Frobenius).</summary>
    public static double Error(IoRnnParameters[] truth, IoRnnParameters[] found)
    {
        double[] frequencies = [.. Enumerable.Range(0, Frequencies).Select(i => Math.PI * i / (Frequencies - 1))];
        return frequencies.Max(w => (At(truth, w) - At(found, w)).FrobeniusNorm()) / frequencies.Max(w => At(truth, w).FrobeniusNorm());
    }

    /// <summary>H(ω), (d_y, d_x): A2ᵀ (I − U e^{−iω})⁻¹ A1, and with e^{iω} for the half that walks backward.</summary>
    static Matrix<Complex> At(IoRnnParameters[] halves, double frequency) => halves.Select((half, side) =>
    {
        Complex step = Complex.FromPolarCoordinates(1, side == 0 ? -frequency : frequency);
        Matrix<Complex> state = Matrix<Complex>.Build.DenseIdentity(half.Units) - half.U.ToComplex() * step;
        return half.A2.ToComplex().Transpose() * state.Solve(half.A1.ToComplex());
    }).Aggregate((a, b) => a + b);
}
