using System.Globalization;

namespace Recurve.Distributed.Tests;

/// <summary>Samples under mpirun against the same alone, interrupted and resumed; their trainers write one run.</summary>
public sealed class SampleTests : IDisposable
{
    readonly string runs = Directory.CreateTempSubdirectory("recurve-").FullName;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Theory, OpenMpi(3), Mpich(2)]
    public void FirstSymbolDividesItsSteps(string mpi, int ranks)
        => TrainsTheSame(mpi, ranks, "FirstSymbol.dll", ["--length", "32", "--units", "8", "--batch", "4", "--sequence-parallel"]);

    [Theory, OpenMpi(2), Mpich(3)]
    public void DualRnnDividesItsMinibatch(string mpi, int ranks)
        => TrainsTheSame(mpi, ranks, "DualRnn.dll", ["--length", "20", "--units", "8", "--batch", "8"]);

    void TrainsTheSame(string mpi, int ranks, string program, string[] options)
    {
        const int iterations = 6;
        // a run that ends before its goal has exit code 1
        Assert.Equal(1, Launch.Program(program, null, 1, [.. options, "--iterations", $"{iterations}", "--runs", runs, "--name", "alone"]).Exit);
        foreach (string[] part in (string[][])[["--iterations", "3"], ["--iterations", $"{iterations}", "--resume"]])
        {
            var (exit, output, error) = Launch.Program(program, mpi, ranks, [.. options, .. part, "--runs", runs, "--name", "ranks"]);
            Assert.True(exit == 1 && output.Contains("written to"), output + error);
        }
        double[] alone = LossesOf("alone"), together = LossesOf("ranks");
        Assert.Equal(iterations, alone.Length);
        Assert.Equal(iterations, together.Length);
        foreach (var (a, b) in alone.Zip(together)) Assert.Equal(a, b, 1e-5 * Math.Abs(a));
    }

    double[] LossesOf(string run) =>
        [.. File.ReadLines(Path.Combine(runs, run, "metrics.csv")).Skip(1).Where(l => l != "").Select(l => double.Parse(l.Split(',')[2], CultureInfo.InvariantCulture))];
}
