namespace Recurve.Distributed.Tests;

/// <summary>One program under both MPIs, and alone.</summary>
public sealed class OperationTests
{
    [Theory, OpenMpi(1, 2, 3, 4), Mpich(1, 2, 3, 4)]
    public void EveryOperationGivesWhatItMust(string mpi, int ranks)
    {
        var (exit, output, error) = Launch.Run(mpi, ranks, "operations");
        Assert.True(exit == 0, error);
        Assert.Contains($"{ranks} ranks of {(mpi == nameof(Mpi.Open) ? "Open MPI" : "MPICH")}", output);
    }

    [Fact]
    public void AProcessAloneIsAWorldOfOne()
    {
        var (exit, output, error) = Launch.Alone("operations");
        Assert.True(exit == 0, error);
        Assert.Contains("1 ranks of", output);
    }

    [Fact]
    public void AskingForMoreRanksSaysWhatToInstall()
    {
        var error = Assert.Throws<MpiException>(() => World.Open(ranks: 4));
        Assert.Contains("This needs 4 ranks, but the process was started alone. Install Open MPI (openmpi-bin) or MPICH (mpich)", error.Message);
    }

    [Theory, OpenMpi(3), Mpich(3)]
    public void AnErrorOfMpiHasItsOwnText(string mpi, int ranks)
    {
        var (exit, _, error) = Launch.Run(mpi, ranks, "truncate");
        Assert.NotEqual(0, exit);
        Assert.Contains($"of {ranks}: MpiException: MPI_Sendrecv failed: ", error);
        Assert.Contains("truncate", error, StringComparison.OrdinalIgnoreCase);
    }
}
