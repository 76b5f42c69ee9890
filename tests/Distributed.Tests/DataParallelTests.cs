namespace Recurve.Distributed.Tests;

/// <summary>A training on several ranks against the same in one process.</summary>
public sealed class DataParallelTests : IDisposable
{
    const int Iterations = 20;

    readonly string folder = Directory.CreateTempSubdirectory("recurve-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, OpenMpi(1, 2, 3, 4), Mpich(1, 2, 3, 4)]
    public void WeightsAndLossAreThoseOfASingleProcess(string mpi, int ranks) => TrainsTheSame(mpi, ranks, "cpu");

    /// <summary>Gradients, weights and momenta of a device go through page-locked memory of the processor; those of OpenCL have no addresses for any MPI.</summary>
    [Theory, OpenMpi(2, Device = "opencl:0"), Mpich(3, Device = "opencl:0")]
    public void TensorsOfADeviceAreSummedToo(string mpi, int ranks) => TrainsTheSame(mpi, ranks, "opencl:0", direct: "1");

    /// <summary>Neither MPI of the distribution takes memory of a card, which it says itself.</summary>
    [Theory, OpenMpi(3, Device = "cuda:1"), Mpich(2, Device = "cuda:1")]
    public void TensorsOfACardAreStaged(string mpi, int ranks) => Assert.Equal(0, Number("cuda", TrainsTheSame(mpi, ranks, "cuda:1")));

    /// <summary>The double's memory is the processor's: so its addresses can be given to any MPI, as those of a card to one that takes them.</summary>
    [Theory, OpenMpi(3, Device = "cuda:1"), Mpich(3, Device = "cuda:1")]
    public void AddressesOfACardGoToAnMpiThatTakesThem(string mpi, int ranks) => Assert.Equal(1, Number("cuda", TrainsTheSame(mpi, ranks, "cuda:1", direct: "1")));

    [Theory, OpenMpi(2), Mpich(2)]
    public void WhatTheVariableSaysMustBeSomething(string mpi, int ranks)
    {
        var (exit, _, error) = Launch.RunWith("RECURVE_MPI_CUDA", "yes", mpi, ranks, "operations");
        Assert.NotEqual(0, exit);
        Assert.Contains("RECURVE_MPI_CUDA is 'yes'; expected 1", error);
    }

    string TrainsTheSame(string mpi, int ranks, string device, string? direct = null)
    {
        var alone = Launch.Alone("train", "--folder", folder);
        Assert.True(alone.Exit == 0, alone.Error);
        var expected = Weights();
        // 13 sequences: unequal shards on 2, 3 and 4 ranks; momentum and the gradients' norm carry a difference on
        string[] job = ["train", "--folder", folder, "--device", device];
        var (exit, output, error) = direct is null ? Launch.Run(mpi, ranks, job) : Launch.RunWith("RECURVE_MPI_CUDA", direct, mpi, ranks, job);
        Assert.True(exit == 0, error);
        var weights = Weights();
        Assert.Equal(expected.Keys, weights.Keys);
        double distance = 0, length = 0;
        foreach (var (name, tensor) in expected)
        {
            foreach (var (a, b) in tensor.ToArray().Zip(weights[name].ToArray())) (distance, length) = (distance + Math.Pow(a - b, 2), length + a * a);
        }
        Assert.True(distance <= 1e-10 * length, $"relative distance {Math.Sqrt(distance / length)}");
        foreach (var name in (string[])["loss", "norm"]) Assert.Equal(Number(name, alone.Output), Number(name, output), 1e-5);

        // per step every weight once, a flag per tensor, and two numbers for the loss: its sum and its weight
        var numbers = expected.Values.Sum(t => t.ToArray().Length);
        Assert.Equal(Iterations * (4 * (numbers + expected.Count) + 16), Number("reduced", output));
        return output;
    }

    [Theory, OpenMpi(1, 3), Mpich(3)]
    public void AWeightThatSomeRanksDoNotUseHasTheOthersGradient(string mpi, int ranks)
    {
        var (exit, _, error) = Launch.Run(mpi, ranks, "unused");
        Assert.True(exit == 0, error);
    }

    [Theory, OpenMpi(3), Mpich(2)]
    public void RanksDropDifferentElementsAndGoOnExactly(string mpi, int ranks)
    {
        var (exit, _, error) = Launch.Run(mpi, ranks, "streams", folder);
        Assert.True(exit == 0, error);
    }

    /// <summary>
    /// What Open MPI's messages hold, as its own monitoring counts them: for n bytes of gradients all ranks together send 2 (p − 1) n, which is 2 (p − 1)/p · n for each (docs/scaling.md).
    /// One step is the difference between one and three.
    /// </summary>
    [Theory, OpenMpi(2, 4)]
    public void BytesSentAreThoseOfTheModelTimesTheFactor(string mpi, int ranks)
    {
        var (one, oneSent) = Measure(1);
        var (three, threeSent) = Measure(3);
        Assert.Equal(4.0 * (2 * (256 * 256 + 256) + 4), one);
        Assert.Equal(3 * one, three);
        // and a few bytes for each message
        Assert.InRange((threeSent - oneSent) / 2 / (2 * (ranks - 1) * one), 1, 1.001);

        (double Reduced, double Sent) Measure(int steps)
        {
            var profile = Path.Combine(folder, $"sent-{steps}");
            using var job = Launch.Start(Launch.Of(mpi), [
                "--mca", "pml_monitoring_enable", "2", "--mca", "pml_monitoring_enable_output", "3", "--mca", "pml_monitoring_filename", profile,
                "-n", $"{ranks}", "dotnet", Launch.Worker, "wire", $"{steps}"]);
            var (exit, output, error) = Launch.Finish(job);
            Assert.True(exit == 0, error);
            // kind, from, to, bytes
            var sent = Enumerable.Range(0, ranks).SelectMany(rank => File.ReadLines($"{profile}.{rank}.prof")).Where(line => line[0] is 'I' or 'E')
                .Sum(line => double.Parse(line.Split('\t')[3].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
            return (Number("reduced", output), sent);
        }
    }

    IReadOnlyDictionary<string, Tensor> Weights() => Safetensors.Read(Path.Combine(folder, "weights.safetensors")).Tensors;

    /// <summary>The number after a word of the worker's last line.</summary>
    static double Number(string name, string output)
    {
        string[] words = output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return double.Parse(words[Array.IndexOf(words, name) + 1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
