// A recurrence against the order of its steps (docs/differentiation.md).

typedef struct
{
    rows streams[STREAMS + 1], arriving[OUTPUTS + 1], targets[STREAMS + 1], sequences[STATES], sequence_adjoints[STATES];
    real fixed[FIXED + 1], initial[STATES * WIDE], start[STATES * WIDE];
    GLOBAL const real* resets;
    int steps, first_step, is_reverse, reset_step;
    word added;
} memory;

#define MEMORY \
    { { STREAM_ROWS NO_ROWS }, { OUTPUT_ROWS NO_ROWS }, { TARGET_ROWS NO_ROWS }, { SEQUENCE_ROWS }, { SEQUENCE_ADJOINT_ROWS }, \
      { FIXED_NUMBERS 0.0f }, { INITIAL_STATES }, { INITIAL_STATES }, REALS(resets), steps, first_step, is_reverse, 0, added }

// Where a walk of a tile begins: the states stand at the step before.
FUNCTION memory begin(const memory* m, const tile* t)
{
    memory here = *m;
    const int row = row_of(t, t->to - 1, m->is_reverse), direction = m->is_reverse ? 1 : -1;
    go_to(here.streams, BF16_STREAMS, STREAMS, t->batch, row, t->channel, direction);
    go_to(here.arriving, BF16_OUTPUTS, OUTPUTS, t->batch, row, t->channel, direction);
    go_to(here.targets, BF16_STREAMS, STREAMS, t->batch, row, t->channel, direction);
    go_to(here.sequences, BF16_STATES, STATES, t->batch, row + direction, t->channel, direction);
    go_to(here.sequence_adjoints, BF16_STATES, STATES, t->batch, row, t->channel, direction);
    here.reset_step = m->resets ? direction : 0;
    if (m->resets) here.resets += (index)t->batch * m->steps + row;
    return here;
}

// What a step reads: the states before it are those that the step before left, whether it resets them or not. Those of AHEAD steps are on their way while the one after
// them is worked on.
typedef struct
{
    real x[STREAMS * WIDE + 1], dy[OUTPUTS * WIDE + 1], before[STATES * WIDE], arrives[STATES * WIDE];
    real reset;  // 0 where there is none
} frame;

FUNCTION void load_frame(memory* here, const tile* t, int step, frame* f)
{
    if (step < t->from) return;
    load_streams(here->streams, READ & ~PER_CALL, HERE, f->x);
    load_present(here->arriving, BF16_OUTPUTS, OUTPUTS, HERE, f->dy);
    load_present(here->sequence_adjoints, BF16_STATES, STATES, HERE, f->arrives);
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++) f->before[k] = here->start[k];
    if (READS_STATES && step > here->first_step)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++) load_each(here->sequences[k], HAS(BF16_STATES, k), HERE, k, STATES, f->before);
    }
    f->reset = HAS_RESETS && here->reset_step ? *here->resets : 0.0f;
    go_on(here->streams, READ & ~PER_CALL, BF16_STREAMS, STREAMS);
    go_on(here->arriving, ALL, BF16_OUTPUTS, OUTPUTS);
    go_on(here->sequence_adjoints, ALL, BF16_STATES, STATES);
    go_on(here->sequences, ALL, BF16_STATES, STATES);
    here->resets += here->reset_step;
}

// What the call has for every step, and the states after the last one.
FUNCTION void load_before(const memory* here, const tile* t, frame* now, real* after)
{
    load_streams(here->streams, READ & PER_CALL, HERE, now->x);
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++) after[k] = 0.0f;
    if (!READS_STATES || t->from >= t->to) return;
#pragma unroll
    for (int k = 0; k < STATES; k++) load_each(here->sequences[k], HAS(BF16_STATES, k), 0, -1, 0, k, STATES, after);
}

FUNCTION void start_frames(memory* here, const tile* t, frame* ahead, int count, frame* now, real* after)
{
    load_before(here, t, now, after);
#pragma unroll
    for (int j = 0; j < count; j++) load_frame(here, t, t->to - 1 - j, &ahead[j]);
}

// The states that a step starts from.
FUNCTION void old_states(const memory* m, const frame* now, real* old)
{
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++) old[k] = now->reset != 0.0f ? m->initial[k] : now->before[k];
}

