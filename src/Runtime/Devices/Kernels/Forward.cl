// A recurrence in the order of its steps.

// What the walk of one channel reads and writes.
typedef struct
{
    rows streams[STREAMS + 1], outputs[OUTPUTS + 1], sequences[STATES];
    real fixed[FIXED + 1], initial[STATES * WIDE];
    GLOBAL const real* resets;
    int steps, is_reverse, reset_step;
} memory;

#define MEMORY \
    { { STREAM_ROWS NO_ROWS }, { OUTPUT_ROWS NO_ROWS }, { SEQUENCE_ROWS }, { FIXED_NUMBERS 0.0f }, { INITIAL_STATES }, REALS(resets), steps, is_reverse, 0 }

// Where a walk of a tile begins.
FUNCTION memory begin(const memory* m, const tile* t)
{
    memory here = *m;
    const int row = row_of(t, t->from, m->is_reverse), direction = m->is_reverse ? -1 : 1;
    go_to(here.streams, BF16_STREAMS, STREAMS, t->batch, row, t->channel, direction);
    go_to(here.outputs, BF16_OUTPUTS, OUTPUTS, t->batch, row, t->channel, direction);
    go_to(here.sequences, BF16_STATES, STATES, t->batch, row, t->channel, direction);
    here.reset_step = m->resets ? direction : 0;
    if (m->resets) here.resets += (index)t->batch * m->steps + row;
    return here;
}

// What a step reads. Those of AHEAD steps are on their way while the step before them is worked on.
typedef struct
{
    real x[STREAMS * WIDE + 1];
    real reset;  // 0 where there is none
} frame;

FUNCTION void load_frame(memory* here, const tile* t, int step, frame* f)
{
    if (step >= t->to) return;
    load_streams(here->streams, READ & ~PER_CALL, HERE, f->x);
    f->reset = HAS_RESETS && here->reset_step ? *here->resets : 0.0f;
    go_on(here->streams, READ & ~PER_CALL, BF16_STREAMS, STREAMS);
    here->resets += here->reset_step;
}

FUNCTION void start_frames(memory* here, const tile* t, frame* ahead, int count, frame* now)
{
    load_streams(here->streams, READ & PER_CALL, HERE, now->x);
#pragma unroll
    for (int j = 0; j < count; j++) load_frame(here, t, t->from + j, &ahead[j]);
}

// What the call has for every step stays.
FUNCTION void take_frame(const frame* f, frame* now)
{
    take_streams(f->x, now->x);
    now->reset = f->reset;
}

FUNCTION void store_step(memory* here, const real* states, const real* y)
{
    store_present(here->sequences, BF16_STATES, STATES, HERE, states);
    store_present(here->outputs, BF16_OUTPUTS, OUTPUTS, HERE, y);
    go_on(here->sequences, ALL, BF16_STATES, STATES);
    go_on(here->outputs, ALL, BF16_OUTPUTS, OUTPUTS);
}

// One step: `states` are those before it, and then those after it. Unless is_stored, nothing else is written.
FUNCTION void advance(memory* here, const frame* now, bool is_stored, real* states)
{
    real old[STATES * WIDE], y[OUTPUTS * WIDE + 1];
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++) old[k] = now->reset != 0.0f ? here->initial[k] : states[k];
#pragma unroll
    for (int l = 0; l < WIDE; l++) step_forward(now->x + l * STREAMS, here->fixed, old + l * STATES, states + l * STATES, y + l * OUTPUTS);
    if (is_stored) store_step(here, states, y);
}

// The steps of a tile, as one.
FUNCTION void walk(const memory* m, const tile* t, bool is_stored, real* states)
{
    memory here = begin(m, t);
    frame ahead[WALK_AHEAD], now;
    start_frames(&here, t, ahead, WALK_AHEAD, &now);
    for (int first = t->from; first < t->to; first += WALK_AHEAD)
    {
#pragma unroll
        for (int j = 0; j < WALK_AHEAD; j++)
        {
            if (first + j >= t->to) break;
            take_frame(&ahead[j], &now);
            advance(&here, &now, is_stored, states);
            load_frame(&here, t, first + j + WALK_AHEAD, &ahead[j]);
        }
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
