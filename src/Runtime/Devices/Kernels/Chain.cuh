// Tiles of time in one pass, on CUDA: tiles hand their carries on while they run (decoupled look-back: Merrill and Garland 2016, "Single-pass parallel prefix scan"). Groups take
// tiles by number, those of all channels before the next in time, so an item waits only for items that were taken before it: they run, or are done. What each computes, and in which
// order, is what the three passes compute; so a call gives the same bits every time. Items of a group may wait for each other, which needs threads that progress by themselves (7.0).

#define SUMMARISED 1  // the tile's summary can be read
#define FOLDED 2      // and the carry behind it

// Whoever sees the mark sees what was written before it.
FUNCTION void publish(GLOBAL int* mark, int value)
{
    __threadfence();
    *(volatile int*)mark = value;
}

FUNCTION int await(GLOBAL const int* mark)
{
    int value;
    while ((value = *(volatile const int*)mark) == 0) __nanosleep(32);
    __threadfence();
    return value;
}

// marks: (unit, channel).
#define MARK(unit) (INTS(marks) + (unit) * width + t.channel)

FUNCTION void hand_on(GLOBAL double* behind, GLOBAL int* marks, const tile* t, int width, const double* carry)
{
#pragma unroll
    for (int k = 0; k < STATES; k++) behind[(t->unit * STATES + k) * width + t->channel] = carry[k];
    publish(marks + t->unit * width + t->channel, FOLDED);
}

// The tile from which on summaries have to be folded to know the carry into a tile: behind the nearest that has a carry, or the one that starts the sequence. The carry is that
// behind it, or the start, which is left.
FUNCTION index look_back(
    GLOBAL const double* behind, GLOBAL const int* marks, index unit, index first, int direction, int width, int channel, double* carry)
{
    for (index i = unit - direction;; i -= direction)
    {
        if (await(marks + i * width + channel) == FOLDED)
        {
#pragma unroll
            for (int k = 0; k < STATES; k++) carry[k] = behind[(i * STATES + k) * width + channel];
            return i + direction;
        }
        if (i == first) return first;
    }
}

#define CHAIN RECURRENCE, ADDRESS(ticket), ADDRESS(marks), ADDRESS(summaries), ADDRESS(behind)

// Number of tiles of a sequence, and the next item of this group's work: `order` counts tiles in the direction of the walk.
#define MOST_TILES tiles_of(end_step - first_step, tile_steps)
#define NEXT_ITEM(item) \
    BARRIER(); \
    if (LANE == 0) taken = atomicAdd(INTS(ticket), 1); \
    BARRIER(); \
    const index item = (index)taken * LANES + LANE; \
    if ((index)taken * LANES >= ITEMS_OF_TILES) return; \
    if (item >= ITEMS_OF_TILES) continue
