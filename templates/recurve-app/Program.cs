using System.Globalization;
using Recurve;
using RecurveApp;

// what the compiler decided
Console.WriteLine(Memory.Info);

Waves waves = new(batch: 16, length: 128);
Sequential network = new(new Memory(1, 48), new Memory(48, 48), new Linear(48, 1));
network.Initialize(seed: 1);
// the processor, or what RECURVE_DEVICE names: cuda:0, opencl:0
network.To(Device.Default);

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) =>
{
    // the run is saved first
    pressed.Cancel = true;
    stop.Cancel();
};

string folder = Path.Combine("runs", DateTime.Now.ToString("yyyy-MM-dd-HHmmss", CultureInfo.InvariantCulture));
Trainer trainer = new(network, new Adam(network.Parameters, learningRate: 5e-3), new()
{
    Folder = folder,
    Title = "Waves",
    MaxIterations = 400,
    MaxGradientNorm = 1,
    ValidateEvery = 50,
    SequenceLength = waves.Length,
    Progress = new ConsoleProgress(),
});
var (inputs, targets) = waves.Minibatch(seed: 0);
TrainingResult result = trainer.Fit(
    Batches.Generate(waves.Batch, iteration => waves.Minibatch(seed: 1 + (int)iteration)),
    batch => Loss.MeanSquaredError(network.Forward(batch.Inputs.To(Device.Default)), batch.Targets.To(Device.Default)),
    validation: Batches.Of(inputs, targets, waves.Batch),
    cancel: stop.Token);

Console.WriteLine(result);
Console.WriteLine($"look at {Path.Combine(folder, "report.html")}");
