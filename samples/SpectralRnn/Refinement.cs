using Recurve.Samples;

namespace Recurve.SpectralRnn;

/// <summary>
/// Trains a network by gradient descent on a teacher's fresh sequences. The score is its mean squared error on unseen sequences in units of the teacher's own, which is that of the noise:
/// nothing scores below 1 but by chance.
/// </summary>
sealed class Refinement : Training
{
    const int UnseenSequences = 32;

    readonly Student student;
    readonly InputLaw law;
    readonly Module network;
    readonly int batch, length, seed;
    readonly double target, floor;
    readonly (Tensor Inputs, Tensor Targets) unseen;

    /// <param name="student">Its sizes and teacher.</param>
    /// <param name="law">Of the inputs.</param>
    /// <param name="network">Where it starts.</param>
    /// <param name="batch">Sequences in a minibatch.</param>
    /// <param name="length">Steps of each.</param>
    /// <param name="target">Goal: a score of at most 1 + this.</param>
    /// <param name="seed">Determines the sequences.</param>
    /// <param name="learningRate">Adam's.</param>
    public Refinement(Student student, InputLaw law, Module network, int batch, int length, double target, int seed, double learningRate)
    {
        (this.student, this.law, this.network, this.batch, this.length, this.target, this.seed) = (student, law, network, batch, length, target, seed);
        Optimizer = new Adam(network.Parameters, learningRate);
        unseen = Draw("unseen", UnseenSequences);
        double[] clean = [.. unseen.Inputs.ToArray().Chunk(length * student.Teacher.Inputs).SelectMany(x => student.Teacher.Run(x))];
        floor = clean.Zip(unseen.Targets.ToArray(), (c, t) => (c - t) * (c - t)).Average();
    }

    public override string Title => "Refinement";

    public override string Score => "floors";

    public override Module Network => network;

    public override Optimizer Optimizer { get; }

    public override IReadOnlyList<CellInfo> Cells => [student.Info];

    public override long StepsPerIteration => (long)batch * length;

    public override (double Loss, double Score) Iterate(int iteration, IReadOnlyList<Metric> before)
    {
        var (inputs, targets) = Draw($"iteration {iteration}", batch);
        Optimizer.ZeroGrad();
        Tensor loss = Loss.MeanSquaredError(network.Forward(inputs), targets);
        loss.Backward();
        GradientClip.ByNorm(Optimizer.Parameters, 1.0);
        Optimizer.Step();
        return (loss.Item(), Floors());
    }

    public override bool? IsReached(IReadOnlyList<Metric> rows) => rows.Count > 0 && rows[^1].Score <= 1 + target;

    public override string Conclude(IReadOnlyList<Metric> rows) => FormattableString.Invariant($"{Floors():0.0000} of the noise floor on unseen sequences");

    /// <summary>The error on unseen sequences in units of the noise's.</summary>
    public double Floors() => Loss.MeanSquaredError(network.Forward(unseen.Inputs), unseen.Targets).Item() / floor;

    (Tensor Inputs, Tensor Targets) Draw(string what, int count)
    {
        // of the teacher's own data, at other numbers than those that the network was recovered from
        int salt = unchecked((int)RandomSource.For(seed, what).NextBits());
        var data = student.Teacher.Data(law, (long)count * length, length, salt);
        var sequences = Enumerable.Range(0, count).Select(data.Read).ToArray();
        return (
            Tensor.FromArray([.. sequences.SelectMany(s => s.Inputs.ToArray())], count, length, student.Teacher.Inputs),
            Tensor.FromArray([.. sequences.SelectMany(s => s.Outputs.ToArray())], count, length, student.Teacher.Outputs));
    }
}
