using Recurve.Devices;

namespace Recurve.Distributed;

/// <summary>
/// Gradients of some parameters side by side, which are summed over the ranks in one operation. Behind them stands, for each parameter, how many ranks have a gradient: where none
/// has, there is none after it either, as in a single process.
/// </summary>
/// <remarks>
/// Those of a device are packed there, and go through page-locked memory of the processor in one piece; where MPI takes the device's own addresses, they stay there.
/// </remarks>
internal sealed unsafe class Bucket
{
    readonly Parameter[] parameters;
    readonly long numbers;
    // where the gradients are, and what MPI works on, which may be the same
    Storage? packed, wire;
    PendingReduction? pending;

    public Bucket(Parameter[] parameters)
    {
        this.parameters = parameters;
        numbers = parameters.Sum(p => p.Value.Length);
    }

    int Floats => checked((int)(numbers + parameters.Length));

    /// <summary>Packs the gradients where the first parameter is, and begins to sum them.</summary>
    public void Start(Communicator ranks)
    {
        Prepare(ranks);
        if (parameters.Any(p => p.Grad is null)) packed!.Clear();
        long place = 0;
        var flags = Tensor.Uninitialized(parameters.Length);
        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].Grad is { } gradient) packed!.CopyFrom(gradient.Storage, 0, place, gradient.Length);
            flags.Pointer[i] = parameters[i].Grad is null ? 0 : 1;
            place += parameters[i].Value.Length;
        }
        packed!.CopyFrom(flags.Storage, 0, numbers, parameters.Length);
        if (wire != packed) wire!.CopyFrom(packed);
        pending = ranks.StartAllReduce(wire!, Floats);
    }

    /// <summary>Lets MPI work on it.</summary>
    public bool Advance() => pending?.Test() ?? false;

    /// <summary>Waits, and puts the sums where the gradients were.</summary>
    public void Finish()
    {
        (pending ?? throw new InvalidOperationException("This bucket was not started.")).Wait();
        pending = null;
        // nothing but the device's next read changes it
        if (wire != packed) packed!.Accelerator!.WriteStaged(packed.Address, wire!.Pointer, (long)Floats * sizeof(float));
        var flags = Tensor.Uninitialized(parameters.Length);
        flags.Storage.CopyFrom(wire!, numbers, 0, parameters.Length);
        long place = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            var value = parameters[i].Value;
            if (flags.Pointer[i] != 0)
            {
                value.Grad ??= Tensor.Uninitialized(value.Device, value.Shape);
                value.Grad.Storage.CopyFrom(packed!, place, 0, value.Length);
                value.Grad.Storage.Changes++;
            }
            place += value.Length;
        }
        GC.KeepAlive(flags);
    }

    // a model may be moved between two passes
    void Prepare(Communicator ranks)
    {
        var device = parameters[0].Value.Device;
        if (packed is not null && packed.Device.Equals(device)) return;
        packed = Storage.Rent(device, Floats);
        wire = ranks.Takes(device) ? packed : Storage.RentStaging(device, Floats);
    }
}
