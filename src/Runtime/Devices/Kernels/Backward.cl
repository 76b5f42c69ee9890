// A recurrence against the order of its steps (docs/differentiation.md).

typedef struct
{
    rows streams[STREAMS + 1], arriving[OUTPUTS + 1], targets[STREAMS + 1], sequences[STATES], sequence_adjoints[STATES];
    real fixed[FIXED + 1], initial[STATES], start[STATES];
    GLOBAL const real* resets;
    int steps, first_step, is_reverse;
    word added;
} memory;

#define MEMORY \
    { { STREAM_ROWS NO_ROWS }, { OUTPUT_ROWS NO_ROWS }, { TARGET_ROWS NO_ROWS }, { SEQUENCE_ROWS }, { SEQUENCE_ADJOINT_ROWS }, \
      { FIXED_NUMBERS 0.0f }, { INITIAL_STATES }, { INITIAL_STATES }, REALS(resets), steps, first_step, is_reverse, added }

// What AHEAD steps read, in the order of the walk: the states before a step are those that the step before left, whether it resets them or not.
typedef struct
{
    real x[AHEAD][STREAMS + 1], dy[AHEAD][OUTPUTS + 1], before[AHEAD][STATES], arrives[AHEAD][STATES];
    bool is_reset[AHEAD];
} group;

FUNCTION void load_states(const memory* m, const tile* t, int step, real* states)
{
#pragma unroll
    for (int k = 0; k < STATES; k++)
        states[k] = step < m->first_step ? m->start[k] : *at(m->sequences[k], t->batch, row_of(t, step, m->is_reverse), t->channel);
}

FUNCTION void load_group(const memory* m, const tile* t, int last, group* g)
{
#pragma unroll
    for (int j = 0; j < AHEAD; j++)
    {
        if (last - j < t->from) break;
        const int row = row_of(t, last - j, m->is_reverse);
        load_streams(m->streams, ~PER_CALL, t->batch, row, t->channel, g->x[j]);
        load_present(m->arriving, OUTPUTS, t->batch, row, t->channel, g->dy[j]);
        load_present(m->sequence_adjoints, STATES, t->batch, row, t->channel, g->arrives[j]);
        if (READS_STATES) load_states(m, t, last - j - 1, g->before[j]);
        g->is_reset[j] = m->resets && m->resets[(index)t->batch * m->steps + row] != 0.0f;
    }
}

// The steps of a tile: c is the adjoint of the states after it, and then of those before it. Without sums nothing else is written.
FUNCTION void walk(const memory* m, const tile* t, sums* s, real* c)
{
    group now, next;
    real after[STATES];
    if (READS_STATES && t->from < t->to) load_states(m, t, t->to - 1, after);
    load_group(m, t, t->to - 1, &next);
    for (int last = t->to - 1; last >= t->from; last -= AHEAD)
    {
        now = next;
        load_group(m, t, last - AHEAD, &next);
#pragma unroll
        for (int j = 0; j < AHEAD; j++)
        {
            if (last - j < t->from) break;
            real old[STATES], delta[STATES], dx[STREAMS + 1];
            load_streams(m->streams, PER_CALL, 0, 0, t->channel, now.x[j]);
#pragma unroll
            for (int k = 0; k < STATES; k++)
            {
                old[k] = now.is_reset[j] ? m->initial[k] : now.before[j][k];
                c[k] += now.arrives[j][k];
            }
            step_adjoint(now.x[j], m->fixed, old, after, now.dy[j], c, delta, dx);
            if (s)
            {
                store_adjoints(m->targets, m->added, t->batch, row_of(t, last - j, m->is_reverse), t->channel, dx);
                add_to_sums(s, dx);
            }
#pragma unroll
            for (int k = 0; k < STATES; k++)
            {
                if (s && now.is_reset[j]) s->initial[k] += delta[k];
                c[k] = now.is_reset[j] ? 0.0f : delta[k];
                if (READS_STATES) after[k] = now.before[j][k];
            }
        }
    }
}

// The start of the sequence, where the memory has the initial state so far.
FUNCTION void load_start(memory* m, GLOBAL real* const* starts, index row)
{
#pragma unroll
    for (int k = 0; k < STATES; k++)
        if (starts[k]) m->start[k] = starts[k][row];
}

// carries: adjoints of the states after each tile; none: the sequences are one tile each.
// partials: of each tile; none: nobody wants a sum.
KERNEL void walk_backward(
    RECURRENCE, ADDRESS(carries), ADDRESS(partials), word added
    STREAM_PARAMETERS OUTPUT_PARAMETERS TARGET_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    sums s;
    clear_sums(&s);
    if (t.order < t.tiles)
    {
        memory m = MEMORY;
        GLOBAL real* const starts[STATES] = { STARTS };
        GLOBAL real* const end_adjoints[STATES] = { END_ADJOINTS };
        GLOBAL real* const start_adjoints[STATES] = { START_ADJOINTS };
        load_start(&m, starts, STATE_ROW(t.batch));
        real c[STATES];
#pragma unroll
        for (int k = 0; k < STATES; k++)
            c[k] = REALS(carries) ? REALS(carries)[NUMBER(t.unit, k, STATES)] : end_adjoints[k] ? end_adjoints[k][STATE_ROW(t.batch)] : 0.0f;
        walk(&m, &t, &s, c);
#pragma unroll
        for (int k = 0; k < STATES; k++)
        {
            if (t.order > 0) continue;
            if (start_adjoints[k]) start_adjoints[k][STATE_ROW(t.batch)] = c[k];
            if (!starts[k]) s.initial[k] += c[k];
        }
    }
    if (DOUBLES(partials)) leave_sums(&s, DOUBLES(partials), t.unit, width, t.channel, 0);
}
