using Recurve.Runtime.Tests.Plans;

namespace Recurve.Runtime.Tests.Training;

/// <summary>Truncated backpropagation through time: each minibatch begins where the last one ended, also after a resumption.</summary>
public sealed class CarriedStateTests : InFolder
{
    const int Inputs = 2, Units = 3, Batch = 2, Window = 5, Last = 9;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void AResumedRunGoesOnWithTheStatesAndTheDropout(int cut)
    {
        Run whole = new(), first = new(), second = new();
        whole.Fit(new() { Folder = Folder("whole"), MaxIterations = Last });
        Assert.NotEqual(new float[Batch * Units], whole.Carried);

        using CancellationTokenSource source = new();
        first.Fit(new() { Folder = Folder("parts"), MaxIterations = Last, Progress = new Listener(p => { if (p.Iteration == cut) source.Cancel(); }) }, source.Token);
        Assert.NotEqual(whole.Weights, first.Weights);
        second.Fit(new() { Folder = Folder("parts"), MaxIterations = Last, Resume = true });
        Assert.Equal(whole.Weights, second.Weights);
        Assert.Equal(whole.Carried, second.Carried);
    }

    [Fact]
    public void WithoutTheStatesTheRunWouldBeAnother()
    {
        Run carried = new(), forgetful = new() { Forgets = true };
        carried.Fit(new() { MaxIterations = 3 });
        forgetful.Fit(new() { MaxIterations = 3 });
        Assert.NotEqual(carried.Weights, forgetful.Weights);
    }

    sealed class Run
    {
        readonly MinGruByHand cell = new(Inputs, Units);
        readonly Dropout dropout = new(0.3);
        readonly Sequential model;
        Trainer trainer = null!;

        public Run()
        {
            model = new(cell, dropout);
            model.Initialize(3);
        }

        public bool Forgets { get; init; }

        public float[] Weights => [.. model.Parameters.SelectMany(p => p.Value.ToArray())];

        public float[] Carried => trainer.Carried["h"].ToArray();

        public void Fit(TrainerOptions options, CancellationToken cancel = default)
        {
            trainer = new(model, new Adam(model.Parameters, 0.02), options);
            trainer.Fit(Batches.Generate(Batch, Steps), x =>
            {
                CellStates? start = trainer.Carried.TryGetValue("h", out Tensor? h) && !Forgets ? new ListedStates([h]) : null;
                var (y, end) = cell.RunAny([x], start, null);
                trainer.Carried["h"] = end.Tensors[0].Detach();
                return Loss.MeanSquaredError(dropout.Forward(y[0]), Tensor.Zeros(Batch, Window, Units));
            }, cancel: cancel);
        }

        static Tensor Steps(long iteration)
        {
            RandomSource random = RandomSource.For(5, $"window {iteration}");
            return Tensor.FromArray([.. Enumerable.Range(0, Batch * Window * Inputs).Select(_ => (float)random.Normal())], Batch, Window, Inputs);
        }
    }
}
