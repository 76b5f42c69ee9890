// A recurrence in the order of its steps.

// What the walk of one channel reads and writes.
typedef struct
{
    rows streams[STREAMS + 1], outputs[OUTPUTS + 1], sequences[STATES];
    real fixed[FIXED + 1], initial[STATES * WIDE];
    GLOBAL const real* resets;
    int steps, is_reverse;
} memory;

#define MEMORY \
    { { STREAM_ROWS NO_ROWS }, { OUTPUT_ROWS NO_ROWS }, { SEQUENCE_ROWS }, { FIXED_NUMBERS 0.0f }, { INITIAL_STATES }, REALS(resets), steps, is_reverse }

// What a step reads. Those of AHEAD steps are on their way while the step before them is worked on.
typedef struct
{
    real x[STREAMS * WIDE + 1];
    bool is_reset;
} frame;

FUNCTION void load_frame(const memory* m, const tile* t, int step, frame* f)
{
    if (step >= t->to) return;
    const int row = row_of(t, step, m->is_reverse);
    load_streams(m->streams, ~PER_CALL, t->batch, row, t->channel, f->x);
    f->is_reset = m->resets && m->resets[(index)t->batch * m->steps + row] != 0.0f;
}

FUNCTION void start_frames(const memory* m, const tile* t, frame* ahead, frame* now)
{
    load_streams(m->streams, PER_CALL, 0, 0, t->channel, now->x);
#pragma unroll
    for (int j = 0; j < AHEAD; j++) load_frame(m, t, t->from + j, &ahead[j]);
}

FUNCTION void next_frame(const memory* m, const tile* t, int step, frame* ahead, frame* now)
{
    take_streams(ahead[0].x, now->x);
    now->is_reset = ahead[0].is_reset;
#pragma unroll
    for (int j = 0; j < AHEAD - 1; j++) ahead[j] = ahead[j + 1];
    load_frame(m, t, step + AHEAD, &ahead[AHEAD - 1]);
}

// The steps of a tile: `states` are those before it, and then those after it. Unless is_stored, nothing else is written.
FUNCTION void walk(const memory* m, const tile* t, bool is_stored, real* states)
{
    frame ahead[AHEAD], now;
    start_frames(m, t, ahead, &now);
    for (int step = t->from; step < t->to; step++)
    {
        real old[STATES * WIDE], y[OUTPUTS * WIDE + 1];
        next_frame(m, t, step, ahead, &now);
#pragma unroll
        for (int k = 0; k < STATES * WIDE; k++) old[k] = now.is_reset ? m->initial[k] : states[k];
#pragma unroll
        for (int l = 0; l < WIDE; l++) step_forward(now.x + l * STREAMS, m->fixed, old + l * STATES, states + l * STATES, y + l * OUTPUTS);
        if (!is_stored) continue;
        const int row = row_of(t, step, m->is_reverse);
        store_present(m->sequences, BF16_STATES, STATES, t->batch, row, t->channel, states);
        store_present(m->outputs, BF16_OUTPUTS, OUTPUTS, t->batch, row, t->channel, y);
    }
}

// Where a sequence starts.
FUNCTION void load_start(GLOBAL real* const* starts, const real* initial, index row, real* states)
{
#pragma unroll
    for (int l = 0; l < WIDE; l++)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++) states[l * STATES + k] = starts[k] ? starts[k][row + l] : initial[l * STATES + k];
    }
}

// Where the sequence ends.
FUNCTION void store_ends(GLOBAL real* const* ends, index row, const real* states)
{
#pragma unroll
    for (int l = 0; l < WIDE; l++)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++)
            if (ends[k]) ends[k][row + l] = states[l * STATES + k];
    }
}

// carries: states before each tile, of carry_tiles tiles per sequence; none: the sequences are one tile each and start where they start.
// tile_ends: receives the states after each tile. chosen: by (batch, channel), where 0 nothing is done. All three are for items of one channel.
KERNEL void walk_forward(
    RECURRENCE, ADDRESS(carries), int carry_tiles, ADDRESS(tile_ends), ADDRESS(chosen) STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    if (t.order >= t.tiles) return;
    if (INTS(chosen) && !INTS(chosen)[STATE_ROW(t.batch - first_batch)]) return;
    const memory m = MEMORY;
    GLOBAL real* const starts[STATES] = { STARTS };
    GLOBAL real* const ends[STATES] = { ENDS };
    real states[STATES * WIDE];
    load_start(starts, m.initial, STATE_ROW(t.batch), states);
    if (REALS(carries))
    {
        const index unit = (index)(t.batch - first_batch) * carry_tiles + t.order;
#pragma unroll
        for (int k = 0; k < STATES; k++) states[k] = REALS(carries)[NUMBER(unit, k, STATES)];
    }
    walk(&m, &t, true, states);
#pragma unroll
    for (int k = 0; k < STATES; k++)
        if (REALS(tile_ends)) REALS(tile_ends)[NUMBER(t.unit, k, STATES)] = states[k];
    if (t.order == t.tiles - 1) store_ends(ends, STATE_ROW(t.batch), states);
}
