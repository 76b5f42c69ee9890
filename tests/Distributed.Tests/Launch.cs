using System.Diagnostics;
using System.Reflection;
using Recurve.TestKit.Cuda;
using Xunit.Sdk;

namespace Recurve.Distributed.Tests;

/// <summary>An MPI on this machine.</summary>
/// <param name="Name">Its own.</param>
/// <param name="Program">The distribution's name for its launcher, where several are installed.</param>
/// <param name="Mark">What the launcher's version says.</param>
/// <param name="Package">What to install.</param>
public sealed record Mpi(string Name, string Program, string Mark, string Package)
{
    public static Mpi Open { get; } = new("Open MPI", "mpirun.openmpi", "Open MPI", "openmpi-bin");

    public static Mpi Mpich { get; } = new("MPICH", "mpirun.mpich", "HYDRA", "mpich");

    /// <summary>The launcher; null where there is none.</summary>
    public string? Launcher => field ??= new[] { Program, "mpirun" }.FirstOrDefault(p => VersionOf(p).Contains(Mark, StringComparison.Ordinal));

    public string? WhyNot => Launcher is null ? $"{Name} is not installed (package {Package})" : null;

    static string VersionOf(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            return process.StandardOutput.ReadToEnd();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }
}

/// <summary>Numbers of ranks under Open MPI; where it is not installed they are skipped, and say so.</summary>
public sealed class OpenMpiAttribute : DataAttribute
{
    readonly int[] ranks;

    public OpenMpiAttribute(params int[] ranks) => (this.ranks, Skip) = (ranks, Mpi.Open.WhyNot);

    /// <summary>A device that the test needs too; <c>cuda:1</c> is the double of a card.</summary>
    public string Device { get => field ?? "cpu"; set => Skip ??= Launch.WhyNot(field = value); }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => ranks.Select(n => new object[] { nameof(Mpi.Open), n });
}

/// <summary>The same for MPICH.</summary>
public sealed class MpichAttribute : DataAttribute
{
    readonly int[] ranks;

    public MpichAttribute(params int[] ranks) => (this.ranks, Skip) = (ranks, Mpi.Mpich.WhyNot);

    /// <summary>A device that the test needs too; <c>cuda:1</c> is the double of a card.</summary>
    public string Device { get => field ?? "cpu"; set => Skip ??= Launch.WhyNot(field = value); }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => ranks.Select(n => new object[] { nameof(Mpi.Mpich), n });
}

/// <summary>The worker as a user starts a program: under mpirun, or alone.</summary>
static class Launch
{
    static readonly TimeSpan limit = TimeSpan.FromMinutes(3);

    /// <summary>Why there is no such device; null: there is.</summary>
    public static string? WhyNot(string device)
        => device == "cuda:1" ? CudaPresence.WhyNoDouble : Device.TryGet(device, out _, out var whyNot) ? null : whyNot;

    public static string Worker { get; } = Path.Combine(AppContext.BaseDirectory, "Recurve.Distributed.Worker.dll");

    public static (int Exit, string Output, string Error) Run(string mpi, int ranks, params string[] arguments) => Finish(Start(mpi, ranks, arguments));

    /// <summary>Any program beside this assembly; alone where no MPI is named.</summary>
    public static (int Exit, string Output, string Error) Program(string assembly, string? mpi, int ranks, params string[] arguments)
    {
        var path = Path.Combine(AppContext.BaseDirectory, assembly);
        return Finish(mpi is null ? Start("dotnet", [path, .. arguments]) : Start(Of(mpi), ["-n", $"{ranks}", "dotnet", path, .. arguments]));
    }

    public static (int Exit, string Output, string Error) Alone(params string[] arguments) => Finish(Start("dotnet", [Worker, .. arguments]));

    public static Process Start(string mpi, int ranks, params string[] arguments)
        => Start(Of(mpi), ["-n", $"{ranks}", "dotnet", Worker, .. arguments]);

    /// <summary>The worker with a variable of its environment set.</summary>
    public static (int Exit, string Output, string Error) RunWith(string variable, string value, string mpi, int ranks, params string[] arguments)
        => Finish(Start(Of(mpi), ["-n", $"{ranks}", "env", $"{variable}={value}", "dotnet", Worker, .. arguments]));

    public static string Of(string mpi) => mpi == nameof(Mpi.Open) ? Mpi.Open.Launcher! : Mpi.Mpich.Launcher!;

    public static Process Start(string program, string[] arguments)
    {
        ProcessStartInfo info = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // a test machine has fewer processors than ranks, and may be a container
        foreach (var (name, value) in new[]
        {
            ("OMPI_ALLOW_RUN_AS_ROOT", "1"), ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"), ("OMPI_MCA_rmaps_base_oversubscribe", "1"), ("OMPI_MCA_mpi_yield_when_idle", "1"),
            ("OMPI_MCA_hwloc_base_binding_policy", "none"), ("OMPI_MCA_btl_vader_single_copy_mechanism", "none"), ("TERM", "dumb"),
            // the same to Open MPI 5, whose launcher is PRRTE
            ("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe"), ("PRTE_MCA_hwloc_default_binding_policy", "none"), ("OMPI_MCA_btl_sm_single_copy_mechanism", "none"),
        }) info.Environment[name] = value;
        if (CudaPresence.Library is { } library) info.Environment["RECURVE_DOUBLE"] = library;
        return Process.Start(info)!;
    }

    /// <summary>Waits for the end; a job that hangs is killed, with its ranks, and fails the test.</summary>
    public static (int Exit, string Output, string Error) Finish(Process process)
    {
        using var _ = process;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"The job was not over after {limit.TotalSeconds} s. Output: {output.Result}{error.Result}");
        }
        return (process.ExitCode, output.Result, error.Result);
    }
}
