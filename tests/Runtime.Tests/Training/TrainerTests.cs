namespace Recurve.Runtime.Tests.Training;

/// <summary>What ends a training, what is measured, and what is refused.</summary>
public sealed class TrainerTests : InFolder
{
    static readonly float[] start = [0.5f];

    readonly Linear model = new(1, 1);

    static IBatches<int> Endless { get; } = Batches.Generate(1, i => (int)i);

    Trainer Create(TrainerOptions options) => new(model, new Sgd(model.Parameters, 0.1), options);

    /// <summary>A loss that is its minibatch's number, whatever the weights.</summary>
    Tensor LossOf(float value) => Loss.MeanSquaredError(model.Forward(Tensor.FromArray(start, 1, 1)), Tensor.FromArray([model.Forward(Tensor.FromArray(start, 1, 1)).Item() - MathF.Sqrt(value)], 1, 1));

    [Fact]
    public void EarlyStoppingKeepsTheBestWeights()
    {
        // the lowest comes at iteration 3; 4 to 6 are within MinDelta of it or worse
        float[] measured = [9, 7, 2, 3, 1.95f, 4, 5, 1];
        List<float> weights = [];
        Trainer trainer = Create(new() { EarlyStopping = new(Patience: 3, MinDelta: 0.1), ValidateEvery = 1, Folder = Folder("a") });
        TrainingResult result = trainer.Fit(Endless, i =>
        {
            weights.Add(model.Parameters[0].Value.Item());
            return LossOf(1);
        }, Batches.Of([0], 1, one => 0), _ => LossOf(measured[trainer.Iteration - 1]));
        Assert.Equal((StopReason.EarlyStopped, 6L), (result.Reason, result.Iterations));
        Assert.Equal(3, result.Best?.Iteration);
        Assert.Equal(measured[2], result.Best!.Value.Value, 1e-5);
        // after the third step is before the fourth
        Assert.Equal(weights[3], model.Parameters[0].Value.Item());
        Assert.Equal(6, weights.Distinct().Count());
        Linear saved = new(1, 1);
        saved.Load(Path.Combine(Folder("a"), "model.safetensors"));
        Assert.Equal(weights[3], saved.Parameters[0].Value.Item());
        Assert.Contains("stopped early after 6 iterations", result.ToString());
        Assert.Contains("best 2 at iteration 3", result.ToString());
    }

    [Fact]
    public void HigherIsBetterWhereSaidSoAndNaNIsNever()
    {
        double[] scores = [double.NaN, 0.3, 0.5, double.NaN, 0.5];
        Trainer trainer = Create(new() { EarlyStopping = new("score", Patience: 2, Better: Better.Higher) });
        TrainingResult result = trainer.Fit(Endless, i =>
        {
            trainer.Log("score", scores[i]);
            return LossOf(1);
        });
        Assert.Equal(new HistoryPoint(3, 0.5), result.Best);
        Assert.Equal(5, result.Iterations);
    }

    [Fact]
    public void EachLimitHasItsReason()
    {
        Assert.Equal((StopReason.Finished, 4L), Run(new() { MaxIterations = 4 }, Endless));
        Assert.Equal((StopReason.Finished, 6L), Run(new() { MaxEpochs = 2 }, Batches.Of([.. Enumerable.Range(0, 5)], 2, some => some[0])));
        Assert.Equal((StopReason.GoalReached, 3L), Run(new() { Goal = h => h["loss"].Count == 3 }, Endless));
        Assert.Equal((StopReason.GoalMissed, 4L), Run(new() { Goal = _ => false, MaxIterations = 4 }, Endless));
        Assert.Equal((StopReason.TimeLimit, 0L), Run(new() { MaxTime = TimeSpan.Zero }, Endless));
        Assert.Equal(StopReason.Cancelled, Create(new()).Fit(Endless, i => LossOf(1), cancel: new(canceled: true)).Reason);

        (StopReason, long) Run(TrainerOptions options, IBatches<int> data)
        {
            TrainingResult result = Create(options).Fit(data, i => LossOf(1));
            return (result.Reason, result.Iterations);
        }
    }

    [Fact]
    public void ValidationIsTheMeanOverExamplesInEvaluation()
    {
        Trainer trainer = Create(new() { MaxEpochs = 2, LogEvery = 2 });
        TrainingResult result = trainer.Fit(Batches.Of(new double[9], 3, some => some), _ => LossOf(1), Batches.Of([1.0, 2.0, 6.0], 2, some => some), some =>
        {
            Assert.False(model.Training);
            trainer.Log("mean", some.Average());
            Tensor loss = LossOf((float)some.Average());
            Assert.False(loss.RequiresGrad);
            return loss;
        });
        Assert.True(model.Training);
        Assert.Equal([2, 3, 4, 6], result.History.Iterations);
        Assert.Equal([new(3, 3), new(6, 3)], result.History["val_mean"]);
        Assert.Equal([3L, 6L], result.History["val_loss"].Select(p => p.Iteration));
        Assert.All(result.History["val_loss"], p => Assert.Equal(3, p.Value, 1e-5));
        Assert.Equal([1.0, 1, 2, 2], result.History["epoch"].Select(p => p.Value));
    }

