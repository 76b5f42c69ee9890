KERNEL void summarise_backward(
    RECURRENCE, ADDRESS(summaries), word added STREAM_PARAMETERS OUTPUT_PARAMETERS TARGET_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    // nobody asks for the carry before the first one
    if (t.order >= t.tiles || t.order == 0) return;
    const memory m = MEMORY;
    summary s;
    restart(&s, false);
    group now, next;
    real after[STATES];
    if (READS_STATES) load_states(&m, &t, t.to - 1, after);
    load_group(&m, &t, t.to - 1, &next);
    for (int last = t.to - 1; last >= t.from; last -= AHEAD)
    {
        now = next;
        load_group(&m, &t, last - AHEAD, &next);
#pragma unroll
        for (int j = 0; j < AHEAD; j++)
        {
            if (last - j < t.from) break;
            real old[STATES], numbers[NUMBERS];
            load_streams(m.streams, PER_CALL, 0, 0, t.channel, now.x[j]);
#pragma unroll
            for (int k = 0; k < STATES; k++) old[k] = now.is_reset[j] ? m.initial[k] : now.before[j][k];
            adjoint_map(now.x[j], m.fixed, old, after, now.dy[j], numbers);
            // delta = A (c + arrives) + r
#pragma unroll
            for (int i = 0; i < STATES; i++)
            {
#pragma unroll
                for (int k = 0; k < STATES; k++)
                    numbers[STATES * STATES + i] = fma(numbers[i * STATES + k], now.arrives[j][k], numbers[STATES * STATES + i]);
            }
            append(&s, numbers);
            if (now.is_reset[j]) restart(&s, true);
#pragma unroll
            for (int k = 0; k < STATES; k++)
                if (READS_STATES) after[k] = now.before[j][k];
        }
    }
    store_summary(&s, DOUBLES(summaries), &t, width);
}

// The adjoints of the states after each tile, for walk_backward.
KERNEL void fold_backward(
    RECURRENCE, ADDRESS(summaries), ADDRESS(carries), word added
    STREAM_PARAMETERS OUTPUT_PARAMETERS TARGET_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_SEQUENCES) return;
    const index first = ITEM / width * tiles_of(end_step - first_step, tile_steps);
    tile t = tile_of(first, (int)(ITEM % width), first_batch, steps, first_step, end_step, tile_steps, INTS(lengths));
    const memory m = MEMORY;
    GLOBAL real* const end_adjoints[STATES] = { END_ADJOINTS };
    real c[STATES];
    const real nothing[STATES] = { 0.0f };
    double carry[STATES];
#pragma unroll
    for (int k = 0; k < STATES; k++) carry[k] = end_adjoints[k] ? end_adjoints[k][STATE_ROW(t.batch)] : 0.0f;
    for (int order = t.tiles - 1; order >= 0; order--)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++) REALS(carries)[NUMBER(first + order, k, STATES)] = c[k] = (real)carry[k];
        if (order == 0) break;
        summary s;
        load_summary(&s, DOUBLES(summaries), first + order, width, t.channel);
        if (try_fold(&s, nothing, carry)) continue;
        t = tile_of(first + order, t.channel, first_batch, steps, first_step, end_step, tile_steps, INTS(lengths));
        walk(&m, &t, 0, c);
#pragma unroll
        for (int k = 0; k < STATES; k++) carry[k] = c[k];
    }
}
