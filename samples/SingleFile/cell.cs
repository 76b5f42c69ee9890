#!/usr/bin/env -S dotnet run -c Release
#:project ../../src/Runtime/Recurve.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
using Recurve;
using static Recurve.Functions;

// A cell, its training and its use in one file: dotnet run -c Release samples/SingleFile/cell.cs
Device device;
try
{
    // the processor, or what RECURVE_DEVICE names: cuda:0, opencl:0
    device = Device.Default;
}
catch (Exception missing) when (missing is ArgumentException or DeviceException)
{
    Console.Error.WriteLine(missing.Message);
    return 1;
}
Smoother cell = new(units: 8);
cell.To(device);
Console.WriteLine(Smoother.Info);

RandomSource random = new(1);
float[] noisy = [.. Enumerable.Range(0, 16 * 200).Select(i => (float)(Math.Sin(i / 9.0) + 0.5 * random.Normal()))];
float[] clean = [.. Enumerable.Range(0, 16 * 200).Select(i => (float)Math.Sin(i / 9.0))];
Trainer trainer = new(cell, new Adam(cell.Parameters, 1e-2), new() { MaxIterations = 200, Progress = new ConsoleProgress() });
TrainingResult result = trainer.Fit(
    Batches.Of(Tensor.FromArray(noisy, 16, 200, 1), Tensor.FromArray(clean, 16, 200, 1), size: 4, shuffleSeed: 1),
    some => Loss.MeanSquaredError(cell.Forward(some.Inputs.To(device)), some.Targets.To(device)));
Console.WriteLine(result);
Console.WriteLine($"mean squared error {result.History.Last("loss"):0.000}, of the noise {0.5 * 0.5:0.000}");
return 0;

/// <summary>Leaky integrators, each with a rate that is learned.</summary>
[Cell]
public sealed partial class Smoother(int units)
{
    [Weight] readonly Vec rate = new(units);
    [Weight] readonly Mat wi = new(units, 1), wo = new(1, units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec a = Sigmoid(rate);
        h = a * h + (1 - a) * (wi * x);
        return wo * h;
    }
}
