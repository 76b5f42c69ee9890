using System.Numerics;
using Recurve.Contracts;
using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>
/// What the text of a kernel says of its body besides the arithmetic: counts, sets of streams, and the parameters, with the arguments of a launch in the
/// same order.
/// </summary>
/// <param name="Body">The body's own.</param>
/// <param name="Fixed">Numbers fixed when the cell was built.</param>
/// <param name="PerCall">Streams that are constant over the call, as bits.</param>
internal sealed partial record DeviceSignature(BodySignature Body, int Fixed, ulong PerCall)
{
    // what a thread may have on its way from memory: values of the steps that it works on next; those that take several channels are fewer
    const int ValuesAhead = 32, WideValuesAhead = 64, StepsAhead = 16;

    // of a chain with two groups, in 128 registers beside the body's own
    const int ChainValues = 20;

    /// <summary>That of a launch.</summary>
    /// <exception cref="NotSupportedException">The body has more streams or outputs than a set has bits.</exception>
    public static DeviceSignature Of(BodySignature body, Launch launch)
    {
        if (Math.Max(body.Streams, body.Outputs) > 64)
            throw new NotSupportedException($"A body of {body.Streams} streams and {body.Outputs} outputs; on a device at most 64 of each are possible.");
        ulong perCall = 0;
        for (var i = 0; i < body.Streams; i++)
            if (launch.Streams[i] is { BatchStride: 0, StepStride: 0 }) perCall |= 1ul << i;
        return new(body, launch.Fixed.Length, perCall) { BFloat16 = BFloat16Signals.Of(launch) };
    }

    /// <summary>Which signals lie in bfloat16.</summary>
    public BFloat16Signals BFloat16 { get; init; }

    /// <summary>Whether a recurrence may be reset.</summary>
    public bool HasResets { get; init; } = true;

    /// <summary>Groups that share a multiprocessor's registers in one pass over the memory (Chain.cuh); 0: it is not for one.</summary>
    public int ChainGroups { get; init; }

    /// <summary>Channels beside each other that an item takes, so that memory is read and written 16 bytes at once: 1 or <see cref="Most"/>.</summary>
    public int Wide { get; init; } = 1;

    const int Most = 4;

    // what a thread keeps of each of so many channels fits into its 255 registers: 22 numbers take 218
    const int MostKept = 24;

    /// <summary>Set by tests: whether items take several channels wherever they can; null: the shape decides.</summary>
    public static bool? ForcedWide { get; set; }

    /// <summary>The signature for items of several channels, where these lie so in every row, and enough items are left.</summary>
    /// <param name="launch">Of this signature.</param>
    /// <param name="items">Of one channel each.</param>
    /// <param name="enough">Items that keep a device busy.</param>
    /// <param name="backward">Direction.</param>
    public DeviceSignature Widened(Launch launch, long items, long enough, bool backward)
    {
        var states = launch is RecurrentLaunch recurrent ? recurrent.States : [];
        var isAligned = launch.Width % Most == 0 && launch.Streams.Concat(launch.Outputs).Concat(launch.OutputAdjoints)
            .Concat(launch.StreamAdjoints.Select(target => target.Mode == StoreMode.Discard ? default : target.Rows))
            .Concat(states.Select(s => s.Sequence)).Concat(states.Select(s => s.SequenceAdjoint))
            .All(rows => rows.IsNull || rows.IsAligned(Most));
        return isAligned && (ForcedWide ?? (items >= Most * enough && CanBeWide(backward))) ? this with { Wide = Most } : this;
    }

    /// <summary>Whether registers suffice for several channels.</summary>
    public bool CanBeWide(bool backward) => KeptBy(backward) <= MostKept;

    // numbers of one channel in a step: what it reads, makes and, in extended precision, adds up
    int KeptBy(bool backward) => backward
        ? 2 * Body.Streams + Body.Outputs + 5 * Body.States + 3 * BitOperations.PopCount(Summed) + 2 * Body.States
        : Body.Streams + Body.Outputs + 3 * Body.States;

    /// <summary>Streams whose adjoints are written row by row.</summary>
    public ulong Written => Differentiable & ~PerCall;

    /// <summary>Streams whose adjoints are summed over rows: of those with one adjoint, the first.</summary>
    public ulong Summed
    {
        get
        {
            ulong summed = 0;
            for (var i = 0; i < Body.Streams; i++)
                if (Has(Differentiable & PerCall, i) && !Enumerable.Range(0, i).Any(j => Has(summed, j) && HaveOneAdjoint(i, j))) summed |= 1ul << i;
            return summed;
        }
    }

    /// <summary>Sums over rows: of streams, then of initial states.</summary>
    public int Sums => BitOperations.PopCount(Summed) + Body.States;

    ulong Differentiable
    {
        get
        {
            ulong bits = 0;
            for (var i = 0; i < Body.Streams; i++)
                if (Body.Differentiable[i]) bits |= 1ul << i;
            return bits;
        }
    }

    public bool HaveOneAdjoint(int stream, int other) => Body.FirstWithAdjointOf(stream) == Body.FirstWithAdjointOf(other);

    public static bool Has(ulong set, int stream) => (set >> stream & 1) != 0;

    /// <summary>Streams that are read in a direction, as bits.</summary>
    public ulong Read(bool backward)
    {
        ulong bits = 0;
        for (var i = 0; i < Body.Streams; i++)
            if (!backward || Body.AdjointReads is not { } reads || reads[i]) bits |= 1ul << i;
        return bits;
    }

    bool ReadsStates => Body.AdjointReadsOld || Body.AdjointReadsNew;

    /// <summary>Numbers that a step of a channel reads, at most.</summary>
    public int ValuesRead(bool backward)
        => BitOperations.PopCount(Read(backward) & ~PerCall) + (backward ? Body.Outputs + (ReadsStates ? 2 : 1) * Body.States : 0);

    /// <summary>Steps that a thread reads ahead, so that registers suffice.</summary>
    int Ahead(bool backward)
        => Math.Clamp((ChainGroups > 1 ? ChainValues - Body.Streams : Wide > 1 ? WideValuesAhead : ValuesAhead) / Math.Max(1, ValuesRead(backward) * Wide), 1, StepsAhead);
}
