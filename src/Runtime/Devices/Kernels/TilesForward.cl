KERNEL void summarise_forward(RECURRENCE, ADDRESS(summaries) STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    // nobody asks for the carry behind the last one
    if (t.order >= t.tiles - 1) return;
    const memory m = MEMORY;
    summary s;
    restart(&s, false);
    frame ahead[AHEAD], now;
    start_frames(&m, &t, ahead, &now);
    for (int step = t.from; step < t.to; step++)
    {
        real numbers[NUMBERS];
        next_frame(&m, &t, step, ahead, &now);
        if (now.is_reset) restart(&s, true);
        map(now.x, m.fixed, numbers);
        append(&s, numbers);
    }
    store_summary(&s, DOUBLES(summaries), &t, width);
}

// The states before each tile, for walk_forward. Where a summary may differ from the serial loop in what is finite, the tile is walked here.
KERNEL void fold_forward(RECURRENCE, ADDRESS(summaries), ADDRESS(carries) STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_SEQUENCES) return;
    const index first = UNIT * tiles_of(end_step - first_step, tile_steps);
    tile t = tile_of(first, CHANNEL, first_batch, steps, first_step, end_step, tile_steps, INTS(lengths));
    const memory m = MEMORY;
    GLOBAL real* const starts[STATES] = { STARTS };
    real states[STATES];
    double carry[STATES];
    load_start(starts, m.initial, STATE_ROW(t.batch), states);
#pragma unroll
    for (int k = 0; k < STATES; k++) carry[k] = states[k];
    const int tiles = t.tiles;
    summary ahead[SUMMARIES_AHEAD];
    start_summaries(ahead, DOUBLES(summaries), first, 1, tiles - 1, width, t.channel);
    for (int order = 0; order < tiles; order++)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++) REALS(carries)[NUMBER(first + order, k, STATES)] = states[k] = (real)carry[k];
        if (order == tiles - 1) break;
        const summary s = next_summary(ahead, DOUBLES(summaries), first + order, 1, tiles - 1 - order, width, t.channel);
        if (try_fold(&s, m.initial, carry)) continue;
        t = tile_of(first + order, t.channel, first_batch, steps, first_step, end_step, tile_steps, INTS(lengths));
        walk(&m, &t, false, states);
#pragma unroll
        for (int k = 0; k < STATES; k++) carry[k] = states[k];
    }
}
