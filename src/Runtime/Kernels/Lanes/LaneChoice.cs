using System.Globalization;
using System.Runtime.Intrinsics;
using Recurve.Contracts;

namespace Recurve.Kernels.Lanes;

/// <summary>Something to be run with the lane that fits the machine.</summary>
interface ILaneAction
{
    /// <summary>Runs, specialised for <typeparamref name="V"/>.</summary>
    void Run<V>() where V : unmanaged, ILane<V>;
}

/// <summary>
/// Decides once per process how wide kernels compute: the widest register that the machine runs at full speed, or
/// the environment variable RECURVE_LANES (1, 4, 8 or 16).
/// </summary>
static class LaneChoice
{
    /// <summary>Channels in one lane. Tests set it; kernels read it at every launch.</summary>
    public static int Width { get; set; } = FromEnvironment();

    /// <summary>Runs an action with the lane of the given width, by default the machine's.</summary>
    public static void Run<TAction>(ref TAction action, int width = 0) where TAction : struct, ILaneAction, allows ref struct
    {
        switch (width == 0 ? Width : width)
        {
            case 16: action.Run<Lane512>(); break;
            case 8: action.Run<Lane256>(); break;
            case 4: action.Run<Lane128>(); break;
            default: action.Run<Lane1>(); break;
        }
    }

    static int FromEnvironment()
    {
        string? asked = Environment.GetEnvironmentVariable("RECURVE_LANES");
        if (string.IsNullOrEmpty(asked))
            return Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : Vector128.IsHardwareAccelerated ? 4 : 1;
        if (int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width is 1 or 4 or 8 or 16)
            return width;
        throw new ArgumentException($"RECURVE_LANES must be 1, 4, 8 or 16, but is '{asked}'.");
    }
}
