using MathNet.Numerics.LinearAlgebra;
using Recurve.SpectralRnn;

namespace Recurve.Spectral.Tests;

/// <summary>The algebra alone: exact moments give exact parameters, and what cannot be recovered says why.</summary>
public sealed class RecoveryTests
{
    const double Exact = 1e-8;

    [Theory]
    [InlineData(1, 1, 1, Decomposition.SimultaneousDiagonalisation)]
    [InlineData(3, 3, 3, Decomposition.SimultaneousDiagonalisation)]
    [InlineData(3, 3, 3, Decomposition.TensorPower)]
    [InlineData(7, 4, 5, Decomposition.SimultaneousDiagonalisation)]
    [InlineData(7, 4, 5, Decomposition.TensorPower)]
    [InlineData(8, 8, 4, Decomposition.SimultaneousDiagonalisation)]
    [InlineData(9, 6, 2, Decomposition.SimultaneousDiagonalisation)]
    public void ExactMomentsGiveTheQuadraticNetwork(int inputs, int units, int outputs, Decomposition method)
    {
        Teacher teacher = Teacher.Draw(Activation.Quadratic, inputs, units, outputs, bidirectional: false, noise: 0, seed: 4);
        IoRnnParameters truth = teacher.Halves[0].Normalised();
        List<RecoveryStep> steps = [];
        var (a1, a2) = QuadraticRecovery.Directions(SecondMomentOf(truth), units, method, seed: 1, steps);
        Matrix<double> u = QuadraticRecovery.Recurrence(MixedMomentOf(truth, a1, a2), a1, a2, steps);
        IoRnnParameters found = new IoRnnParameters(a1, a2, u).Normalised();
        Close(truth.A1, found.A1);
        Close(truth.A2, found.A2);
        Close(truth.U, found.U);
        Assert.Equal(5, steps.Count);
        Assert.All(steps, step => Assert.True(step.Condition >= 1 && step.Noise < 1e-6, step.ToString()));
    }

    [Theory]
    [InlineData(3, 2, 1)]
    [InlineData(6, 3, 2)]
    [InlineData(8, 2, 3)]
    public void OutputsThatNoCombinationMakesPositiveNeedNoWhitening(int units, int outputs, int seed)
    {
        IoRnnParameters drawn = Teacher.Draw(Activation.Quadratic, 8, units, outputs, bidirectional: false, noise: 0, seed).Halves[0];
        // a row against the sum of all others: A2 θ > 0 has no solution
        Matrix<double> a2 = drawn.A2.Clone();
        a2.SetRow(0, -(a2.ColumnSums() - a2.Row(0)));
        IoRnnParameters truth = (drawn with { A2 = a2 }).Normalised();
        List<RecoveryStep> steps = [];
        var (a1, found) = QuadraticRecovery.Directions(SecondMomentOf(truth), units, Decomposition.SimultaneousDiagonalisation, seed: 1, steps);
        IoRnnParameters network = new IoRnnParameters(a1, found, truth.U).Normalised();
        Close(truth.A1, network.A1);
        Close(truth.A2, network.A2);
        Assert.Contains(steps, step => step.Name.EndsWith("not whitened", StringComparison.Ordinal));
    }

    [Fact]
    public void ExactMomentsTellForwardFromBackwardUnits()
    {
        Teacher teacher = Teacher.Draw(Activation.Quadratic, 6, 3, 6, bidirectional: true, noise: 0, seed: 2);
        Matrix<double> a1 = teacher.Halves[0].A1.Stack(teacher.Halves[1].A1), a2 = teacher.Halves[0].A2.Stack(teacher.Halves[1].A2);
        IoRnnParameters Padded(int side)
        {
            Matrix<double> u = Matrix<double>.Build.Dense(6, 6);
            u.SetSubMatrix(3 * side, 3 * side, teacher.Halves[side].U);
            return new(a1, a2, u);
        }
        int[] mixed = [4, 0, 2, 5, 1, 3];
        int[] signs = [1, 1, 1, 1, 1, 1];
        IoRnnParameters forward = Padded(0).Rearranged(mixed, signs), backward = Padded(1).Rearranged(mixed, signs);
        var r = new[] { MixedMomentOf(forward, forward.A1, forward.A2), MixedMomentOf(backward, forward.A1, forward.A2) };
        int[][] sides = QuadraticRecovery.Sides(r, forward.A1, forward.A2, forward: 3, []);
        Assert.Equal([0, 1, 2], sides[0].Select(i => mixed[i]).Order());
        Assert.Equal([3, 4, 5], sides[1].Select(i => mixed[i]).Order());
    }

    [Theory]
    [InlineData(2, 5, 3)]
    [InlineData(3, 3, 3)]
    [InlineData(1, 4, 1)]
    public void AnExactImpulseResponseGivesTheLinearNetwork(int inputs, int units, int outputs)
    {
        IoRnnParameters truth = Linear(inputs, units, outputs, seed: 3);
        IoRnnParameters found = LinearRecovery.Causal(k => (Response(truth, k), Matrix<double>.Build.Dense(outputs, inputs)), units, units + 1, []);
        Assert.Equal(0, TransferFunction.Error([truth], [found]), Exact);
    }

    [Fact]
    public void AnExactImpulseResponseGivesBothHalves()
    {
        IoRnnParameters forward = Linear(3, 4, 2, seed: 5), backward = Linear(3, 2, 2, seed: 6);
        (Matrix<double>, Matrix<double>) G(int k) => (
            (k >= 0 ? Response(forward, k) : Matrix<double>.Build.Dense(2, 3)) + (k <= 0 ? Response(backward, -k) : Matrix<double>.Build.Dense(2, 3)), Matrix<double>.Build.Dense(2, 3));
        IoRnnParameters[] found = LinearRecovery.Bidirectional(G, [4, 2], 5, []);
        Assert.Equal(0, TransferFunction.Error([forward, backward], found), Exact);
    }

