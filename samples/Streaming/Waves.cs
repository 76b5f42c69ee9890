namespace Recurve.Streaming;

/// <summary>Trains the cell on sines of all heights and lengths.</summary>
static class Waves
{
    const int Length = 64, Batch = 32;

    /// <summary>The cell of a file; where there is none it is trained first, in a folder beside it.</summary>
    public static NextValue LoadOrTrain(string folder, long iterations)
    {
        NextValue cell = new(units: 24);
        cell.Initialize(seed: 1);
        cell.To(Device.Default);
        string model = Path.Combine(folder, "model.safetensors");
        if (File.Exists(model))
        {
            cell.Load(model);
            return cell;
        }
        Trainer trainer = new(cell, new Adam(cell.Parameters, 1e-2), new()
        {
            Folder = folder,
            Title = "Waves",
            MaxIterations = iterations,
            MaxGradientNorm = 1,
            SequenceLength = Length,
            Progress = new ConsoleProgress(),
        });
        trainer.Fit(Batches.Generate(Batch, Minibatch), some => Loss.MeanSquaredError(cell.Forward(some.Inputs), some.Targets));
        return cell;
    }

    /// <summary>(batch, length, 1), and the same a step later.</summary>
    static (Tensor Inputs, Tensor Targets) Minibatch(long iteration)
    {
        RandomSource random = RandomSource.For(1, $"minibatch {iteration}");
        float[][] waves = [.. Enumerable.Range(0, Batch).Select(_ =>
        {
            double height = random.Uniform(0.2, 1), length = random.Uniform(8, 40), phase = random.Uniform(0, 2 * Math.PI);
            return Enumerable.Range(0, Length + 1).Select(t => (float)(height * Math.Sin(2 * Math.PI * t / length + phase))).ToArray();
        })];
        return (Signal(w => w[..^1]), Signal(w => w[1..]));

        Tensor Signal(Func<float[], float[]> part) => Tensor.FromArray([.. waves.SelectMany(part)], Batch, Length, 1).To(Device.Default);
    }
}
