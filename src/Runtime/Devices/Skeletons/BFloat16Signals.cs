using Recurve.Contracts;
using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>The signals of a launch that lie in bfloat16, as bits; so do their adjoints.</summary>
/// <param name="Streams">Of the streams.</param>
/// <param name="Outputs">Of the outputs.</param>
/// <param name="States">Of the sequences of states.</param>
internal readonly record struct BFloat16Signals(ulong Streams, ulong Outputs, ulong States)
{
    public static BFloat16Signals Of(Launch launch) => new(
        Bits(launch.Streams, [.. launch.StreamAdjoints.Select(target => target.Mode == StoreMode.Discard ? default : target.Rows)]),
        Bits(launch.Outputs, launch.OutputAdjoints),
        launch is RecurrentLaunch { States: var states } ? Bits([.. states.Select(s => s.Sequence)], [.. states.Select(s => s.SequenceAdjoint)]) : 0);

    static ulong Bits(Rows[] values, Rows[] adjoints)
    {
        ulong bits = 0;
        for (var i = 0; i < Math.Max(values.Length, adjoints.Length); i++)
        {
            var (value, adjoint) = (values.ElementAtOrDefault(i), adjoints.ElementAtOrDefault(i));
            if (!value.IsNull && !adjoint.IsNull && value.Precision != adjoint.Precision)
                throw new InvalidOperationException($"Signal {i} lies in {value.Precision}, its adjoint in {adjoint.Precision}; kernels take them in one precision.");
            if ((value.IsNull ? adjoint : value).Precision == Precision.BFloat16) bits |= 1ul << i;
        }
        return bits;
    }
}
