using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Recurve.TestKit;
using Xunit.Abstractions;

namespace Recurve.Distributed.Tests;

/// <summary>One rank fails: the job ends, says which, and goes on where it stopped.</summary>
public sealed class FaultTests(ITestOutputHelper log) : IDisposable
{
    const int Kills = 10, EarlyKills = 3, LateThrows = 5;

    static readonly TimeSpan limit = TimeSpan.FromSeconds(30);

    readonly string folder = Directory.CreateTempSubdirectory("recurve-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, OpenMpi(3), Mpich(3)]
    public void AnExceptionOnOneRankEndsAll(string mpi, int ranks) => Fails(mpi, ranks, "throw", "rank 2 of 3: FormatException: the data of this rank is broken");

    [Theory, OpenMpi(3), Mpich(3)]
    public void AnExceptionWhenAnotherRankHasEndedEndsAll(string mpi, int ranks)
    {
        // the launcher once hung after one of forty such jobs
        for (var i = 0; i < LateThrows; i++) Fails(mpi, ranks, "throw-late", "rank 0 of 3: FormatException: the data of this rank is broken");
    }

    [Theory, OpenMpi(3), Mpich(3)]
    public void AnEarlyExitOfOneRankEndsAll(string mpi, int ranks) => Fails(mpi, ranks, "exit", "rank 2 of 3: the process exits, but its world was not closed.");

    [Theory, OpenMpi(3), Mpich(3)]
    public void ARankWithOtherShapesIsRefused(string mpi, int ranks)
        => Fails(mpi, ranks, "shapes", "Rank 2 differs from rank 0: it has weight (5, 3), rank 0 has weight (4, 3).");

    [Theory, OpenMpi(2), Mpich(2)]
    public void ARankWithOtherCodeIsRefused(string mpi, int ranks)
    {
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var build = Rebuild(Path.Combine(folder, "Recurve.dll"));
        // the launcher of Open MPI 5.0.7 crashes where ranks are given different programs
        var other = Path.Combine(folder, Path.GetFileName(Launch.Worker));
        using var process = Launch.Start(
            Launch.Of(mpi), ["-n", $"{ranks + 1}", "sh", "-c", $"[ ${{OMPI_COMM_WORLD_RANK:-$PMI_RANK}} = {ranks} ] && exec dotnet '{other}' unused || exec dotnet '{Launch.Worker}' unused"]);
        var (exit, _, error) = Launch.Finish(process);
        Assert.NotEqual(0, exit);
        Assert.Contains($"Rank 2 differs from rank 0: it has Recurve.dll, build {build:N}, rank 0 has Recurve.dll, build {typeof(Module).Module.ModuleVersionId:N}.", error);
    }

    [Theory, OpenMpi(3), Mpich(3)]
    public void AKilledRankEndsTheJobWhichGoesOnExactly(string mpi, int ranks)
    {
        var seed = RandomSeed.Draw();
        log.WriteLine($"seed {seed}");
        Random random = new(seed);
        var interrupted = Directory.CreateDirectory(Path.Combine(folder, "interrupted")).FullName;
        for (var kill = 0; kill < Kills; kill++)
        {
            int victim = random.Next(ranks), delay = random.Next(400);
            var before = Written(interrupted);
            foreach (var file in Directory.GetFiles(interrupted, "*.pid")) File.Delete(file);
            using var job = Launch.Start(mpi, ranks, "train", "--folder", interrupted, "--checkpoints", "yes", "--dropout", "0.2", "--iterations", "1000000");
            var watch = Stopwatch.StartNew();
            var id = WaitForRank(interrupted, victim, job);
            // some while the job starts, the others while it trains
            while (kill >= EarlyKills && Written(interrupted) == before) Thread.Sleep(10);
            Thread.Sleep(delay);
            watch.Restart();
            using (var rank = Process.GetProcessById(id)) rank.Kill();
            var (exit, output, error) = Launch.Finish(job);
            log.WriteLine($"kill {kill}: rank {victim} after {delay} ms, over after {watch.Elapsed.TotalSeconds:0.0} s");
            Assert.NotEqual(0, exit);
            Assert.True(watch.Elapsed < limit, $"kill {kill} of seed {seed}: over after {watch.Elapsed}");
            Assert.Contains(mpi == nameof(Mpi.Open) ? $"rank {victim} with PID" : $"rank {victim} of {ranks}: process {id} was killed by signal 9.", error);
        }

        var reached = int.Parse(Safetensors.Read(Path.Combine(interrupted, "checkpoint.safetensors")).Metadata["iteration"], System.Globalization.CultureInfo.InvariantCulture);
        log.WriteLine($"{reached} iterations in {Kills} parts");
        var iterations = $"{reached + 3}";
        Assert.Equal(0, Launch.Run(mpi, ranks, "train", "--folder", interrupted, "--checkpoints", "yes", "--dropout", "0.2", "--iterations", iterations).Exit);
        Assert.Equal(0, Launch.Run(mpi, ranks, "train", "--folder", folder, "--dropout", "0.2", "--iterations", iterations).Exit);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "weights.safetensors")), File.ReadAllBytes(Path.Combine(interrupted, "weights.safetensors")));
    }

    static DateTime Written(string folder) => File.GetLastWriteTimeUtc(Path.Combine(folder, "checkpoint.safetensors"));

    static int WaitForRank(string folder, int rank, Process job)
    {
        var path = Path.Combine(folder, $"{rank}.pid");
        while (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            Assert.False(job.HasExited, "the job ended before it was killed");
            Thread.Sleep(10);
        }
        return int.Parse(File.ReadAllText(path), System.Globalization.CultureInfo.InvariantCulture);
    }

    static void Fails(string mpi, int ranks, string job, string message)
    {
        var watch = Stopwatch.StartNew();
        var (exit, _, error) = Launch.Run(mpi, ranks, job);
        Assert.NotEqual(0, exit);
        Assert.Contains(message, error);
        Assert.True(watch.Elapsed < limit, $"over after {watch.Elapsed}");
    }

    /// <summary>Gives an assembly the identity of another build, which is the result.</summary>
    static Guid Rebuild(string assembly)
    {
        var bytes = File.ReadAllBytes(assembly);
        Guid before;
        using (PEReader reader = new(new MemoryStream(bytes)))
        {
            var metadata = reader.GetMetadataReader();
            before = metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
        }
        var after = Guid.NewGuid();
        after.ToByteArray().CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf(before.ToByteArray())));
        File.WriteAllBytes(assembly, bytes);
        return after;
    }
}
