using Recurve.Devices;

namespace Recurve.Plans;

/// <summary>A direction of a dense recurrence over a slice, on a device.</summary>
/// <param name="run">Of the slice.</param>
/// <param name="layout">The vectors of a batch, each a sequence.</param>
/// <param name="device">Where.</param>
/// <param name="from">On the device, where the sequences start: a row each; at first what comes to the first slice.</param>
/// <param name="to">Where they end.</param>
/// <param name="body">Runs them from there to there.</param>
internal sealed unsafe class DenseSliceOnDevice(Run run, DenseLayout layout, Accelerator device, Storage from, Storage to, Action body) : DenseSlice
{
    public override int Length(int sequence) => run.WalkOf(Rate.PerStep).Length(sequence / layout.Vectors);

    public override bool IsCut(int sequence) => !run.Uncut[sequence / layout.Vectors];

    public override void ReadGiven(float* rows) => Read(from, rows);

    public override void RunFromZero(float* left)
    {
        from.Clear();
        body();
        Read(to, left);
    }

    public override void Run(float* carried, float* left)
    {
        device.Write(from.Address, carried, from.Length * sizeof(float));
        body();
        if (left != null) Read(to, left);
    }

    void Read(Storage source, float* target) => device.Read(source.Address, target, source.Length * sizeof(float));
}
