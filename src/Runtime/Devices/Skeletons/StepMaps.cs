using System.Collections.Concurrent;
using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>How the steps of a class compose on a device.</summary>
/// <param name="Files">The text of the maps.</param>
/// <param name="Numbers">Numbers of one map.</param>
/// <param name="States">k.</param>
internal sealed record StepMaps(string[] Files, int Numbers, int States)
{
    static readonly ConcurrentDictionary<(string Class, int States), DeviceProgram> joining = [];

    /// <summary>s = A p + b of k states.</summary>
    public static StepMaps Affine(int states) => new(["Affine.cl"], states * states + states, states);

    /// <summary>Those of a class of k states.</summary>
    public static StepMaps Of(StepClass kind, int states) => kind switch
    {
        StepClass.Block => Affine(states),
        StepClass.Clamped => new(["Clamped.cl"], 4, 1),
        StepClass.MaxPlus => new(["MaxPlus.cl", "Tropical.cl"], 2, 1),
        StepClass.LogPlus => new(["LogPlus.cl", "Tropical.cl"], 2, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Numbers in extended precision that a tile's summary has per channel: the map, two bounds, and whether a reset cuts it.</summary>
    public int SummaryNumbers => Numbers + 3;

    /// <summary>The program that makes one summary of several (Joined.cl); it knows of no body.</summary>
    public DeviceProgram Joining => joining.GetOrAdd((Files[0], States), _ =>
    {
        string[] files = ["Bounds.cl", .. Files, "Summary.cl", "Joined.cl"];
        return new($"tiles joined, {Files[0]}", string.Join('\n', [$"#define STATES {States}\n", .. files.Select(DeviceProgram.ReadFile)]));
    });
}