    [Fact]
    public void WhatCannotBeRecoveredSaysWhy()
    {
        IoRnnParameters truth = Teacher.Draw(Activation.Quadratic, 3, 3, 3, bidirectional: false, noise: 0, seed: 4).Halves[0];
        Matrix<double> dependent = truth.A1.Clone(), alike = truth.A2.Clone(), signed = truth.A2.Clone(), few = Matrix<double>.Build.DenseOfArray(new[,] { { 1.0, 0 }, { -1, 1 }, { -1, -1 } });
        dependent.SetRow(2, dependent.Row(0) + dependent.Row(1));
        alike.SetRow(2, 2 * alike.Row(1));
        signed.SetRow(0, -signed.Row(0));
        Throws(SpectralProblem.RankDeficient, truth with { A1 = dependent });
        Throws(SpectralProblem.NotSeparated, truth with { A2 = alike });
        Throws(SpectralProblem.NoPositiveCombination, truth with { A2 = few }, Decomposition.TensorPower);
        few.SetRow(2, -2 * few.Row(1));
        Throws(SpectralProblem.NotSeparated, truth with { A2 = few });
        Throws(SpectralProblem.TooFewSamples, truth, error: 10);
        Throws(SpectralProblem.RankDeficient, truth with { A2 = alike }, Decomposition.TensorPower);
        // one sign of a row is no obstacle where outputs are as many as units
        var (a1, a2) = QuadraticRecovery.Directions(SecondMomentOf(truth with { A2 = signed }), 3, Decomposition.SimultaneousDiagonalisation, 1, []);
        Close((truth with { A2 = signed }).Normalised().A2, new IoRnnParameters(a1, a2, truth.U).Normalised().A2);

        Assert.Equal(SpectralProblem.TooManyUnits, Assert.Throws<SpectralException>(() => QuadraticRecovery.RequireSizes(4, 3, 5, default)).Problem);
        Assert.Equal(SpectralProblem.TooFewOutputs, Assert.Throws<SpectralException>(() => QuadraticRecovery.RequireSizes(3, 3, 1, default)).Problem);
        var tooFew = Assert.Throws<SpectralException>(() => QuadraticRecovery.RequireSizes(3, 3, 2, Decomposition.TensorPower));
        Assert.Equal((2, 3), (tooFew.Found, tooFew.Needed));
        IoRnnParameters linear = Linear(2, 2, 2, seed: 1);
        Assert.Equal(SpectralProblem.RankDeficient, Assert.Throws<SpectralException>(
            () => LinearRecovery.Causal(k => (Response(linear, k), Matrix<double>.Build.Dense(2, 2)), 3, 4, [])).Problem);
    }

    static void Throws(SpectralProblem problem, IoRnnParameters network, Decomposition method = default, double error = 0)
    {
        var thrown = Assert.Throws<SpectralException>(() => QuadraticRecovery.Directions(SecondMomentOf(network, error), network.Units, method, 1, []));
        Assert.Equal(problem, thrown.Problem);
        Assert.Contains("found", thrown.Message);
    }

    static void Close(Matrix<double> expected, Matrix<double> actual) => Assert.Equal(0, (expected - actual).L2Norm() / expected.L2Norm(), Exact);

    /// <summary>M = 2 Σ_i A2_i ⊗ a_i ⊗ a_i.</summary>
    static SymmetricSlices SecondMomentOf(IoRnnParameters network, double error = 0)
    {
        var (a1, a2, _) = network;
        return new(
            [.. Enumerable.Range(0, a2.ColumnCount).Select(l => 2 * (a1.TransposeThisAndMultiply(Matrix<double>.Build.DenseOfDiagonalVector(a2.Column(l))) * a1))],
            [.. Enumerable.Range(0, a2.ColumnCount).Select(_ => Matrix<double>.Build.Dense(a1.ColumnCount, a1.ColumnCount, error))]);
    }

    /// <summary>R_ij = T(b_i; p_i; p_j, p_j) of T = 4 Σ A2_i ⊗ a_i ⊗ U_ij a_j ⊗ a_j, written out.</summary>
    static (Matrix<double>, Matrix<double>) MixedMomentOf(IoRnnParameters network, Matrix<double> p, Matrix<double> b)
    {
        var (a1, a2, u) = network;
        int units = network.Units;
        var r = Matrix<double>.Build.Dense(units, units, (i, j) => Enumerable.Range(0, units).Sum(k => Enumerable.Range(0, units).Sum(
            l => 4 * (a2.Row(k) * b.Row(i)) * (a1.Row(k) * p.Row(i)) * u[k, l] * Math.Pow(a1.Row(l) * p.Row(j), 2))));
        return (r, Matrix<double>.Build.Dense(units, units));
    }

    static IoRnnParameters Linear(int inputs, int units, int outputs, int seed)
    {
        RandomSource random = new(seed);
        Matrix<double> Normal(int rows, int columns) => Matrix<double>.Build.Dense(rows, columns, (_, _) => random.Normal());
        Matrix<double> u = Normal(units, units);
        return new(Normal(units, inputs), Normal(units, outputs), u * (0.7 / u.L2Norm()));
    }

    static Matrix<double> Response(IoRnnParameters network, int lag) => network.A2.TransposeThisAndMultiply(network.U.Power(lag)) * network.A1;
}
