using Recurve.Distributed.Mpi;

namespace Recurve.Distributed;

/// <summary>All processes of a job: those that <c>mpirun</c> started, or this one alone.</summary>
public static class World
{
    internal const string HowToInstall = "Install Open MPI (openmpi-bin) or MPICH (mpich) and start the program under it: mpirun -n 4 dotnet program.dll.";

    static readonly Lock gate = new();
    static bool opened;
    static Watch? watch;

    /// <summary>What carries the data, such as "Open MPI v4.1.4"; empty for a process alone.</summary>
    public static string Library { get; private set; } = "";

    /// <summary>Whether MPI takes addresses of CUDA devices, by <see cref="CudaSupport"/>; otherwise numbers go through the processor's memory.</summary>
    internal static bool TakesCudaMemory { get; private set; }

    /// <summary>Joins the processes that were started together; once in a process. A process that no launcher started is a world of one and needs no MPI.</summary>
    /// <param name="ranks">How many there must be at least.</param>
    /// <returns>All of them; to be disposed of at the end, by every rank.</returns>
    /// <exception cref="MpiException">There are fewer, the launcher's library is not there, or the library is of another MPI than the launcher.</exception>
    /// <exception cref="InvalidOperationException">It was opened before.</exception>
    public static Communicator Open(int ranks = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ranks);
        var launcher = Launcher.Of(Environment.GetEnvironmentVariable);
        lock (gate)
        {
            if (opened) throw new InvalidOperationException("The world is open, or was; MPI allows it once in a process.");
            opened = launcher is not null;
        }
        if (launcher is null)
            return ranks == 1 ? new Alone() : throw new MpiException($"This needs {ranks} ranks, but the process was started alone. {HowToInstall}");

        var convention = Native.Load(launcher);
        var world = MpiCommunicator.World(convention);
        Library = Native.Version();
        if (launcher.Ranks is { } announced && announced != world.Size)
            throw new MpiException($"{launcher.Name} started {announced} ranks, but {Library} sees {world.Size}: it is of another MPI than the launcher. Name the right library in {Launcher.LibraryVariable}.");
        if (world.Size < ranks) throw new MpiException($"This needs {ranks} ranks, but mpirun started {world.Size}: mpirun -n {ranks}.");
        TakesCudaMemory = CudaSupport.Of(Native.FunctionOf, Environment.GetEnvironmentVariable);
        Processors.Share(launcher.RanksHere ?? 1);
        HostMemory.Sharers = launcher.RanksHere ?? 1;
        watch = new(world);
        return world;
    }

    /// <summary>
    /// Runs a program on every rank: opens the world, calls <paramref name="program"/>, closes the world. An exception on one of several ranks ends all of them with
    /// exit code 1, the rank named; without this they would wait for it for ever. To be called first: under MPICH each rank starts itself anew, to be watched.
    /// </summary>
    /// <returns>The program's exit code.</returns>
    public static int Run(Func<Communicator, int> program, int ranks = 1)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (Supervisor.IsNeeded(Environment.GetEnvironmentVariable)) return Supervisor.Run();
        var world = Open(ranks);
        try
        {
            var code = program(world);
            world.Dispose();
            return code;
        }
        catch (Exception error) when (world.Size > 1)
        {
            world.Abort($"{error.GetType().Name}: {error.Message}");
            throw;
        }
    }

    internal static void Close()
    {
        watch?.Dispose();
        Native.Check(Native.Shutdown(), "MPI_Finalize");
    }
}
