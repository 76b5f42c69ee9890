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

    // a contracting recurrence takes three of Newton's iterations, each of which walks and composes, and one last walk
    const int NewtonWalks = 8;

    /// <summary>Steps of a tile; 0: each sequence in one piece.</summary>
    /// <param name="course">Split or Newton: what the class allows besides one piece.</param>
    /// <param name="width">Channels.</param>
    /// <param name="window">Batches and steps.</param>
    public static int TileSteps(Course course, int width, Window window)
    {
        var items = (long)width * window.Batches;
        var tile = (int)Math.Clamp(items * window.Steps / WantedItems, FewestSteps, MostSteps);
        if (Planner.Forced is { } forced)
            return forced == course && window.Steps > FewestForcedSteps ? Math.Clamp(window.Steps / FewestTiles, FewestForcedSteps, tile) : 0;
        var walks = course == Course.Newton ? NewtonWalks : 1;
        return items * walks < EnoughItems && window.Steps >= FewestTiles * tile ? tile : 0;
    }
}
