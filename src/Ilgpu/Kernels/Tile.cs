namespace Recurve.Ilgpu.Kernels;

/// <summary>The sequences of a recurrence within channels, cut into tiles of time (Recurrence.cl). Steps are processing steps.</summary>
readonly unsafe struct Sequences
{
    readonly int* lengths;
    readonly float* resets;
    readonly int firstBatch, batches, steps, endStep, tileSteps;
    readonly bool isReverse;
    readonly long item;

    public readonly int Width, FirstStep;

    public Sequences(ref Call call)
    {
        Width = call.Int();
        firstBatch = call.Int();
        batches = call.Int();
        steps = call.Int();
        FirstStep = call.Int();
        endStep = call.Int();
        tileSteps = call.Int();
        isReverse = call.Flag();
        lengths = call.Ints();
        resets = call.Floats();
        item = call.Item;
    }

    /// <summary>Most tiles of a sequence.</summary>
    public int MostTiles => TilesOf(endStep - FirstStep);

    public int FirstBatch => firstBatch;

    /// <summary>An item for each channel of each tile: whether this is one.</summary>
    public bool IsTile => item < (long)Width * batches * MostTiles;

    /// <summary>An item for each channel of each sequence: whether this is one.</summary>
    public bool IsSequence => item < (long)Width * batches;

    /// <summary>Number of the item's tile or sequence.</summary>
    public long Unit => item / Width;

    public int Channel => (int)(item % Width);

    public Tile TileOf(long unit)
    {
        var sequence = unit / MostTiles;
        var batch = firstBatch + (int)sequence;
        var order = (int)(unit - sequence * MostTiles);
        var length = lengths != null && lengths[batch] < steps ? lengths[batch] : steps;
        var end = length < endStep ? length : endStep;
        var tiles = TilesOf(end - FirstStep);
        var from = FirstStep + order * tileSteps;
        return new(unit, batch, order, tiles, length, from, order < tiles - 1 ? from + tileSteps : end);
    }

    public int RowOf(in Tile tile, int step) => isReverse ? tile.Length - 1 - step : step;

    public bool IsReset(in Tile tile, int row) => resets != null && resets[(long)tile.Batch * steps + row] != 0f;

    /// <summary>(batch, channel) of a state's rows between windows.</summary>
    public long StateRow(int batch) => (long)batch * Width + Channel;

    /// <summary>(unit, k, channel) of numbers between tiles.</summary>
    public long Number(long unit, int k, int count) => (unit * count + k) * Width + Channel;

    int TilesOf(int length) => length <= tileSteps ? 1 : (length - 1) / tileSteps + 1;
}

/// <param name="unit">Number of the tile among those of all sequences.</param>
/// <param name="batch">Whose it is.</param>
/// <param name="order">Which of the sequence.</param>
/// <param name="tiles">How many of them have steps, one at least.</param>
/// <param name="length">Valid rows of the sequence.</param>
/// <param name="from">First step.</param>
/// <param name="to">Behind the last step.</param>
readonly struct Tile(long unit, int batch, int order, int tiles, int length, int from, int to)
{
    public readonly long Unit = unit;
    public readonly int Batch = batch, Order = order, Tiles = tiles, Length = length, From = from, To = to;
}
