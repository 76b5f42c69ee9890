// What a step does to its states (numbers), behind what those before it do.
FUNCTION void summarise_step(const memory* m, const frame* now, real* numbers, summary* s)
{
    if (now->reset != 0.0f) restart(s, true);
    map(now->x, m->fixed, numbers);
    append(s, numbers);
}

// The steps of a tile, as one.
FUNCTION void summarise(const memory* m, const tile* t, summary* s)
{
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
            if (first + j >= t->to) break;
            take_frame(&ahead[j], &now);
            summarise_step(m, &now, numbers, s);
            load_frame(&here, t, first + j + AHEAD, &ahead[j]);
        }
    }
}

// The carry behind tile `unit` from that before it. Where a summary may differ from the serial loop in what is finite, the tile is walked here.
FUNCTION void fold(const memory* m, const summary* s, index unit, int channel, FOLDED_TILES, extended* carry)
{
    real states[STATES];
    round_states(carry, states);
    if (try_fold(s, m->initial, carry)) return;
    const tile t = tile_of(unit, channel, first_batch, steps, first_step, end_step, tile_steps, lengths);
    walk(m, &t, false, states);
    widen_states(states, carry);
}

KERNEL void summarise_forward(RECURRENCE, ADDRESS(summaries) STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    // nobody asks for the carry behind the last one
    if (t.order >= t.tiles - 1) return;
    const memory m = MEMORY;
    summary s;
    summarise(&m, &t, &s);
    store_summary(&s, EXTENDED(summaries), t.unit, width, t.channel);
}

// The states before each tile, for walk_forward.
KERNEL void fold_forward(RECURRENCE, ADDRESS(summaries), ADDRESS(carries) STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_SEQUENCES) return;
    const index first = UNIT * tiles_of(end_step - first_step, tile_steps);
    const tile t = tile_of(first, CHANNEL, first_batch, steps, first_step, end_step, tile_steps, INTS(lengths));
    const memory m = MEMORY;
    GLOBAL real* const starts[STATES] = { STARTS };
    real states[STATES];
    extended carry[STATES];
    load_start(starts, m.initial, STATE_ROW(t.batch), states);
    widen_states(states, carry);
    summary ahead[SUMMARIES_AHEAD];
    start_summaries(ahead, EXTENDED(summaries), first, 1, t.tiles - 1, width, t.channel);
    for (int order = 0; order < t.tiles; order++)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++) REALS(carries)[NUMBER(first + order, k, STATES)] = (real)carry[k];
        if (order == t.tiles - 1) break;
        const summary s = next_summary(ahead, EXTENDED(summaries), first + order, 1, t.tiles - 1 - order, width, t.channel);
        fold(&m, &s, first + order, t.channel, FOLDING, carry);
    }
}
