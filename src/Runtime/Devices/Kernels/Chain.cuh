// Tiles of time in one pass over the memory, on CUDA: tiles hand their carries on while they run (decoupled look-back: Merrill and Garland 2016, "Single-pass parallel prefix scan").
// A group takes one tile of some channels beside each other, and each of its items a piece of it: what a step reads is read once and kept in shared memory, pieces are summarised side
// by side and joined in a tree, the carry into the tile comes from the tiles walked before it, and then the pieces are walked. Groups take tiles by number, those of all channels before
// the next in time, so a group waits only for groups that started before it: they run, or are done. Which numbers are computed, and in which order, depends on the shape alone; so a
// call gives the same bits every time.

#define SUMMARISED 1  // the tile's summary can be read
#define FOLDED 2      // and the carry behind it

// channels: side by side in a group, a power of two. ticket: the number of the next tile. marks: (chain, tile in the direction of the walk); a chain is some channels of a sequence.
// summaries, behind: (unit, number, channel), (unit, state, channel).
#define CHAIN RECURRENCE, int channels, ADDRESS(ticket), ADDRESS(marks), ADDRESS(summaries), ADDRESS(behind)

typedef struct
{
    tile whole, piece;  // the group's steps of this item's channel, and the item's own
    int slice, slices;  // number of the piece in the direction of the walk, and how many there are
    int before;         // tiles of the sequence that are walked before this one
    index mark;         // of the chain's first tile
    bool is_inside;     // there is such a channel
} portion;

// The portion of this item in tile `number`. direction: 1, or -1 against the order.
FUNCTION portion portion_of(
    int number, int direction, int channels, int width, int first_batch, int batches, int steps, int first_step, int end_step, int tile_steps, GLOBAL const int* lengths)
{
    const int blocks = (width - 1) / channels + 1, chains = blocks * batches, most = tiles_of(end_step - first_step, tile_steps);
    const int chain = number % chains, order = direction > 0 ? number / chains : most - 1 - number / chains;
    const int channel = chain % blocks * channels + LANE % channels;
    portion s;
    s.is_inside = channel < width;
    s.whole = s.piece = tile_of((index)(chain / blocks) * most + order, s.is_inside ? channel : width - 1, first_batch, steps, first_step, end_step, tile_steps, lengths);
    s.slice = LANE / channels;
    s.slices = LANES / channels;
    s.before = direction > 0 ? order : s.whole.tiles - 1 - order;
    s.mark = (index)chain * most;
    const int piece_steps = tile_steps / s.slices, from = s.whole.from + (direction > 0 ? s.slice : s.slices - 1 - s.slice) * piece_steps;
    s.piece.from = from < s.whole.to ? from : s.whole.to;
    s.piece.to = !s.is_inside ? s.piece.from : s.piece.from + piece_steps < s.whole.to ? s.piece.from + piece_steps : s.whole.to;
    return s;
}

#define PORTION(number, direction) \
    portion_of(number, direction, channels, width, first_batch, batches, steps, first_step, end_step, tile_steps, INTS(lengths))

// The group's memory: a summary of each item, then what a step reads, KEPT numbers of each step of each item's piece.
#define SUMMARIES ((extended*)group_memory)
#define NUMBERS_KEPT ((real*)(SUMMARIES + SUMMARY * LANES))
#define PLACE_KEPT(step, i) (((step) * KEPT + (i)) * LANES + LANE)

