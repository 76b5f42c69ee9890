// What a step to the states `after` does to their adjoints, behind what those after it do.
FUNCTION void summarise_step(const memory* m, const frame* now, real* after, summary* s)
{
    real old[STATES], numbers[NUMBERS];
    old_states(m, now, old);
    adjoint_map(now->x, m->fixed, old, after, now->dy, numbers);
    // delta = A (c + arrives) + r
#pragma unroll
    for (int i = 0; i < STATES; i++)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++)
            numbers[STATES * STATES + i] = fma(numbers[i * STATES + k], now->arrives[k], numbers[STATES * STATES + i]);
    }
    append(s, numbers);
    if (now->reset != 0.0f) restart(s, true);
#pragma unroll
    for (int k = 0; k < STATES; k++) after[k] = now->before[k];
}

// The steps of a tile, as one.
FUNCTION void summarise(const memory* m, const tile* t, summary* s)
{
    restart(s, false);
    memory here = begin(m, t);
    frame ahead[AHEAD], now;
    real after[STATES];
    start_frames(&here, t, ahead, AHEAD, &now, after);
    for (int last = t->to - 1; last >= t->from; last -= AHEAD)
    {
#pragma unroll
        for (int j = 0; j < AHEAD; j++)
        {
            if (last - j < t->from) break;
            take_frame(&ahead[j], &now);
            summarise_step(m, &now, after, s);
            load_frame(&here, t, last - j - AHEAD, &ahead[j]);
        }
    }
}

// The carry before tile `unit` from that behind it, as in TilesForward.cl.
FUNCTION void fold(const memory* m, const summary* s, index unit, int channel, FOLDED_TILES, extended* carry)
{
    real c[STATES];
    const real nothing[STATES] = { 0.0f };
    round_states(carry, c);
    if (try_fold(s, nothing, carry)) return;
    const tile t = tile_of(unit, channel, first_batch, steps, first_step, end_step, tile_steps, lengths);
    walk(m, &t, 0, c);
    widen_states(c, carry);
}

KERNEL void summarise_backward(
    RECURRENCE, ADDRESS(summaries), word added STREAM_PARAMETERS OUTPUT_PARAMETERS TARGET_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    // nobody asks for the carry before the first one
    if (t.order >= t.tiles || t.order == 0) return;
    const memory m = MEMORY;
    summary s;
    summarise(&m, &t, &s);
    store_summary(&s, EXTENDED(summaries), t.unit, width, t.channel);
}

// The adjoints of the states after each tile, for walk_backward.
KERNEL void fold_backward(
    RECURRENCE, ADDRESS(summaries), ADDRESS(carries), word added
    STREAM_PARAMETERS OUTPUT_PARAMETERS TARGET_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_SEQUENCES) return;
    const index first = UNIT * tiles_of(end_step - first_step, tile_steps);
    const tile t = tile_of(first, CHANNEL, first_batch, steps, first_step, end_step, tile_steps, INTS(lengths));
    const memory m = MEMORY;
    GLOBAL real* const end_adjoints[STATES] = { END_ADJOINTS };
    extended carry[STATES];
#pragma unroll
    for (int k = 0; k < STATES; k++) carry[k] = end_adjoints[k] ? end_adjoints[k][STATE_ROW(t.batch)] : 0.0f;
    summary ahead[SUMMARIES_AHEAD];
    start_summaries(ahead, EXTENDED(summaries), first + t.tiles - 1, -1, t.tiles - 1, width, t.channel);
    for (int order = t.tiles - 1; order >= 0; order--)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++) REALS(carries)[NUMBER(first + order, k, STATES)] = (real)carry[k];
        if (order == 0) break;
        const summary s = next_summary(ahead, EXTENDED(summaries), first + order, -1, order, width, t.channel);
        fold(&m, &s, first + order, t.channel, FOLDING, carry);
    }
}