// What the call has for every step stays.
FUNCTION void take_frame(const frame* f, frame* now)
{
    take_streams(f->x, now->x);
#pragma unroll
    for (int i = 0; i < OUTPUTS * WIDE; i++) now->dy[i] = f->dy[i];
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++)
    {
        now->before[k] = READS_STATES ? f->before[k] : 0.0f;
        now->arrives[k] = f->arrives[k];
    }
    now->reset = f->reset;
}

// One step to the states `after`, which are those before it then: c is the adjoint of the states after it, and then of those before it. Without sums nothing else is written.
FUNCTION void retreat(memory* here, const frame* now, real* after, sums* s, real* c)
{
    real old[STATES * WIDE], delta[STATES * WIDE], dx[STREAMS * WIDE + 1];
    old_states(here, now, old);
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++) c[k] += now->arrives[k];
#pragma unroll
    for (int l = 0; l < WIDE; l++)
    {
        step_adjoint(
            now->x + l * STREAMS, here->fixed, old + l * STATES, after + l * STATES, now->dy + l * OUTPUTS, c + l * STATES, delta + l * STATES, dx + l * STREAMS);
        if (s) add_to_sums(s + l, dx + l * STREAMS);
    }
    if (s)
    {
        store_adjoints(here->targets, here->added, HERE, dx);
        go_on(here->targets, WRITTEN, BF16_STREAMS, STREAMS);
    }
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++)
    {
        if (s && now->reset != 0.0f) s[k / STATES].initial[k % STATES] += delta[k];
        c[k] = now->reset != 0.0f ? 0.0f : delta[k];
        after[k] = now->before[k];
    }
}

// The steps of a tile, as one.
FUNCTION void walk(const memory* m, const tile* t, sums* s, real* c)
{
    memory here = begin(m, t);
    frame ahead[WALK_AHEAD], now;
    real after[STATES * WIDE];
    start_frames(&here, t, ahead, WALK_AHEAD, &now, after);
    for (int last = t->to - 1; last >= t->from; last -= WALK_AHEAD)
    {
#pragma unroll
        for (int j = 0; j < WALK_AHEAD; j++)
        {
            if (last - j < t->from) break;
            take_frame(&ahead[j], &now);
            retreat(&here, &now, after, s, c);
            load_frame(&here, t, last - j - WALK_AHEAD, &ahead[j]);
        }
    }
}

// The start of the sequence, where the memory has the initial state so far.
FUNCTION void load_start(memory* m, GLOBAL real* const* starts, index row)
{
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++)
        if (starts[k % STATES]) m->start[k] = starts[k % STATES][row + k / STATES];
}

// The adjoint of the start goes to the window's, or to the initial state.
FUNCTION void leave_start(GLOBAL real* const* starts, GLOBAL real* const* start_adjoints, index row, sums* s, const real* c)
{
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++)
    {
        if (start_adjoints[k % STATES]) start_adjoints[k % STATES][row + k / STATES] = c[k];
        if (!starts[k % STATES]) s[k / STATES].initial[k % STATES] += c[k];
    }
}

// carries: adjoints of the states after each tile, for items of one channel; none: the sequences are one tile each.
// partials: of each tile; none: nobody wants a sum.
KERNEL void walk_backward(
    RECURRENCE, ADDRESS(carries), ADDRESS(partials), word added
    STREAM_PARAMETERS OUTPUT_PARAMETERS TARGET_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    sums s[WIDE];
#pragma unroll
    for (int l = 0; l < WIDE; l++) clear_sums(&s[l]);
    if (t.order < t.tiles)
    {
        memory m = MEMORY;
        GLOBAL real* const starts[STATES] = { STARTS };
        GLOBAL real* const end_adjoints[STATES] = { END_ADJOINTS };
        GLOBAL real* const start_adjoints[STATES] = { START_ADJOINTS };
        load_start(&m, starts, STATE_ROW(t.batch));
        real c[STATES * WIDE];
#pragma unroll
        for (int k = 0; k < STATES * WIDE; k++)
            c[k] = REALS(carries) ? REALS(carries)[NUMBER(t.unit, k, STATES)] : end_adjoints[k % STATES] ? end_adjoints[k % STATES][STATE_ROW(t.batch) + k / STATES] : 0.0f;
        walk(&m, &t, s, c);
        if (t.order == 0) leave_start(starts, start_adjoints, STATE_ROW(t.batch), s, c);
    }
    if (!EXTENDED(partials)) return;
#pragma unroll
    for (int l = 0; l < WIDE; l++) leave_sums(&s[l], EXTENDED(partials), t.unit, width, t.channel + l, 0);
}
