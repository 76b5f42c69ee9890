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

    [Theory, OpenMpi(2), Mpich(2)]
    public void WhatRunsStepByStepIsNamed(string mpi, int ranks)
    {
        var (exit, _, error) = Launch.Run(mpi, ranks, "sequential");
        Assert.NotEqual(0, exit);
        Assert.Contains("the steps of state 'h' cannot be divided over ranks", error);
    }

    /// <summary>The bytes that were gathered, call by call.</summary>
    static long[] Succeeds(string mpi, int ranks, int steps, int groups)
    {
        var (exit, output, error) = Launch.Run(mpi, ranks, "sequences", $"{steps}", $"{groups}");
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
