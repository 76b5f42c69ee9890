// What a piece keeps of a step: where nothing but the state comes out, and the step is its map, that; else what it reads.
#if defined(STEP_IS_MAP) && OUTPUTS == 0
#define KEEPS_MAPS 1
#define KEPT NUMBERS
#else
#define KEEPS_MAPS 0
#define KEPT NUMBERS_READ
#endif

FUNCTION void keep(real* kept, int step, const frame* f, const real* numbers)
{
    int number = 0;
#pragma unroll
    for (int i = 0; KEEPS_MAPS && i < NUMBERS; i++) kept[PLACE_KEPT(step, number++)] = numbers[i];
#pragma unroll
    for (int i = 0; i < STREAMS; i++)
        if (!KEEPS_MAPS && HAS(READ & ~PER_CALL, i)) kept[PLACE_KEPT(step, number++)] = f->x[i];
}

// The steps that are reset, as bits.
FUNCTION unsigned summarise_and_keep(const memory* m, const tile* t, real* kept, summary* s)
{
    unsigned resets = 0;
    restart(s, false);
    memory here = begin(m, t);
    frame ahead[AHEAD], now;
    real numbers[NUMBERS];
    start_frames(&here, t, ahead, AHEAD, &now);
    for (int first = t->from; first < t->to; first += AHEAD)
    {
#pragma unroll
        for (int j = 0; j < AHEAD; j++)
        {
            const int step = first + j;
            if (step >= t->to) break;
            take_frame(&ahead[j], &now);
            summarise_step(m, &now, numbers, s);
            keep(kept, step - t->from, &now, numbers);
            resets |= (unsigned)(now.reset != 0.0f) << (step - t->from);
            load_frame(&here, t, step + AHEAD, &ahead[j]);
        }
    }
    return resets;
}

FUNCTION void walk_kept(const memory* m, const tile* t, const real* kept, unsigned resets, real* states)
{
    memory here = begin(m, t);
    frame now;
    load_streams(here.streams, READ & PER_CALL, HERE, now.x);
#pragma unroll 4
    for (int step = t->from; step < t->to; step++)
    {
        int number = 0;
        now.reset = resets >> (step - t->from) & 1;
#if KEEPS_MAPS
        const real a = kept[PLACE_KEPT(step - t->from, 0)], b = kept[PLACE_KEPT(step - t->from, 1)];
        states[0] = fma(a, now.reset != 0.0f ? here.initial[0] : states[0], b);
        store_step(&here, states, 0);
#else
#pragma unroll
        for (int i = 0; i < STREAMS; i++)
            if (HAS(READ & ~PER_CALL, i)) now.x[i] = kept[PLACE_KEPT(step - t->from, number++)];
        advance(&here, &now, true, states);
#endif
    }
}

CHAIN_KERNEL void chain_forward(CHAIN STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    GROUP_MEMORY;
    LOCAL int taken, nearest, is_open;
    if (LANE == 0) taken = atomicAdd(INTS(ticket), 1), is_open = 0;
    BARRIER();
    const portion s = PORTION(taken, 1);
    if (s.whole.order >= s.whole.tiles) return;
    const tile t = s.piece;
    const bool is_last = t.order == t.tiles - 1;
    // whose piece ends the tile
    const bool is_end = s.is_inside && (s.whole.from < s.whole.to ? t.from < t.to && t.to == s.whole.to : s.slice == 0);
    const memory m = MEMORY;
    GLOBAL real* const starts[STATES] = { STARTS };
    GLOBAL real* const ends[STATES] = { ENDS };
    summary own, whole;
    const unsigned resets = summarise_and_keep(&m, &t, NUMBERS_KEPT, &own);
    join_pieces(&s, channels, SUMMARIES, &own, &whole);
    const links l = LINKS(1);
    real states[STATES];
    extended carry[STATES];
    load_start(starts, m.initial, STATE_ROW(t.batch), states);
    widen_states(states, carry);
    const bool is_folded = exchange(&m, &l, &s, is_last, m.initial, &whole, FOLDING, carry);
    if (!try_start(&own, m.initial, carry, states))
    {
        tile lead = s.whole;
        lead.to = t.from;
        walk(&m, &lead, false, states);
    }
    walk_kept(&m, &t, NUMBERS_KEPT, resets, states);
    if (is_last && is_end) store_ends(ends, STATE_ROW(t.batch), states);
    if (!is_last && is_open) exchange_walked(&l, &s, is_end, is_folded, states);
}
