// Newton's method on the states between tiles of time (docs/kernels.md): every tile is walked from its guess, linearised at the states it comes to, which gives its end F
// and the Jacobian P of the end by the guess; then the guesses move in tile order, b'[i + 1] = F[i] + P[i] (b'[i] - b[i]). Every channel of a sequence goes for itself.

#define OPEN 0
#define SOLVED 1
#define STEPPED 2

// Between the end of a tile run step by step and the start of the next, relative to max(1, |state|).
#define AGREEMENT 5e-6f

// A number of each channel of each sequence, or of each tile.
#define OF_SEQUENCE(t) ((index)((t).batch - first_batch) * width + (t).channel)
#define OF_TILE(unit) ((unit) * width + t.channel)

// guesses, ends: (unit, k, channel); jacobians: (unit, k * k, channel); stale: (unit, channel), the guess has changed since the tile was walked;
// status, iterations, updates: (sequence, channel).
#define NEWTON \
    RECURRENCE, ADDRESS(guesses), ADDRESS(ends), ADDRESS(jacobians), ADDRESS(stale), ADDRESS(status)
#define BODY STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS

// The start, for every tile: a recurrence that forgets is right after one iteration, whatever the guess.
KERNEL void guess_starts(NEWTON BODY)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    const memory m = MEMORY;
    GLOBAL real* const starts[STATES] = { STARTS };
    real states[STATES];
    load_start(starts, m.initial, STATE_ROW(t.batch), states);
#pragma unroll
    for (int k = 0; k < STATES; k++) REALS(guesses)[NUMBER(t.unit, k, STATES)] = states[k];
    INTS(stale)[OF_TILE(t.unit)] = 1;
    if (t.order == 0) INTS(status)[OF_SEQUENCE(t)] = OPEN;
}

// A step from `states`, as its linearisation there, which gives the next ones exactly.
FUNCTION void linearise_step(const memory* m, const frame* now, summary* s, real* states)
{
    real old[STATES], numbers[NUMBERS];
    if (now->reset != 0.0f) restart(s, true);
#pragma unroll
    for (int k = 0; k < STATES; k++) old[k] = now->reset != 0.0f ? m->initial[k] : states[k];
    linearised(now->x, m->fixed, old, numbers);
    append(s, numbers);
#pragma unroll
    for (int i = 0; i < STATES; i++)
    {
        states[i] = numbers[STATES * STATES + i];
#pragma unroll
        for (int k = 0; k < STATES; k++) states[i] = fma(numbers[i * STATES + k], old[k], states[i]);
    }
}

KERNEL void linearise_tiles(NEWTON BODY)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    if (t.order >= t.tiles || INTS(status)[OF_SEQUENCE(t)] != OPEN || !INTS(stale)[OF_TILE(t.unit)]) return;
    INTS(stale)[OF_TILE(t.unit)] = 0;
    const memory m = MEMORY;
    summary s;
    restart(&s, false);
    real states[STATES];
#pragma unroll
    for (int k = 0; k < STATES; k++) states[k] = REALS(guesses)[NUMBER(t.unit, k, STATES)];
    memory here = begin(&m, &t);
    frame ahead[AHEAD], now;
    start_frames(&here, &t, ahead, AHEAD, &now);
    for (int first = t.from; first < t.to; first += AHEAD)
    {
#pragma unroll
        for (int j = 0; j < AHEAD; j++)
        {
            if (first + j >= t.to) break;
            take_frame(&ahead[j], &now);
            linearise_step(&m, &now, &s, states);
            load_frame(&here, &t, first + j + AHEAD, &ahead[j]);
        }
    }
#pragma unroll
    for (int k = 0; k < STATES; k++) REALS(ends)[NUMBER(t.unit, k, STATES)] = states[k];
    // behind a reset the end does not depend on the guess
#pragma unroll
    for (int i = 0; i < STATES * STATES; i++) EXTENDED(jacobians)[NUMBER(t.unit, i, STATES * STATES)] = s.is_cut ? 0.0 : s.map[i];
}

