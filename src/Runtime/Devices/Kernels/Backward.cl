// A recurrence against the order of its steps (docs/differentiation.md).

typedef struct
{
    rows streams[STREAMS + 1], arriving[OUTPUTS + 1], targets[STREAMS + 1], sequences[STATES], sequence_adjoints[STATES];
    real fixed[FIXED + 1], initial[STATES * WIDE], start[STATES * WIDE];
    GLOBAL const real* resets;
    int steps, first_step, is_reverse;
    word added;
} memory;

#define MEMORY \
    { { STREAM_ROWS NO_ROWS }, { OUTPUT_ROWS NO_ROWS }, { TARGET_ROWS NO_ROWS }, { SEQUENCE_ROWS }, { SEQUENCE_ADJOINT_ROWS }, \
      { FIXED_NUMBERS 0.0f }, { INITIAL_STATES }, { INITIAL_STATES }, REALS(resets), steps, first_step, is_reverse, added }

// What a step reads: the states before it are those that the step before left, whether it resets them or not. Those of AHEAD steps are on their way while the one after
// them is worked on.
typedef struct
{
    real x[STREAMS * WIDE + 1], dy[OUTPUTS * WIDE + 1], before[STATES * WIDE], arrives[STATES * WIDE];
    bool is_reset;
} frame;

FUNCTION void load_states(const memory* m, const tile* t, int step, real* states)
{
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++) states[k] = m->start[k];
    if (step < m->first_step) return;
#pragma unroll
    for (int k = 0; k < STATES; k++)
        load_each(m->sequences[k], HAS(BF16_STATES, k), t->batch, row_of(t, step, m->is_reverse), t->channel, k, STATES, states);
}

FUNCTION void load_frame(const memory* m, const tile* t, int step, frame* f)
{
    if (step < t->from) return;
    const int row = row_of(t, step, m->is_reverse);
    load_streams(m->streams, ~PER_CALL, t->batch, row, t->channel, f->x);
    load_present(m->arriving, BF16_OUTPUTS, OUTPUTS, t->batch, row, t->channel, f->dy);
    load_present(m->sequence_adjoints, BF16_STATES, STATES, t->batch, row, t->channel, f->arrives);
    if (READS_STATES) load_states(m, t, step - 1, f->before);
    f->is_reset = m->resets && m->resets[(index)t->batch * m->steps + row] != 0.0f;
}

// after: receives the states after the last step.
FUNCTION void start_frames(const memory* m, const tile* t, frame* ahead, frame* now, real* after)
{
    load_streams(m->streams, PER_CALL, 0, 0, t->channel, now->x);
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++) after[k] = 0.0f;
    if (READS_STATES && t->from < t->to) load_states(m, t, t->to - 1, after);
#pragma unroll
    for (int j = 0; j < AHEAD; j++) load_frame(m, t, t->to - 1 - j, &ahead[j]);
}

// old: receives the states that the step starts from.
FUNCTION void next_frame(const memory* m, const tile* t, int step, frame* ahead, frame* now, real* old)
{
    take_streams(ahead[0].x, now->x);
#pragma unroll
    for (int i = 0; i < OUTPUTS * WIDE; i++) now->dy[i] = ahead[0].dy[i];
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++)
    {
        now->before[k] = READS_STATES ? ahead[0].before[k] : 0.0f;
        now->arrives[k] = ahead[0].arrives[k];
        old[k] = ahead[0].is_reset ? m->initial[k] : now->before[k];
    }
    now->is_reset = ahead[0].is_reset;
#pragma unroll
    for (int j = 0; j < AHEAD - 1; j++) ahead[j] = ahead[j + 1];
    load_frame(m, t, step - AHEAD, &ahead[AHEAD - 1]);
}

// The steps of a tile: c is the adjoint of the states after it, and then of those before it. Without sums nothing else is written.
FUNCTION void walk(const memory* m, const tile* t, sums* s, real* c)
{
    frame ahead[AHEAD], now;
    real after[STATES * WIDE];
    start_frames(m, t, ahead, &now, after);
    for (int step = t->to - 1; step >= t->from; step--)
    {
        real old[STATES * WIDE], delta[STATES * WIDE], dx[STREAMS * WIDE + 1];
        next_frame(m, t, step, ahead, &now, old);
#pragma unroll
        for (int k = 0; k < STATES * WIDE; k++) c[k] += now.arrives[k];
#pragma unroll
        for (int l = 0; l < WIDE; l++)
        {
            step_adjoint(
                now.x + l * STREAMS, m->fixed, old + l * STATES, after + l * STATES, now.dy + l * OUTPUTS, c + l * STATES, delta + l * STATES, dx + l * STREAMS);
            if (s) add_to_sums(s + l, dx + l * STREAMS);
        }
        if (s) store_adjoints(m->targets, m->added, t->batch, row_of(t, step, m->is_reverse), t->channel, dx);
#pragma unroll
        for (int k = 0; k < STATES * WIDE; k++)
        {
            if (s && now.is_reset) s[k / STATES].initial[k % STATES] += delta[k];
            c[k] = now.is_reset ? 0.0f : delta[k];
            after[k] = now.before[k];
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
    if (!DOUBLES(partials)) return;
#pragma unroll
    for (int l = 0; l < WIDE; l++) leave_sums(&s[l], DOUBLES(partials), t.unit, width, t.channel + l, 0);
}
