using System.Globalization;
using Recurve.Kernels.Scan;

namespace Recurve.Kernels;

/// <summary>How a recurrence goes through time.</summary>
internal enum Course
{
    /// <summary>Each sequence from its first step to its last.</summary>
    Serial,
    /// <summary>Tiles of time, composed.</summary>
    Split,
    /// <summary>Newton's method over all steps at once.</summary>
    Newton,
}

/// <summary>
/// Decides how a recurrence within channels runs: from the shape, the class and the device alone, never from the number of threads, so that
/// results are the same on any. The model is that of docs/kernels.md.
/// </summary>
internal static class Planner
{
    /// <summary>The threads a machine is assumed to have.</summary>
    public const int Threads = 2;

    /// <summary>Time is split where the model promises at least this much.</summary>
    public const double Gain = 1.1;

    // iterations that a contracting recurrence takes, and how often Newton's method walks a tile in each
    const int UsualIterations = 3;

    const int FewestTiles = 4;

    // what a tile reads stays in the second-level cache between its passes
    const int TileBytes = 512 * 1024;

    // the relay's coefficients and states leave room for the streams that pass through
    const int RelayBytes = 128 * 1024;

    // a step with less arithmetic, in additions, is bound by memory: nothing is gained by computing it ahead
    const int LightStep = 16;

    // what a relay costs besides, in additions: coefficients and states go through the cache
    const double RelayCost = 10;

    // the same of one that computes nothing ahead, in steps: a tile goes through the cache
    const double LightRelayCost = 0.15;

    // a narrower row is bound by what surrounds it, not by memory; against the order more is left for the other worker
    const int NarrowestLight = 32, NarrowestLightBackward = 16;

    // tiles of a light relay against the order, in steps, and the channels from which they may be so short
    const int ShortestLight = 64, WideLight = 256;

    // over so many steps a serial loop's rounding adds up; a relay's does not
    const int LongSteps = 1 << 17;

    // a replay rounds at every step, its start does not; and a short tile costs more around it than inside
    const int FewestSteps = 16, MostSteps = 512;

    /// <summary>The environment variable RECURVE_PLAN: serial, split or newton wherever the class allows it. Tests set it.</summary>
    public static Course? Forced { get; set; } = FromEnvironment();

    /// <summary>Whether a step of so much arithmetic, in additions, is bound by memory.</summary>
    public static bool IsLight(int arithmetic) => arithmetic < LightStep;

    /// <summary>A Diagonal scan: serial, or tiles of time in a relay.</summary>
    /// <param name="width">Channels.</param>
    /// <param name="window">Batches and steps.</param>
    /// <param name="lightRowsKept">Rows per step that a tile keeps in the cache where it computes nothing ahead.</param>
    /// <param name="rowsKept">The same where it does.</param>
    /// <param name="arithmetic">Of one step and channel, in additions.</param>
    /// <param name="backward">Against the order.</param>
    public static ScanSplit RelayOf(int width, Window window, int lightRowsKept, int rowsKept, int arithmetic, bool backward)
    {
        var serial = ScanSplit.OfScan(width);
        var chains = serial.Blocks * window.Batches;
        var computesAhead = !IsLight(arithmetic) || window.Steps > LongSteps;
        var tile = computesAhead ? TileOf(RelayBytes, rowsKept, width, window.Steps, Course.Split) : TileOf(TileBytes, lightRowsKept, width, window.Steps, Course.Split);
        // what is left for the other worker pays for shorter tiles too, where rows are wide
        if (backward && !computesAhead && width >= WideLight) tile = Math.Min(tile, Math.Max(ShortestLight, window.Steps / FewestTiles));
        var wins = window.Steps > LongSteps || (computesAhead ? Wins(chains, 1 + RelayCost / arithmetic) : width >= (backward ? NarrowestLightBackward : NarrowestLight) && Wins(chains, 1 + LightRelayCost));
        return IsTiled(Course.Split, window.Steps, tile, wins) ? new(width, 1, tile, computesAhead) : serial;
    }

