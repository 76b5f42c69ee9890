using Recurve.Contracts;
using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>
/// Adjoints of what is constant over the call (streams, initial states), summed over rows: every unit of work leaves partial sums, which are added here in the units'
/// order. Units depend on the shape alone. As <see cref="RowSums"/> on the processor.
/// </summary>
internal sealed class DeviceSums : IDisposable
{
    // as in Sums.cl
    const int SummedUnits = 64;

    static readonly DeviceProgram program = DeviceProgram.Of("Sums.cl");

    readonly Accelerator device;
    readonly DeviceSignature signature;
    readonly Launch launch;
    readonly long units;
    readonly DeviceScratch scratch;

    DeviceSums(Accelerator device, DeviceSignature signature, Launch launch, long units)
    {
        (this.device, this.signature, this.launch, this.units) = (device, signature, launch, units);
        scratch = new(device);
        Partials = scratch.Take(units * Numbers * sizeof(double));
    }

    /// <summary>Where the units leave theirs: (unit, sum, channel) in extended precision.</summary>
    public nint Partials { get; private set; }

    long Numbers => (long)signature.Sums * launch.Width;

    /// <summary>Memory for the partial sums; null where no sum is wanted.</summary>
    public static DeviceSums? Of(Accelerator device, DeviceSignature signature, Launch launch, long units)
        => Wanted(signature, launch).Any() && units > 0 && launch.Width > 0 ? new(device, signature, launch, units) : null;

    /// <summary>Adds up what the units left, to where it is wanted.</summary>
    public void Complete()
    {
        for (var left = units; left > 1;)
        {
            var groups = (left + SummedUnits - 1) / SummedUnits;
            var sums = scratch.Take(groups * Numbers * sizeof(double));
            device.Launch(program, "sum_units", Grid.Over(groups * Numbers), sums, Partials, left, Numbers);
            (Partials, left) = (sums, groups);
        }
        foreach (var (sum, target) in Wanted(signature, launch))
            device.Launch(program, "give_sum", Grid.Over(launch.Width), target, Partials + (nint)((long)sum * launch.Width * device.ExtendedBytes), launch.Width);
    }

    public void Dispose() => scratch.Dispose();

    /// <summary>Each sum that is wanted, by its place among the partial ones, and its accumulator.</summary>
    static IEnumerable<(int Sum, nint Target)> Wanted(DeviceSignature signature, Launch launch)
    {
        var sum = 0;
        for (var i = 0; i < signature.Body.Streams; i++)
        {
            if (!DeviceSignature.Has(signature.Summed, i)) continue;
            for (var same = i; same < signature.Body.Streams; same++)
            {
                if (signature.HaveOneAdjoint(i, same) && launch.StreamAdjoints[same] is { Sum: not 0, Mode: not StoreMode.Discard } target)
                    yield return (sum, target.Sum);
            }
            sum++;
        }
        if (launch is not RecurrentLaunch recurrent) yield break;
        foreach (var state in recurrent.States)
        {
            if (state.InitialAdjoint != 0) yield return (sum, state.InitialAdjoint);
            sum++;
        }
    }
}
