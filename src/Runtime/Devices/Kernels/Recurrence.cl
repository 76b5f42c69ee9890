// One sequence of a recurrence within channels, cut into tiles of time. An item takes a channel of one tile (WIDE of them); steps are processing steps.

#define RECURRENCE \
    int width, int first_batch, int batches, int steps, int first_step, int end_step, int tile_steps, int is_reverse, ADDRESS(lengths), ADDRESS(resets)

typedef struct
{
    int batch, channel;
    int order, tiles;   // which tile of the sequence, and how many of them have steps (one at least)
    int length;         // valid rows
    int from, to;       // steps of the tile
    index unit;         // number of the tile among those of all sequences
} tile;

FUNCTION int tiles_of(int steps, int tile_steps)
{
    return steps <= tile_steps ? 1 : (steps - 1) / tile_steps + 1;
}

FUNCTION tile tile_of(
    index unit, int channel, int first_batch, int steps, int first_step, int end_step, int tile_steps, GLOBAL const int* lengths)
{
    const int most = tiles_of(end_step - first_step, tile_steps);
    tile t;
    t.unit = unit;
    t.channel = channel;
    const index sequence = quotient(unit, most);
    t.batch = first_batch + (int)sequence;
    t.order = (int)(unit - sequence * most);
    t.length = length_of(lengths, t.batch, steps);
    const int end = t.length < end_step ? t.length : end_step;
    t.tiles = tiles_of(end - first_step, tile_steps);
    t.from = first_step + t.order * tile_steps;
    t.to = t.order < t.tiles - 1 ? t.from + tile_steps : end;
    return t;
}

// The (first) channel of this item, and the number of its tile or sequence.
#define UNIT quotient(ITEM, width / WIDE)
#define CHANNEL ((int)(ITEM - UNIT * (width / WIDE)) * WIDE)

// The tile of this item; it has no steps where `order` is not below `tiles`.
#define TILE tile_of(UNIT, CHANNEL, first_batch, steps, first_step, end_step, tile_steps, INTS(lengths))

#define ITEMS_OF_TILES ((index)(width / WIDE) * batches * tiles_of(end_step - first_step, tile_steps))
#define ITEMS_OF_SEQUENCES ((index)(width / WIDE) * batches)

// (batch, k, channel) of a state's rows between windows; (unit, k, channel) of numbers between tiles.
#define STATE_ROW(batch) ((index)(batch) * width + t.channel)
#define NUMBER(unit, k, count) (((unit) * (count) + (k)) * width + t.channel)

FUNCTION int row_of(const tile* t, int step, int is_reverse)
{
    return is_reverse ? t->length - 1 - step : step;
}
