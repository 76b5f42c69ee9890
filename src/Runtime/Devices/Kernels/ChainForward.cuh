KERNEL void chain_forward(CHAIN STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    LOCAL int taken;
    for (;;)
    {
        NEXT_ITEM(item);
        const index order = item / ITEMS_OF_SEQUENCES, rest = item % ITEMS_OF_SEQUENCES, first = rest / width * MOST_TILES;
        const tile t = tile_of(first + order, (int)(rest % width), first_batch, steps, first_step, end_step, tile_steps, INTS(lengths));
        if (t.order >= t.tiles) continue;
        const bool is_last = t.order == t.tiles - 1;
        const memory m = MEMORY;
        GLOBAL real* const starts[STATES] = { STARTS };
        GLOBAL real* const ends[STATES] = { ENDS };
        summary own;
        if (!is_last)
        {
            summarise(&m, &t, &own);
            store_summary(&own, DOUBLES(summaries), t.unit, width, t.channel);
            publish(MARK(t.unit), SUMMARISED);
        }
        real states[STATES];
        double carry[STATES];
        load_start(starts, m.initial, STATE_ROW(t.batch), states);
#pragma unroll
        for (int k = 0; k < STATES; k++) carry[k] = states[k];
        if (t.order > 0)
        {
            for (index unit = look_back(DOUBLES(behind), INTS(marks), t.unit, first, 1, width, t.channel, carry); unit < t.unit; unit++)
            {
                summary s;
                load_summary(&s, DOUBLES(summaries), unit, width, t.channel);
                fold(&m, &s, unit, t.channel, FOLDING, carry);
            }
        }
#pragma unroll
        for (int k = 0; k < STATES; k++) states[k] = (real)carry[k];
        const bool is_folded = is_last || try_fold(&own, m.initial, carry);
        if (is_folded && !is_last) hand_on(DOUBLES(behind), INTS(marks), &t, width, carry);
        walk(&m, &t, true, states);
        if (is_last) store_ends(ends, STATE_ROW(t.batch), states);
        if (is_folded) continue;
#pragma unroll
        for (int k = 0; k < STATES; k++) carry[k] = states[k];
        hand_on(DOUBLES(behind), INTS(marks), &t, width, carry);
    }
}
