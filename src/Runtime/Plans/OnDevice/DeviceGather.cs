using System.Runtime.CompilerServices;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>Columns by a table, and the transposed: what the tables of a stage are on each device that it ran on.</summary>
/// <param name="source">For each column of the result, a column of the operand, or −1 for 0.</param>
/// <param name="width">Columns of the operand.</param>
internal sealed class DeviceGather(int[] source, int width)
{
    readonly ConditionalWeakTable<Accelerator, Tables> tables = [];

    sealed record Tables(Storage Source, Storage Starts, Storage Members);

    /// <summary>y[i] = v[source[i]].</summary>
    public void Gather(Accelerator device, Rows y, Rows v, RowSpace space, int add) => device.Launch(
        DeviceRowCall.Text, "gather", Grid.Over(space.Rows * source.Length),
        y.Start, y.BatchStride, y.StepStride, v.Start, v.BatchStride, v.StepStride, On(device).Source,
        space.Lengths, space.Rows, space.Steps, space.First, source.Length, add);

    /// <summary>v[j] = Σ y[i] over all i with source[i] = j, in their order.</summary>
    public void Collect(Accelerator device, Rows v, Rows y, RowSpace space, int add) => device.Launch(
        DeviceRowCall.Text, "collect", Grid.Over(space.Rows * width),
        v.Start, v.BatchStride, v.StepStride, y.Start, y.BatchStride, y.StepStride, On(device).Starts, On(device).Members,
        space.Lengths, space.Rows, space.Steps, space.First, width, add);

    Tables On(Accelerator device) => tables.GetValue(device, Upload);

    Tables Upload(Accelerator device)
    {
        var starts = new int[width + 1];
        foreach (var j in source.Where(j => j >= 0)) starts[j + 1]++;
        for (var j = 0; j < width; j++) starts[j + 1] += starts[j];
        var (members, next) = (new int[starts[width]], (int[])starts.Clone());
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] >= 0) members[next[source[i]]++] = i;
        }
        return new(device.Upload(source), device.Upload(starts), device.Upload(members));
    }
}