// Newton's step on the guesses of all tiles of a sequence. open: becomes 1 where a channel goes on.
KERNEL void move_guesses(NEWTON, ADDRESS(iterations), ADDRESS(updates), ADDRESS(open), int iteration, real tolerance BODY)
{
    if (ITEM >= ITEMS_OF_SEQUENCES) return;
    const index first = UNIT * tiles_of(end_step - first_step, tile_steps);
    const tile t = tile_of(first, CHANNEL, first_batch, steps, first_step, end_step, tile_steps, INTS(lengths));
    const index sequence = OF_SEQUENCE(t);
    if (INTS(status)[sequence] != OPEN) return;
    extended change[STATES], update = 0.0;
    bool is_finite = true;
#pragma unroll
    for (int k = 0; k < STATES; k++) change[k] = 0.0;
    for (index unit = first; unit < first + t.tiles - 1; unit++)
    {
        extended moved[STATES];
#pragma unroll
        for (int i = 0; i < STATES; i++)
        {
            extended value = REALS(ends)[NUMBER(unit, i, STATES)];
#pragma unroll
            for (int k = 0; k < STATES; k++) value += EXTENDED(jacobians)[NUMBER(unit, i * STATES + k, STATES * STATES)] * change[k];
            // tiles start from single-precision numbers
            const real rounded = (real)value, before = REALS(guesses)[NUMBER(unit + 1, i, STATES)];
            moved[i] = (extended)rounded - before;
            const extended relative = fabs(moved[i]) / (fabs((extended)rounded) > 1.0 ? fabs((extended)rounded) : 1.0);
            is_finite = is_finite && relative <= LARGEST;
            if (relative > update) update = relative;
            if (rounded != before) INTS(stale)[OF_TILE(unit + 1)] = 1;
            REALS(guesses)[NUMBER(unit + 1, i, STATES)] = rounded;
        }
#pragma unroll
        for (int k = 0; k < STATES; k++) change[k] = moved[k];
    }
    INTS(iterations)[sequence] = iteration;
    REALS(updates)[sequence] = (real)update;
    // a NaN or an infinity does not go away
    INTS(status)[sequence] = !is_finite ? STEPPED : update > tolerance ? OPEN : SOLVED;
    if (is_finite && update > tolerance) INTS(open)[0] = 1;
}

// After the tiles were run step by step, with ends of their own: status becomes 1 where a channel is to be run step by step as a whole, else 0.
KERNEL void check_ends(NEWTON BODY)
{
    if (ITEM >= ITEMS_OF_SEQUENCES) return;
    const index first = UNIT * tiles_of(end_step - first_step, tile_steps);
    const tile t = tile_of(first, CHANNEL, first_batch, steps, first_step, end_step, tile_steps, INTS(lengths));
    bool agrees = INTS(status)[OF_SEQUENCE(t)] == SOLVED;
    for (index unit = first; unit < first + t.tiles - 1; unit++)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++)
        {
            const real end = REALS(ends)[NUMBER(unit, k, STATES)], start = REALS(guesses)[NUMBER(unit + 1, k, STATES)];
            // NaN agrees with nothing
            agrees = agrees && fabs(end - start) <= AGREEMENT * (fabs(start) > 1.0f ? fabs(start) : 1.0f);
        }
    }
    INTS(status)[OF_SEQUENCE(t)] = agrees ? 0 : 1;
}

// For each sequence: the most iterations, the greatest last update, and whether a channel was run step by step.
KERNEL void report(ADDRESS(result), ADDRESS(iterations), ADDRESS(updates), ADDRESS(status), int width, int sequences)
{
    if (ITEM >= sequences) return;
    int most = 0, is_stepped = 0;
    real update = 0.0f;
    for (index i = ITEM * width; i < (ITEM + 1) * width; i++)
    {
        if (INTS(iterations)[i] > most) most = INTS(iterations)[i];
        if (REALS(updates)[i] > update) update = REALS(updates)[i];
        if (INTS(status)[i]) is_stepped = 1;
    }
    REALS(result)[3 * ITEM] = (real)most;
    REALS(result)[3 * ITEM + 1] = update;
    REALS(result)[3 * ITEM + 2] = (real)is_stepped;
}
