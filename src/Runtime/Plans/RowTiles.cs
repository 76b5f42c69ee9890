using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>Cuts the rows of a call into groups of tiles of at most 256 steps: by shape alone, never by the number of threads.</summary>
internal readonly struct RowTiles(Walk walk)
{
    public const int TileSteps = 256;
    const int MaxGroups = 64;

    readonly int perBatch = (walk.Steps + TileSteps - 1) / TileSteps;

    long Tiles => (long)walk.Batches * perBatch;

    public int Groups => (int)Math.Min(Tiles, MaxGroups);

    /// <summary>Runs <paramref name="body"/> on every tile, groups in parallel, the tiles of a group in order.</summary>
    public void Run(Action<Window> body)
    {
        var tiles = this;
        if (Groups == 1) tiles.RunGroup(0, body);
        else Workers.For(Groups, group => tiles.RunGroup(group, body));
    }

    void RunGroup(int group, Action<Window> body)
    {
        var end = Tiles * (group + 1) / Groups;
        for (var tile = Tiles * group / Groups; tile < end; tile++)
        {
            var batch = (int)(tile / perBatch);
            var start = (int)(tile % perBatch) * TileSteps;
            body(new(batch, batch + 1, start, Math.Min(start + TileSteps, walk.Steps), group, false));
        }
    }
}
