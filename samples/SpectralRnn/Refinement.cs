using Recurve.Samples;

namespace Recurve.SpectralRnn;

/// <summary>
/// Trains a network by gradient descent on a teacher's fresh sequences. The score is its mean squared error on unseen sequences in units of the teacher's own, which is that of the noise:
/// nothing scores below 1 but by chance.
/// </summary>
sealed class Refinement
{
    /// <summary>Name of the score in the history.</summary>
    public const string Score = "val_floors";

    const int UnseenSequences = 32;

    readonly Student student;
    readonly InputLaw law;
    readonly int batch, length, seed;
    readonly double target, floor;
    readonly (Tensor Inputs, Tensor Targets) unseen;

    /// <param name="student">Its sizes and teacher.</param>
    /// <param name="law">Of the inputs.</param>
    /// <param name="batch">Sequences in a minibatch.</param>
    /// <param name="length">Steps of each.</param>
    /// <param name="target">Goal: a score of at most 1 + this.</param>
    /// <param name="seed">Determines the sequences.</param>
    public Refinement(Student student, InputLaw law, int batch, int length, double target, int seed)
    {
        (this.student, this.law, this.batch, this.length, this.target, this.seed) = (student, law, batch, length, target, seed);
        unseen = Draw("unseen", UnseenSequences);
        double[] clean = [.. unseen.Inputs.ToArray().Chunk(length * student.Teacher.Inputs).SelectMany(x => student.Teacher.Run(x))];
        floor = clean.Zip(unseen.Targets.ToArray(), (c, t) => (c - t) * (c - t)).Average();
    }

    /// <summary>Trains; the result is the exit code.</summary>
    /// <param name="run">Its folder and limits.</param>
    /// <param name="network">Where it starts.</param>
    /// <param name="cancel">Ends the training.</param>
    public int Run(TrainingOptions run, Module network, CancellationToken cancel) => run.Train(
        () => new(network.To(Device.Default), new Adam(network.Parameters, run.LearningRate), run.For("Refinement") with
        {
            ValidateEvery = 1,
            SequenceLength = length,
            Goal = history => history.Last(Score) <= 1 + target,
            Conclude = history => FormattableString.Invariant($"{history.Last(Score):0.0000} of the noise floor on unseen sequences"),
        }),
        trainer => trainer.Fit(
            Batches.Generate(batch, i => Draw(FormattableString.Invariant($"iteration {i + 1}"), batch)),
            minibatch => Loss.MeanSquaredError(network.Forward(minibatch.Inputs), minibatch.Targets),
            Batches.Of([unseen], 1, whole => whole[0]),
            whole =>
            {
                Tensor error = Loss.MeanSquaredError(network.Forward(whole.Inputs), whole.Targets);
                trainer.Log("floors", error.Item() / floor);
                return error;
            },
            cancel));

    (Tensor Inputs, Tensor Targets) Draw(string what, int count)
    {
        // of the teacher's own data, at other numbers than those that the network was recovered from
        int salt = unchecked((int)RandomSource.For(seed, what).NextBits());
        var data = student.Teacher.Data(law, (long)count * length, length, salt);
        var sequences = Enumerable.Range(0, count).Select(data.Read).ToArray();
        return (
            Tensor.FromArray([.. sequences.SelectMany(s => s.Inputs.ToArray())], count, length, student.Teacher.Inputs).To(Device.Default),
            Tensor.FromArray([.. sequences.SelectMany(s => s.Outputs.ToArray())], count, length, student.Teacher.Outputs).To(Device.Default));
    }
}
