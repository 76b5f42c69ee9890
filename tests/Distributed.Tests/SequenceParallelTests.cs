using System.Globalization;
using System.Text.RegularExpressions;

namespace Recurve.Distributed.Tests;

/// <summary>Outputs and gradients of sequences whose steps are on several ranks, against those of whole sequences; the worker compares.</summary>
public sealed partial class SequenceParallelTests
{
    [Theory, OpenMpi(1, 2, 3, 4), Mpich(1, 2, 3, 4)]
    public void OutputsAndGradientsAreThoseOfWholeSequences(string mpi, int ranks) => Succeeds(mpi, ranks, 48, 1);

    /// <summary>50 steps are 17, 17 and 16, and one that is padding.</summary>
    [Theory, OpenMpi(3), Mpich(3)]
    public void StepsThatCannotBeDividedArePadded(string mpi, int ranks) => Succeeds(mpi, ranks, 50, 1);

    [Theory, OpenMpi(4), Mpich(4)]
    public void GroupsOfRanksDivideTheBatchAsWell(string mpi, int ranks) => Succeeds(mpi, ranks, 48, 2);

    [Theory, OpenMpi(2), Mpich(2)]
    public void BytesDoNotDependOnTheSteps(string mpi, int ranks) => Assert.Equal(Succeeds(mpi, ranks, 48, 1), Succeeds(mpi, ranks, 960, 1));

    /// <summary>Slices on a device: tiles are summarised and joined there; what is sent is the same.</summary>
    [Theory, OpenMpi(1, 3, 4, Device = "opencl:0"), Mpich(2, 3, Device = "opencl:0")]
    public void SlicesOnADeviceGiveTheSame(string mpi, int ranks) => Assert.Equal(Succeeds(mpi, ranks, 48, 1, "opencl:0"), Succeeds(mpi, ranks, 960, 1, "opencl:0"));

    [Theory, OpenMpi(3, Device = "cuda:1"), Mpich(3, Device = "cuda:1")]
    public void SlicesOnACardGiveTheSame(string mpi, int ranks) => Succeeds(mpi, ranks, 50, 1, "cuda:1");

    [Theory, OpenMpi(3), Mpich(2)]
    public void WeightsAreThoseOfWholeSequences(string mpi, int ranks) => Descends(mpi, ranks, "cpu");

    [Theory, OpenMpi(4, Device = "opencl:0"), Mpich(3, Device = "opencl:0")]
    public void WeightsOnADeviceAreThoseOfWholeSequences(string mpi, int ranks) => Descends(mpi, ranks, "opencl:0");

    [Theory, OpenMpi(3, Device = "cuda:1"), Mpich(3, Device = "cuda:1")]
    public void WeightsOnACardAreThoseOfWholeSequences(string mpi, int ranks) => Descends(mpi, ranks, "cuda:1");

    static void Descends(string mpi, int ranks, string device)
    {
        var (exit, _, error) = Launch.Run(mpi, ranks, "descend", device);
        Assert.True(exit == 0, error);
    }

    /// <summary>As among many ranks; the worker compares to 1e-5 as well.</summary>
    [Theory, OpenMpi(3), Mpich(4)]
    public void ScannedSummariesGiveTheSame(string mpi, int ranks)
    {
        var (exit, _, error) = Launch.Run(mpi, ranks, "sequences", "48", "1", "scanned", "cpu");
        Assert.True(exit == 0, error);
    }

    [Fact]
    public void ManyRanksScanLargeSummaries()
    {
        // the sizes of docs/scaling.md: 4 KB of 256 channels, forward, and a hundred bytes
        Assert.Equal([false, false, false, true, true], new[] { 2, 4, 8, 64, 1024 }.Select(ranks => ScanRule.Pays(ranks, 4120)));
        Assert.Equal([false, false, false, false, true], new[] { 2, 4, 8, 64, 1024 }.Select(ranks => ScanRule.Pays(ranks, 100)));
    }

    [Theory, OpenMpi(3, 4), Mpich(3, 4)]
    public void TilesOfTheWholeSequenceGiveTheSameBits(string mpi, int ranks)
    {
        var (exit, _, error) = Launch.Run(mpi, ranks, "bits");
        Assert.True(exit == 0, error);
    }

    /// <summary>So the test above has power: factors are near one, and what the first ranks hand on is seen in the last.</summary>
    [Theory, OpenMpi(3), Mpich(4)]
    public void SwappedOperandsAreFound(string mpi, int ranks)
    {
        var (exit, _, error) = Launch.Run(mpi, ranks, "bits", "swapped");
        Assert.NotEqual(0, exit);
        Assert.Matches(@"Of \d+ (outputs|gradients at the inputs) of Rotation [1-9]\d* differ from those of one rank", error);
    }

    /// <summary>Peak memory falls as 1/ranks, within 20 %.</summary>
    [Theory, OpenMpi(2, 4), Mpich(4)]
    public void MemoryIsDividedAmongTheRanks(string mpi, int ranks)
    {
        double one = Peaks(mpi, 1)[0];
        double[] several = Peaks(mpi, ranks);
        Assert.Equal(ranks, several.Length);
        Assert.All(several, own => Assert.InRange(own * ranks / one, 0.8, 1.2));
    }

    static double[] Peaks(string mpi, int ranks)
    {
        var (exit, output, error) = Launch.Run(mpi, ranks, "memory", "131072");
        Assert.True(exit == 0, error);
        return [.. Peak().Match(output).Groups[1].Value.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex(@"peak ([\d ]+) MiB")]
    private static partial Regex Peak();

    [Theory, OpenMpi(2), Mpich(2)]
    public void WhatRunsStepByStepIsNamed(string mpi, int ranks)
    {
        var (exit, _, error) = Launch.Run(mpi, ranks, "sequential");
        Assert.NotEqual(0, exit);
        Assert.Contains("the steps of state 'h' cannot be divided over ranks", error);
    }

    /// <summary>The bytes that were gathered, call by call.</summary>
    static long[] Succeeds(string mpi, int ranks, int steps, int groups, string device = "cpu")
    {
        var (exit, output, error) = Launch.Run(mpi, ranks, "sequences", $"{steps}", $"{groups}", "gathered", device);
        Assert.True(exit == 0, error);
        long[] gathered = [.. Gathered().Matches(output).Select(m => long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(3, gathered.Length);
        // docs/scaling.md: Block of two, Diagonal and Clamped of width 6, rounded up to 16, forward and backward, and four states' ends
        int sequences = 4 / groups, width = 16;
        Assert.All(gathered, bytes => Assert.Equal(sequences * (8L * ((6 + 6 + 2 + 2 + 4 + 2) * width + 6 * 3) + 2 * 4 * 4 * 6), bytes));
        return gathered;
    }

    [GeneratedRegex(@"gathered (\d+) in")]
    private static partial Regex Gathered();
}
