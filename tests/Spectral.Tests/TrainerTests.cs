using MathNet.Numerics.LinearAlgebra;
using Recurve.Cells;
using Recurve.SpectralRnn;

namespace Recurve.Spectral.Tests;

/// <summary>Networks recovered from data. The bounds are those asked of a million samples, times the square root of how many fewer there are.</summary>
public sealed class TrainerTests
{
    const int Samples = 160_000;
    const double Fewer = 2.5;

    [Theory]
    [InlineData(0, Decomposition.SimultaneousDiagonalisation, false)]
    [InlineData(0, Decomposition.TensorPower, false)]
    [InlineData(0.5, Decomposition.SimultaneousDiagonalisation, false)]
    [InlineData(0.5, Decomposition.SimultaneousDiagonalisation, true)]
    public void RecoversAQuadraticTeacher(double phi, Decomposition method, bool fitted)
    {
        Teacher teacher = Teacher.Draw(Activation.Quadratic, 3, 3, 3, bidirectional: false, noise: 0.1, seed: 7);
        InputLaw law = InputLaw.Gaussian(3, phi);
        SequenceSource data = teacher.Data(law, Samples, 1000, seed: 1);
        IScoreFunction score = fitted ? GaussianMarkovScore.Fit(data) : law.Score;
        var fit = SpectralTrainer.Fit(data, new SpectralOptions<QuadraticIoRnn> { Create = () => new(3, 3, 3), Score = score, Decomposition = method });
        RecoveryError error = RecoveryError.Of(teacher, law, fit);
        double factor = Fewer * (phi == 0 ? 1 : 2);
        Assert.True(error.A1 < 0.02 * factor && error.A2 < 0.02 * factor && error.U < 0.06 * factor && error.Output < 1e-3 * factor * factor, error.ToString());
        Assert.Equal(Samples - (phi == 0 ? 0 : 2 * Samples / 1000), fit.Report.Samples);
        Assert.Contains("recurrence", fit.Report.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CorrectionsLeaveWhatTheNoiseDoes(bool bidirectional)
    {
        int size = bidirectional ? 6 : 3;
        Teacher teacher = Teacher.Draw(Activation.Quadratic, size, 3, size, bidirectional, noise: 0.1, seed: 7);
        InputLaw law = InputLaw.Gaussian(size, 0.3);
        SequenceSource data = teacher.Data(law, Samples, 1000, seed: 1);
        RecoveryError[] errors = [.. new[] { 0, 2 }.Select(corrections => RecoveryError.Of(teacher, law, SpectralTrainer.Fit(data, new SpectralOptions<Module>
        {
            Create = () => bidirectional ? BidirectionalIoRnn.Quadratic(size, 3, size) : new QuadraticIoRnn(size, 3, size), Score = law.Score, Corrections = corrections,
        })))];
        // the noise is a twentieth of the outputs' deviation or less
        Assert.True(errors[1].A1 < errors[0].A1 / 5 && errors[1].A2 < errors[0].A2 / 5 && errors[1].U < errors[0].U / 3 && errors[1].Output < errors[0].Output / 25, $"{errors[0]} {errors[1]}");
    }

    [Fact]
    public void RecoversWithoutWhitening()
    {
        Teacher drawn = Teacher.Draw(Activation.Quadratic, 3, 3, 2, bidirectional: false, noise: 0.1, seed: 7);
        Teacher teacher = drawn with { Halves = [drawn.Halves[0] with { A2 = Matrix<double>.Build.DenseOfArray(new[,] { { 1.0, 0.2 }, { -1, 1 }, { -0.5, -1 } }) }] };
        InputLaw law = InputLaw.Gaussian(3, 0);
        var fit = SpectralTrainer.Fit(teacher.Data(law, Samples, 1000, seed: 1), new SpectralOptions<QuadraticIoRnn> { Create = () => new(3, 3, 2), Score = law.Score });
        RecoveryError error = RecoveryError.Of(teacher, law, fit);
        Assert.Contains("not whitened", fit.Report.ToString());
        Assert.True(error.A1 < 0.02 * Fewer && error.A2 < 0.02 * Fewer && error.U < 0.06 * Fewer && error.Output < 1e-3 * Fewer * Fewer, error.ToString());
    }

    [Fact]
    public void RecoversFromAMixture()
    {
        Teacher teacher = Teacher.Draw(Activation.Quadratic, 3, 3, 3, bidirectional: false, noise: 0, seed: 8);
        InputLaw law = InputLaw.Mixture(3, seed: 1);
        var fit = SpectralTrainer.Fit(teacher.Data(law, Samples, 1000, seed: 1), new SpectralOptions<QuadraticIoRnn> { Create = () => new(3, 3, 3), Score = law.Score });
        RecoveryError error = RecoveryError.Of(teacher, law, fit);
        Assert.True(error.A1 < 0.02 * 2 * Fewer && error.A2 < 0.02 * 2 * Fewer && error.U < 0.06 * 2 * Fewer && error.Output < 1e-3 * 4 * Fewer * Fewer, error.ToString());
    }

    [Fact]
    public void RecoversWithTheUsersOwnScore()
    {
        Teacher teacher = Teacher.Draw(Activation.Quadratic, 3, 3, 3, bidirectional: false, noise: 0, seed: 8);
        // of variance π²/3, whose square would feed back too much
        double[] Logistic(double[]? _, RandomSource random) => [.. Enumerable.Range(0, 3).Select(_ => { double u = random.NextDouble(); return Math.Log(u / (1 - u)); })];
        InputLaw law = new(new LogisticScore(3), Logistic);
        Teacher tame = teacher with { Halves = [teacher.Halves[0] with { U = teacher.Halves[0].U / 10 }] };
        var fit = SpectralTrainer.Fit(tame.Data(law, 2 * Samples, 1000, seed: 1), new SpectralOptions<QuadraticIoRnn> { Create = () => new(3, 3, 3), Score = law.Score });
        RecoveryError error = RecoveryError.Of(tame, law, fit);
        Assert.True(error.A1 < 0.05 && error.A2 < 0.05 && error.Output < 5e-3, error.ToString());
    }

    [Fact]
    public void RecoversABidirectionalTeacher()
    {
        Teacher teacher = Teacher.Draw(Activation.Quadratic, 6, 3, 6, bidirectional: true, noise: 0, seed: 3);
        InputLaw law = InputLaw.Gaussian(6, 0);
        var fit = SpectralTrainer.Fit(teacher.Data(law, 2 * Samples, 1000, seed: 1), new SpectralOptions<Bidirectional> { Create = () => BidirectionalIoRnn.Quadratic(6, 3, 6), Score = law.Score });
        RecoveryError error = RecoveryError.Of(teacher, law, fit);
        Assert.True(error.A1 < 0.06 && error.A2 < 0.06 && error.U < 0.2 && error.Output < 5e-3, error.ToString());
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.5, false)]
    [InlineData(0, true)]
    public void RecoversALinearTeacher(double phi, bool bidirectional)
    {
        Teacher teacher = Teacher.Draw(Activation.Linear, 3, 3, 3, bidirectional, noise: 0.1, seed: 5);
        InputLaw law = InputLaw.Gaussian(3, phi);
        SequenceSource data = teacher.Data(law, Samples, 1000, seed: 1);
        var (found, backward) = bidirectional
            ? Halves(SpectralTrainer.Fit(data, new SpectralOptions<Bidirectional> { Create = () => BidirectionalIoRnn.Linear(3, 3, 3), Score = law.Score, Activation = Activation.Linear }))
            : Halves(SpectralTrainer.Fit(data, new SpectralOptions<LinearIoRnn> { Create = () => new(3, 3, 3), Score = law.Score, Activation = Activation.Linear }));
        double error = TransferFunction.Error(teacher.Halves, backward is null ? [found] : [found, backward]);
        Assert.True(error < 0.01 * Fewer * (phi == 0 ? 1 : 2), $"{error}");
    }

    [Fact]
    public void TheModuleComputesTheRecoveredNetwork()
    {
        Teacher teacher = Teacher.Draw(Activation.Quadratic, 4, 2, 3, bidirectional: true, noise: 0, seed: 3);
        InputLaw law = InputLaw.Gaussian(4, 0);
        var fit = SpectralTrainer.Fit(teacher.Data(law, 30_000, 500, seed: 1), new SpectralOptions<Bidirectional> { Create = () => BidirectionalIoRnn.Quadratic(4, 2, 3), Score = law.Score });
        float[] x = law.Draw(50, new(9));
        double[] expected = (teacher with { Halves = [fit.Forward, fit.Backward!] }).Run(x);
        float[] y = fit.Module.Forward(Tensor.FromArray(x, 1, 50, 4)).ToArray();
        for (int i = 0; i < y.Length; i++) Assert.Equal(expected[i], y[i], 1e-4 * expected.Max(Math.Abs));
    }

    [Fact]
    public void MachinesAddUpTheirSums()
    {
        Teacher teacher = Teacher.Draw(Activation.Quadratic, 3, 3, 3, bidirectional: false, noise: 0, seed: 7);
        InputLaw law = InputLaw.Gaussian(3, 0.3);
        SequenceSource all = teacher.Data(law, 40_000, 500, seed: 1);
        SpectralFit<QuadraticIoRnn> Fit(SequenceSource data, Action<double[]>? combine)
            => SpectralTrainer.Fit(data, new SpectralOptions<QuadraticIoRnn> { Create = () => new(3, 3, 3), Score = law.Score, Combine = combine });
        double[]?[] parts = new double[2][];
        using Barrier together = new(2);
        Action<double[]> Combine(int rank) => sums =>
        {
            parts[rank] = [.. sums];
            together.SignalAndWait();
            for (int i = 0; i < sums.Length; i++) sums[i] = parts[0]![i] + parts[1]![i];
            together.SignalAndWait();
        };
        SequenceSource Part(int rank) => new(3, 3, 40, i => all.Read(40 * rank + i));
        Task<SpectralFit<QuadraticIoRnn>>[] ranks = [.. new[] { 0, 1 }.Select(rank => Task.Run(() => Fit(Part(rank), Combine(rank))))];
        Matrix<double> whole = Fit(all, null).Forward.U;
        Assert.All(ranks, rank => Assert.Equal(0, (rank.Result.Forward.U - whole).L2Norm(), 1e-10));
    }

    [Fact]
    public void ProgressIsToldAndCancellingEndsIt()
    {
        Teacher teacher = Teacher.Draw(Activation.Quadratic, 3, 3, 3, bidirectional: false, noise: 0, seed: 7);
        InputLaw law = InputLaw.Gaussian(3, 0);
        SpectralOptions<QuadraticIoRnn> options = new() { Create = () => new(3, 3, 3), Score = law.Score };
        SequenceSource data = teacher.Data(law, 20_000, 100, seed: 1);
        List<SpectralProgress> told = [];
        SpectralTrainer.Fit(data, options, new Listener(told.Add));
        Assert.Equal(["second moment", "mixed moment"], told.Select(p => p.Stage).Distinct());
        Assert.Equal(told.Where(p => p.Stage == "mixed moment").Select(p => p.Done), told.Where(p => p.Stage == "mixed moment").Select(p => p.Done).Order());
        Assert.Equal(data.Count, told[^1].Done);
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() => SpectralTrainer.Fit(data, options, new Listener(_ => source.Cancel()), source.Token));
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Teacher teacher = Teacher.Draw(Activation.Quadratic, 3, 3, 3, bidirectional: false, noise: 0, seed: 7);
        InputLaw law = InputLaw.Gaussian(3, 0);
        SequenceSource data = teacher.Data(law, 20_000, 100, seed: 1);
        SpectralOptions<Module> Options(Func<Module> create) => new() { Create = create, Score = law.Score };
        Assert.Contains("a (units, inputs)", Assert.Throws<ArgumentException>(() => SpectralTrainer.Fit(data, Options(() => new MinGru(3, 3)))).Message);
        Assert.Contains("3 inputs and 3 outputs, Module has 3 and 4", Assert.Throws<ArgumentException>(() => SpectralTrainer.Fit(data, Options(() => new QuadraticIoRnn(3, 3, 4)))).Message);
        Assert.Contains("does not compute", Assert.Throws<ArgumentException>(() => SpectralTrainer.Fit(data, Options(() => new LinearIoRnn(3, 3, 3)))).Message);
        Assert.Contains("HankelBlocks must be larger", Assert.Throws<ArgumentException>(
            () => SpectralTrainer.Fit(data, Options(() => new LinearIoRnn(3, 4, 3)) with { Activation = Activation.Linear, HankelBlocks = 1 })).Message);

        SequenceSource broken = new(3, 3, 2, i => i == 0 ? data.Read(0) : new(new float[30], (float[])[.. new float[17], float.NaN, .. new float[12]]));
        var notFinite = Assert.Throws<SpectralException>(() => SpectralTrainer.Fit(broken, Options(() => new QuadraticIoRnn(3, 3, 3))));
        Assert.Equal(SpectralProblem.NotFinite, notFinite.Problem);
        Assert.Contains("output of sequence 1 at step 5 is not finite in the pass for the second moment", notFinite.Message);
        SequenceSource ragged = new(3, 3, 1, _ => new(new float[30], new float[27]));
        Assert.Contains("Sequence 0 has 30 input and 27 output numbers", Assert.Throws<ArgumentException>(() => SpectralTrainer.Fit(ragged, Options(() => new QuadraticIoRnn(3, 3, 3)))).Message);
        SequenceSource empty = new(3, 3, 0, _ => default);
        Assert.Equal(SpectralProblem.TooFewSamples, Assert.Throws<SpectralException>(() => SpectralTrainer.Fit(empty, Options(() => new QuadraticIoRnn(3, 3, 3)))).Problem);
        Assert.Equal(SpectralProblem.TooFewSamples, Assert.Throws<SpectralException>(() => GaussianMarkovScore.Fit(empty)).Problem);
    }

    [Fact]
    public void TensorsAreSequences()
    {
        Tensor x = Tensor.FromArray([.. Enumerable.Range(0, 12).Select(i => (float)i)], 2, 3, 2), y = Tensor.FromArray([10, 11, 12, 13, 14, 15], 2, 3, 1);
        SequenceSource source = SequenceSource.From(x, y, [3, 2]);
        Assert.Equal([6, 7, 8, 9], source.Read(1).Inputs.ToArray());
        Assert.Equal([13, 14], source.Read(1).Outputs.ToArray());
        Assert.Contains("(2, 3, 2) and (3, 2)", Assert.Throws<ArgumentException>(() => SequenceSource.From(x, Tensor.Zeros(3, 2))).Message);
        Assert.Contains("sequence 1 must be within 0 … 3, but is 4", Assert.Throws<ArgumentException>(() => SequenceSource.From(x, y, [3, 4])).Message);
    }

    static (IoRnnParameters Forward, IoRnnParameters? Backward) Halves<TModule>(SpectralFit<TModule> fit) where TModule : Module => (fit.Forward, fit.Backward);

    sealed class Listener(Action<SpectralProgress> told) : IProgress<SpectralProgress>
    {
        public void Report(SpectralProgress value) => told(value);
    }
}