// Whoever sees the mark sees what the group wrote before it.
FUNCTION void publish(GLOBAL int* mark, int value)
{
    __threadfence();
    BARRIER();
    if (LANE != 0) return;
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

// How many tiles stand between this one and the nearest before it whose carry is known; all that were before, if none is. nearest: shared.
FUNCTION int look_back(GLOBAL const int* marks, const portion* s, int* nearest)
{
    const int none = s->before;
    for (int passed = 0;; passed += LANES)
    {
        if (LANE == 0) *nearest = none;
        BARRIER();
        const int between = passed + LANE;
        if (between < s->before && await(marks + s->mark + s->before - 1 - between) == FOLDED) atomicMin(nearest, between);
        BARRIER();
        const int found = *nearest;
        BARRIER();
        if (found < none || passed + LANES >= s->before) return found;
    }
}

// Summaries of the items, joined: of a piece, with all that are walked before it. Each finds there those of the pieces before its own; the whole tile's is left.
FUNCTION void join_pieces(const portion* s, int channels, extended* shared, summary* own, summary* whole)
{
    for (int distance = 1; distance < s->slices; distance *= 2)
    {
        store_summary(own, shared, 0, LANES, LANE);
        BARRIER();
        if (s->slice >= distance)
        {
            summary joined;
            load_summary(&joined, shared, 0, LANES, LANE - distance * channels);
            join(&joined, own);
            *own = joined;
        }
        BARRIER();
    }
    store_summary(own, shared, 0, LANES, LANE);
    BARRIER();
    load_summary(whole, shared, 0, LANES, (s->slices - 1) * channels + LANE % channels);
    if (s->slice > 0) load_summary(own, shared, 0, LANES, LANE - channels);
    else restart(own, false);
    BARRIER();
}

// What the tiles of a chain tell each other, and where the group's items meet.
typedef struct
{
    GLOBAL int* marks;
    GLOBAL extended *summaries, *behind;
    extended* shared;
    int *nearest, *is_open;  // is_open: whether some carry is known only when the tile is walked
    int width, channels, direction;
} links;

#define LINKS(direction) \
    { INTS(marks), EXTENDED(summaries), EXTENDED(behind), SUMMARIES, &nearest, &is_open, width, channels, direction }

// The carry into the group's tile, for the items of the first pieces: `carry` is where the sequence starts, and then that.
FUNCTION void fold_before(const memory* m, const links* l, const portion* s, FOLDED_TILES, extended* carry)
{
    const int found = look_back(l->marks, s, l->nearest);
    if (s->slice == 0 && found < s->before)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++) carry[k] = l->behind[((s->whole.unit - l->direction * (found + 1)) * STATES + k) * l->width + s->whole.channel];
    }
    for (int left = found; left > 0; left -= s->slices)
    {
        summary one;
        if (s->slice < left)
        {
            load_summary(&one, l->summaries, s->whole.unit - l->direction * (left - s->slice), l->width, s->whole.channel);
            store_summary(&one, l->shared, 0, LANES, LANE);
        }
        BARRIER();
        for (int i = 0; s->slice == 0 && i < s->slices && i < left; i++)
        {
            load_summary(&one, l->shared, 0, LANES, LANE + i * l->channels);
            fold(m, &one, s->whole.unit - l->direction * (left - i), s->whole.channel, first_batch, steps, first_step, end_step, tile_steps, lengths, carry);
        }
        BARRIER();
    }
}

// What the items of the first pieces have, to all of their channel.
FUNCTION void give_all(const links* l, const portion* s, extended* numbers)
{
    BARRIER();
#pragma unroll
    for (int k = 0; k < STATES; k++)
        if (s->slice == 0) l->shared[k * LANES + LANE] = numbers[k];
    BARRIER();
#pragma unroll
    for (int k = 0; k < STATES; k++) numbers[k] = l->shared[k * LANES + LANE % l->channels];
}

FUNCTION void store_behind(const links* l, const portion* s, const extended* carry)
{
#pragma unroll
    for (int k = 0; k < STATES; k++) l->behind[(s->whole.unit * STATES + k) * l->width + s->whole.channel] = carry[k];
}

// Tells the tile's summary, finds the carry into it (`carry`: where the sequence starts, and then that, for all items), and tells that behind it, where it can be known by now; false: it
// cannot, for this channel. is_last: nobody asks. cut: where a tile starts behind a reset.
FUNCTION bool exchange(const memory* m, const links* l, const portion* s, bool is_last, const real* cut, const summary* whole, FOLDED_TILES, extended* carry)
{
    GLOBAL int* const mark = l->marks + s->mark + s->before;
    const bool tells = s->slice == 0 && s->is_inside;
    if (!is_last)
    {
        if (tells) store_summary(whole, l->summaries, s->whole.unit, l->width, s->whole.channel);
        publish(mark, SUMMARISED);
    }
    fold_before(m, l, s, first_batch, steps, first_step, end_step, tile_steps, lengths, carry);
    give_all(l, s, carry);
    if (is_last) return true;
    extended behind[STATES];
#pragma unroll
    for (int k = 0; k < STATES; k++) behind[k] = carry[k];
    const bool is_folded = try_fold(whole, cut, behind);
    if (!is_folded) *l->is_open = 1;
    else if (tells) store_behind(l, s, behind);
    BARRIER();
    if (!*l->is_open) publish(mark, FOLDED);
    return is_folded;
}

// The same where it could not: `walked` is what the piece that ends the tile has come to.
FUNCTION void exchange_walked(const links* l, const portion* s, bool is_end, bool is_folded, const real* walked)
{
    extended behind[STATES];
    widen_states(walked, behind);
    if (is_end && !is_folded) store_behind(l, s, behind);
    publish(l->marks + s->mark + s->before, FOLDED);
}

// Where the item's piece starts, `own` being the pieces before it. False: only walking those tells, from the states that are left here.
FUNCTION bool try_start(const summary* own, const real* cut, extended* carry, real* states)
{
    const bool is_known = try_fold(own, cut, carry);
    round_states(carry, states);
    return is_known;
}
