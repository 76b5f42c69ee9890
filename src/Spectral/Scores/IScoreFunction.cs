using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>
/// Score functions of the joint density p of a sequence's inputs (Sedghi and Anandkumar 2016, section 3; Janzamin et al. 2014): S_m = (−1)^m ∇^m p / p, with
/// derivatives by the inputs of a step and of its neighbour. For a function g of the inputs, E[g ⊗ S_m] = E[∇^m g].
/// Each method fills rows of n numbers, one for each step it is given, and may be called by several threads at once.
/// </summary>
public interface IScoreFunction
{
    /// <summary>d_x.</summary>
    int Inputs { get; }

    /// <summary>How many steps on either side of t the scores at t depend on: 0 for independent steps, 1 for a Markov chain.</summary>
    int Reach { get; }

    /// <summary>S₁ = −∇_t log p.</summary>
    /// <param name="x">n steps with <see cref="Reach"/> neighbours on both sides.</param>
    /// <param name="s">(d_x, n).</param>
    void First(Steps x, Span<double> s);

    /// <summary>S₂ = ∇²_t p / p, the upper triangle row by row: entries (0, 0), (0, 1), …, (1, 1), ….</summary>
    /// <param name="x">n steps with <see cref="Reach"/> neighbours on both sides.</param>
    /// <param name="s">(d_x (d_x + 1) / 2, n).</param>
    void Second(Steps x, Span<double> s);

    /// <summary>
    /// The mixed score S₁,₂ = −∇_t ∇²_{t+shift} p / p, contracted: entry (i, j) is S₁,₂(a_i; a_j, a_j), with a_i by step t and a_j twice by its neighbour.
    /// </summary>
    /// <param name="x">n steps with <see cref="Reach"/> neighbours on both sides, of these and of their neighbours.</param>
    /// <param name="shift">−1 for the step before, 1 for the one after.</param>
    /// <param name="a">(count, d_x): the directions, row by row.</param>
    /// <param name="s">(count, count, n).</param>
    void Mixed(Steps x, int shift, Matrix<double> a, Span<double> s);
}