    [Fact]
    public void TheScheduleAndTheClippingAreThoseOfAPlainLoop()
    {
        Linear plain = new(1, 1);
        Sgd sgd = new(plain.Parameters, 0.5);
        Scheduler scheduler = new(sgd, new StepDecay(2));
        Tensor x = Tensor.FromArray([3], 1, 1), y = Tensor.FromArray([-7], 1, 1);
        for (int i = 0; i < 5; i++)
        {
            sgd.ZeroGrad();
            Loss.MeanSquaredError(plain.Forward(x), y).Backward();
            GradientClip.ByNorm(plain.Parameters, 0.7);
            sgd.Step();
            scheduler.Step();
        }
        Sgd optimizer = new(model.Parameters, 0.5);
        int steps = 0;
        TrainingResult result = new Trainer(model, optimizer, new() { MaxIterations = 5, MaxGradientNorm = 0.7, Schedule = new StepDecay(2), AfterStep = () => steps++ })
            .Fit(Endless, _ => Loss.MeanSquaredError(model.Forward(x), y));
        Assert.Equal(plain.Parameters.SelectMany(p => p.Value.ToArray()), model.Parameters.SelectMany(p => p.Value.ToArray()));
        Assert.Equal([0.5, 0.5, 0.05, 0.05, 0.005], result.History["learning_rate"].Select(p => Math.Round(p.Value, 9)));
        Assert.All(result.History["gradient_norm"], p => Assert.True(p.Value > 0.7));
        Assert.Equal(0.5, optimizer.LearningRate);
        Assert.Equal(5, steps);
    }

    [Fact]
    public void WhatDivergesIsSaidAndTheCheckpointStays()
    {
        string path = Path.Combine(Folder("a"), "checkpoint.safetensors");
        byte[]? saved = null;
        var error = Assert.Throws<DivergedException>(() => Create(new() { Folder = Folder("a"), CheckpointEvery = TimeSpan.Zero }).Fit(Endless, i =>
        {
            if (i != 3) return LossOf(1);
            saved = File.ReadAllBytes(path);
            return LossOf(float.NaN);
        }));
        Assert.Contains("loss is NaN in iteration 4, with a learning rate of 0.1", error.Message);
        Assert.Equal(saved, File.ReadAllBytes(path));
        Assert.Equal(3, History.Read(Path.Combine(Folder("a"), "metrics.jsonl")).Iterations.Count);
    }

    [Fact]
    public void MistakesAreNamed()
    {
        Says<ArgumentException>("Data without end have no epochs", () => Create(new() { MaxEpochs = 1 }).Fit(Endless, i => LossOf(1)));
        Says<ArgumentException>("ValidateEvery", () => Create(new()).Fit(Endless, i => LossOf(1), Batches.Of([1], 1, one => 0)));
        Says<ArgumentException>("validation data with an end", () => Create(new()).Fit(Endless, i => LossOf(1), Endless));
        Says<ArgumentException>("Resume needs the Folder", () => Create(new() { Resume = true }));
        Says<ArgumentOutOfRangeException>("MaxGradientNorm", () => Create(new() { MaxGradientNorm = 0 }));
        Says<ArgumentOutOfRangeException>("LogEvery", () => Create(new() { LogEvery = 0 }));
        Says<ArgumentException>("'a' is given twice", () => Create(new() { HyperParameters = [new("a", "1"), new("a", "2")] }));
        Trainer trainer = Create(new() { MaxIterations = 1 });
        Says<InvalidOperationException>("inside the loss function", () => trainer.Log("a", 1));
        foreach (string name in new[] { "loss", "val_a", "a,b", "seconds" })
            Says<ArgumentException>($"'{name}'", () => Create(new() { MaxIterations = 1 }).Fit(Endless, Logging(name)));
        trainer.Fit(Endless, i => LossOf(1));
        Says<InvalidOperationException>("trained already", () => trainer.Fit(Endless, i => LossOf(1)));

        Func<int, Tensor> Logging(string name) => i =>
        {
            Create(new()).Log(name, 1);
            return LossOf(1);
        };

        static void Says<T>(string what, Action action) where T : Exception => Assert.Contains(what, Assert.Throws<T>(action).Message);
    }
}
