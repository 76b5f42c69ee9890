using Recurve.Cells;
using Recurve.Spectral;

namespace Recurve.SpectralRnn;

/// <summary>What learns from a teacher: a network of the same sizes.</summary>
/// <param name="Teacher">Whose sizes and activation it has.</param>
/// <param name="Decomposition">Of the second moment.</param>
/// <param name="Corrections">How often a quadratic network is recovered again from what it leaves.</param>
sealed record Student(Teacher Teacher, Decomposition Decomposition, int Corrections)
{
    /// <summary>What the compiler decided for its cell.</summary>
    public CellInfo Info => Teacher.Activation == Activation.Quadratic ? QuadraticIoRnn.Info : LinearIoRnn.Info;

    /// <summary>An untrained network.</summary>
    public Module Create()
    {
        int inputs = Teacher.Inputs, units = Teacher.Halves[0].Units, outputs = Teacher.Outputs;
        return (Teacher.Activation, Teacher.Halves.Length) switch
        {
            (Activation.Quadratic, 1) => new QuadraticIoRnn(inputs, units, outputs),
            (Activation.Quadratic, _) => BidirectionalIoRnn.Quadratic(inputs, units, outputs),
            (_, 1) => new LinearIoRnn(inputs, units, outputs),
            _ => BidirectionalIoRnn.Linear(inputs, units, outputs),
        };
    }

    /// <summary>A network recovered from moments.</summary>
    public SpectralFit<Module> Fit(ISequenceSource data, InputLaw law, int seed, CancellationToken cancel) => SpectralTrainer.Fit(
        data, new SpectralOptions<Module> { Create = Create, Score = law.Score, Activation = Teacher.Activation, Decomposition = Decomposition, Corrections = Corrections, Seed = seed }, cancel: cancel);

    /// <summary>How far a recovered network is from the teacher, by name; in what its model identifies.</summary>
    public IReadOnlyList<(string Name, double Value)> Errors(InputLaw law, SpectralFit<Module> fit)
    {
        if (Teacher.Activation == Activation.Linear)
        {
            IoRnnParameters[] found = RecoveryError.HalvesOf(fit);
            return [("transfer", TransferFunction.Error(Teacher.Halves, found)), ("nmse", RecoveryError.OutputError(Teacher, law, found))];
        }
        RecoveryError error = RecoveryError.Of(Teacher, law, fit);
        return [("A1", error.A1), ("A2", error.A2), ("U", error.U), ("nmse", error.Output)];
    }
}
