using System.Numerics;
using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>
/// Decides whether a recurrence within channels is cut into tiles of time on a device: from the shape alone. RECURVE_PLAN decides instead where it is set, as on the processor
/// (<see cref="Planner"/>).
/// </summary>
internal static class DevicePlanner
{
    // with so many channels of sequences side by side, one item each keeps the memory of a large card busy; splitting costs a second reading, or, in a chain, waiting
    public const long EnoughItems = 1 << 14;

    // tiles are cut so that there are about so many items
    const long WantedItems = 1 << 17;

    // a short tile costs more around it than inside; a replay rounds at every step, its start does not
    const int FewestSteps = 64, MostSteps = 512;

    const int FewestTiles = 4, FewestForcedSteps = 16;

    // a contracting recurrence takes three of Newton's iterations, each of which walks and composes, and one last walk
    const int NewtonWalks = 8;

    // of a chain: groups on each unit, of which one works while the other waits for memory (more have not the registers); steps of a piece; channels beside each other, a power of two, so that there are some chains where there can be
    const int ChainGroups = 2, FewestPieceSteps = 4, MostPieceSteps = 32, FewestChainChannels = 8, MostChainChannels = 32, WantedChains = 64, ForcedPieceSteps = 2;

    // of what the runtime itself takes of each group's shared memory
    const int SystemShared = 1 << 10;

    /// <summary>Set by tests: whether time that is split goes in one pass; null: the shape decides.</summary>
    public static bool? ForcedChain { get; set; }

    /// <summary>
    /// How a split sequence goes in one pass over the memory (Chain.cuh); null: in two. A group keeps what it reads until its carry is known, in shared memory, of which every unit
    /// gives as much as it has: the more bytes are on their way or kept, the longer a tile may wait.
    /// </summary>
    /// <param name="chaining">What the device can.</param>
    /// <param name="width">Channels.</param>
    /// <param name="window">Batches and steps.</param>
    /// <param name="kept">Numbers that are kept of a step of a channel.</param>
    /// <param name="summary">Doubles of a summary.</param>
    public static ChainShape? Chain(Chaining? chaining, int width, Window window, int kept, int summary)
    {
        if (chaining is null || ForcedChain == false) return null;
        var channels = MostChainChannels;
        while (channels > FewestChainChannels && (long)width * window.Batches < (long)WantedChains * channels) channels /= 2;
        channels = Math.Min(channels, (int)BitOperations.RoundUpToPowerOf2((uint)width));
        var bytes = Math.Min(chaining.MostShared, chaining.SharedBytes / ChainGroups) - SystemShared - ChainShape.Items * summary * sizeof(double);
        var held = bytes / (ChainShape.Items * sizeof(float) * Math.Max(1, kept));
        // every unit gets a few tiles, if need be shorter ones
        var share = (long)width * window.Batches * window.Steps / ((long)ChainShape.Items * ChainGroups * chaining.Units);
        var piece = (int)Math.Min(Math.Min(held, MostPieceSteps), Math.Max(FewestPieceSteps, share)) / FewestPieceSteps * FewestPieceSteps;
        if (ForcedChain == true) piece = Math.Min(piece, ForcedPieceSteps);
        return piece == 0 ? null : new(channels, piece, kept, summary);
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

/// <summary>Tiles of a chain.</summary>
/// <param name="Channels">Beside each other in a group, a power of two.</param>
/// <param name="PieceSteps">That one item takes.</param>
/// <param name="Kept">Numbers that are kept of a step of a channel.</param>
/// <param name="Summary">Doubles of a summary.</param>
internal readonly record struct ChainShape(int Channels, int PieceSteps, int Kept, int Summary)
{
    /// <summary>Of a group.</summary>
    public const int Items = 256;

    public int TileSteps => Items / Channels * PieceSteps;

    /// <summary>As Chain.cuh lays them out: summaries, then what is kept.</summary>
    public int SharedBytes => Items * (Summary * sizeof(double) + PieceSteps * Kept * sizeof(float));
}
