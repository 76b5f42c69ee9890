using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>
/// Decides whether a recurrence within channels is cut into tiles of time on a device: from the shape alone. RECURVE_PLAN decides instead where it is set, as on the processor
/// (<see cref="Planner"/>).
/// </summary>
internal static class DevicePlanner
{
    // with so many channels of sequences side by side, one item each keeps the memory of a large card busy; a tile is read twice
    public const long EnoughItems = 1 << 14;

    // tiles are cut so that there are about so many items
    const long WantedItems = 1 << 17;

    // a short tile costs more around it than inside; a replay rounds at every step, its start does not
    const int FewestSteps = 64, MostSteps = 512;

    const int FewestTiles = 4, FewestForcedSteps = 16;

    // a contracting recurrence takes three of Newton's iterations, each of which walks and composes, and one last walk
    const int NewtonWalks = 8;

    // of a chain: groups on each unit, which together keep their tiles in the cache between the two times that they read them; a warp of items takes one tile
    const int ChainGroups = 2, FewestChains = 32, FewestChainSteps = 16, MostChainSteps = 128;

    /// <summary>Set by tests: whether time that is split goes in one pass; null: the shape decides.</summary>
    public static bool? ForcedChain { get; set; }

    /// <summary>
    /// How a split sequence goes in one pass over the memory instead of two; null: in two. Two passes read what a step reads (r bytes per channel) twice, from memory unless all of it
    /// stays in the cache; one pass reads it once, and leaves some 100 bytes per tile and channel. So one pass is for what is larger than the cache.
    /// </summary>
    /// <param name="chaining">What the device can.</param>
    /// <param name="width">Channels.</param>
    /// <param name="window">Batches and steps.</param>
    /// <param name="bytesRead">By a step of a channel.</param>
    public static (int Steps, int Groups)? Chain(Chaining? chaining, int width, Window window, int bytesRead)
    {
        var chains = (long)width * window.Batches;
        if (chaining is null || ForcedChain == false) return null;
        var groups = ChainGroups * chaining.Units;
        var kept = chaining.CacheBytes / 2 / ((long)groups * Grid.GroupItems * Math.Max(1, bytesRead)) / FewestChainSteps * FewestChainSteps;
        var steps = (int)Math.Clamp(kept, FewestChainSteps, MostChainSteps);
        if (ForcedChain == true) return (FewestChainSteps, groups);
        return chains >= FewestChains && kept >= FewestChainSteps && chains * window.Steps * bytesRead > chaining.CacheBytes ? (steps, groups) : null;
    }

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