    /// <summary>A Diagonal scan of folded rows: tiles one after the other, or in a relay. Gives the rows of a tile as well.</summary>
    /// <param name="width">Channels.</param>
    /// <param name="window">Batches and steps.</param>
    /// <param name="rows">Rows of a tile, at most.</param>
    /// <param name="arithmetic">Of one step and channel, in additions.</param>
    public static (ScanSplit Split, int Rows) FoldedOf(int width, Window window, int rows, int arithmetic)
    {
        var serial = ScanSplit.OfScan(width);
        var tile = Forced == Course.Split ? Math.Min(rows, Math.Max(FewestSteps, window.Steps / FewestTiles)) : rows;
        var wins = arithmetic >= LightStep && Wins(window.Batches, 1 + RelayCost / arithmetic);
        return IsTiled(Course.Split, window.Steps, tile, wins) ? (serial with { TileSteps = tile }, tile) : (serial, tile);
    }

    /// <summary>Serial, or split in time.</summary>
    /// <param name="width">Channels.</param>
    /// <param name="window">Batches and steps.</param>
    /// <param name="rowsRead">Rows read per step.</param>
    /// <param name="composing">What composing the map of a step costs, in steps.</param>
    public static ScanSplit SplitOf(int width, Window window, int rowsRead, double composing)
    {
        var serial = ScanSplit.OfSequential(width);
        var chains = serial.Blocks * window.Batches;
        var tile = TileOf(TileBytes, rowsRead, serial.BlockWidth, window.Steps, Course.Split);
        return IsTiled(Course.Split, window.Steps, tile, Wins(chains, 1 + composing)) ? serial with { TileSteps = tile } : serial;
    }

    /// <summary>Tiles for Newton's method; none where step by step wins.</summary>
    /// <param name="width">Channels.</param>
    /// <param name="window">Batches and steps.</param>
    /// <param name="rowsRead">Rows read per step.</param>
    /// <param name="composing">What linearising and composing a step costs, in steps.</param>
    public static ScanSplit NewtonOf(int width, Window window, int rowsRead, double composing)
    {
        var serial = ScanSplit.OfSequential(width);
        var chains = serial.Blocks * window.Batches;
        var tile = TileOf(TileBytes, rowsRead, serial.BlockWidth, window.Steps, Course.Newton);
        return IsTiled(Course.Newton, window.Steps, tile, Wins(chains, 1 + UsualIterations * (1 + composing))) ? serial with { TileSteps = tile } : serial;
    }

    // what is asked for needs two tiles, what the model chooses a few more
    static bool IsTiled(Course course, int steps, int tile, bool wins) => Forced is { } forced ? forced == course && steps > tile : wins && steps >= FewestTiles * tile;

    /// <summary>Whether spreading a chain of steps over the threads makes up for walking it several times.</summary>
    static bool Wins(int chains, double walks) => Gain * walks * chains / Threads < Math.Ceiling((double)chains / Threads);

    static int TileOf(int bytes, int rows, int width, int steps, Course course)
    {
        var most = Math.Clamp(bytes / (sizeof(float) * Math.Max(1, rows) * Math.Max(1, width)), FewestSteps, MostSteps);
        // asked for, short sequences are split too
        return Forced == course ? Math.Clamp(steps / FewestTiles, FewestSteps, most) : most;
    }

    static Course? FromEnvironment()
    {
        var asked = Environment.GetEnvironmentVariable("RECURVE_PLAN");
        return asked?.ToLower(CultureInfo.InvariantCulture) switch
        {
            null or "" => null,
            "serial" => Course.Serial,
            "split" => Course.Split,
            "newton" => Course.Newton,
            _ => throw new ArgumentException($"RECURVE_PLAN must be serial, split or newton, but is '{asked}'."),
        };
    }
}
