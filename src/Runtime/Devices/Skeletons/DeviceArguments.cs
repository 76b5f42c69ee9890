using Recurve.Contracts;
using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>The arguments of a launch in the order of the parameters that <see cref="DeviceSignature.Text"/> lists.</summary>
internal sealed class DeviceArguments(DeviceSignature signature, Launch launch)
{
    readonly List<Argument> arguments = [];

    public ReadOnlySpan<Argument> Span => arguments.ToArray();

    /// <summary>Numbers and addresses of the skeleton's own.</summary>
    public DeviceArguments Add(params ReadOnlySpan<Argument> own)
    {
        arguments.AddRange(own);
        return this;
    }

    /// <summary>What a kernel in the order of the steps reads and writes.</summary>
    public DeviceArguments AddForward() => AddStreams().AddOutputs(backward: false).AddStates(backward: false).AddFixed();

    /// <summary>What a kernel against the order does.</summary>
    public DeviceArguments AddBackward() => Add(Added).AddStreams().AddOutputs(backward: true).AddTargets().AddStates(backward: true).AddFixed();

    DeviceArguments AddStreams()
    {
        for (var i = 0; i < signature.Body.Streams; i++)
        {
            if (DeviceSignature.Has(signature.PerCall, i)) arguments.Add(launch.Streams[i].Start);
            else Add(launch.Streams[i]);
        }
        return this;
    }

    DeviceArguments AddOutputs(bool backward)
    {
        foreach (var rows in backward ? launch.OutputAdjoints : launch.Outputs) Add(rows);
        return this;
    }

    DeviceArguments AddTargets()
    {
        for (var i = 0; i < signature.Body.Streams; i++)
        {
            if (!DeviceSignature.Has(signature.Written, i)) continue;
            var target = launch.StreamAdjoints[i];
            Add(target.Mode == StoreMode.Discard ? default : target.Rows);
        }
        return this;
    }

    /// <summary>Streams to whose adjoints the kernel adds, as bits.</summary>
    ulong Added
    {
        get
        {
            ulong added = 0;
            for (var i = 0; i < signature.Body.Streams; i++)
                if (launch.StreamAdjoints[i].Mode == StoreMode.Add) added |= 1ul << i;
            return added;
        }
    }

    DeviceArguments AddStates(bool backward)
    {
        foreach (var state in launch is RecurrentLaunch recurrent ? recurrent.States : [])
        {
            Add(state.Sequence);
            arguments.Add(PerBatch(state.Start));
            arguments.Add(state.Initial);
            if (backward)
            {
                Add(state.SequenceAdjoint);
                arguments.Add(PerBatch(state.EndAdjoint));
                arguments.Add(PerBatch(state.StartAdjoint));
            }
            else arguments.Add(PerBatch(state.End));
        }
        return this;
    }

    DeviceArguments AddFixed()
    {
        foreach (var number in launch.Fixed) arguments.Add(number);
        return this;
    }

    // kernels count the bytes from row to row in 32 bits
    void Add(Rows rows)
    {
        if (Math.Abs(rows.StepStride) > int.MaxValue / sizeof(float)) throw new NotSupportedException($"Rows of a signal lie {rows.StepStride} numbers apart; on a device at most {int.MaxValue / sizeof(float)} are possible.");
        Add(rows.Start, rows.BatchStride, rows.StepStride);
    }

    nint PerBatch(Rows rows) => rows.IsNull || rows.BatchStride == launch.Width ? rows.Start
        : throw new ArgumentException($"Rows of a state between windows lie {rows.BatchStride} floats apart; on a device they follow each other, {launch.Width} apart.");
}
