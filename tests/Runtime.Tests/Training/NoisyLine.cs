using System.Globalization;

namespace Recurve.Runtime.Tests.Training;

/// <summary>
/// A small training that uses all that a checkpoint must hold: shuffled epochs, dropout, noise of the trainer's own, a schedule, Adam, validation, the best weights.
/// </summary>
sealed class NoisyLine
{
    const int Examples = 37, Held = 8, Batch = 5, Inputs = 3;

    readonly IBatches<(Tensor Inputs, Tensor Targets)> data, held;

    public NoisyLine()
    {
        RandomSource random = new(4);
        (Tensor, Tensor) Draw(int count)
        {
            float[] x = [.. Enumerable.Range(0, count * Inputs).Select(_ => (float)random.Normal())];
            float[] y = [.. Enumerable.Range(0, count).Select(i => x[i * Inputs] - 2 * x[i * Inputs + 1] + (float)random.Normal())];
            return (Tensor.FromArray(x, count, Inputs), Tensor.FromArray(y, count, 1));
        }
        var (x, y) = Draw(Examples);
        data = Batches.Of(x, y, Batch, shuffleSeed: 3);
        (x, y) = Draw(Held);
        held = Batches.Of(x, y, Batch);
        Model = new(new Linear(Inputs, 9), new Dropout(0.3), new Linear(9, 1));
        Model.Initialize(2);
    }

    public Sequential Model { get; }

    public Trainer? Trainer { get; private set; }

    public static TrainerOptions Options => new()
    {
        EarlyStopping = new(Patience: 50),
        MaxGradientNorm = 1,
        Schedule = new CosineAnnealing(60, 1e-3),
        ValidateEvery = 3,
        Seed = 5,
        CheckpointEvery = TimeSpan.MaxValue,
    };

    /// <summary>The folder's run, resumed where there is one.</summary>
    public TrainingResult Fit(TrainerOptions options, CancellationToken cancel = default)
    {
        Trainer trainer = Trainer = new(Model, new Adam(Model.Parameters, 0.02), options);
        return trainer.Fit(data, batch =>
        {
            float noise = (float)trainer.Random.Normal();
            float[] noisy = [.. batch.Inputs.ToArray().Select(v => v + 0.1f * noise)];
            trainer.Log("noise", noise);
            return Loss.MeanSquaredError(Model.Forward(Tensor.FromArray(noisy, batch.Inputs.Shape)), batch.Targets);
        }, held, batch => Loss.MeanSquaredError(Model.Forward(batch.Inputs), batch.Targets), cancel);
    }

    /// <summary>All weights, bit for bit.</summary>
    public string Weights => string.Join(' ', Model.Parameters.SelectMany(p => p.Value.ToArray()).Select(v => BitConverter.SingleToInt32Bits(v).ToString("x8", CultureInfo.InvariantCulture)));

    /// <summary>All numbers of a history but those that measure the machine.</summary>
    public static string Text(History history) => string.Join('\n', history.Names.Where(n => n is not ("seconds" or "memory_mib"))
        .Select(n => $"{n} {string.Join(' ', history[n].Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Iteration}:{p.Value:R}")))}"));
}

/// <summary>Tells another of every iteration, at once.</summary>
sealed class Listener(Action<TrainingProgress> told) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => told(value);
}

/// <summary>A folder that is deleted afterwards.</summary>
public abstract class InFolder : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recurve-");

    protected string Folder(string name) => Path.Combine(folder.FullName, name);

    public void Dispose()
    {
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
