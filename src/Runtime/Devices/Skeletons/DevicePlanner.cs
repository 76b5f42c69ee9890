using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>
/// Decides whether a recurrence within channels is cut into tiles of time on a device: from the shape alone. RECURVE_PLAN decides instead where it is set, as on the processor
/// (<see cref="Planner"/>).
/// </summary>
internal static class DevicePlanner
{
    // with so many channels of sequences side by side, one item each keeps the memory of a large card busy; a tile is read twice
    const long EnoughItems = 1 << 14;

    // tiles are cut so that there are about so many items
    const long WantedItems = 1 << 17;

    // a short tile costs more around it than inside; a replay rounds at every step, its start does not
    const int FewestSteps = 64, MostSteps = 512;

    const int FewestTiles = 4, FewestForcedSteps = 16;

    /// <summary>Steps of a tile; 0: each sequence in one piece.</summary>
    public static int TileSteps(int width, Window window)
    {
        var items = (long)width * window.Batches;
        var tile = (int)Math.Clamp(items * window.Steps / WantedItems, FewestSteps, MostSteps);
        if (Planner.Forced == Course.Split) tile = Math.Clamp(window.Steps / FewestTiles, FewestForcedSteps, tile);
        var isSplit = Planner.Forced switch
        {
            null => items < EnoughItems && window.Steps >= FewestTiles * tile,
            Course.Split => window.Steps > tile,
            _ => false,
        };
        return isSplit ? tile : 0;
    }
}
