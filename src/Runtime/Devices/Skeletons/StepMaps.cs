using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>How the steps of a class compose on a device.</summary>
/// <param name="Files">The text of the maps.</param>
/// <param name="Numbers">Numbers of one map.</param>
internal sealed record StepMaps(string[] Files, int Numbers)
{
    /// <summary>s = A p + b of k states.</summary>
    public static StepMaps Affine(int states) => new(["Affine.cl"], states * states + states);

    /// <summary>Those of a class of k states.</summary>
    public static StepMaps Of(StepClass kind, int states) => kind switch
    {
        StepClass.Block => Affine(states),
        StepClass.Clamped => new(["Clamped.cl"], 4),
        StepClass.MaxPlus => new(["MaxPlus.cl", "Tropical.cl"], 2),
        StepClass.LogPlus => new(["LogPlus.cl", "Tropical.cl"], 2),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Doubles that a tile's summary has per channel: the map, two bounds, and whether a reset cuts it.</summary>
    public int SummaryNumbers => Numbers + 3;
}
