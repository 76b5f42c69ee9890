KERNEL void chain_backward(
    CHAIN, ADDRESS(partials), word added STREAM_PARAMETERS OUTPUT_PARAMETERS TARGET_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    LOCAL int taken;
    for (;;)
    {
        NEXT_ITEM(item);
        const index order = MOST_TILES - 1 - item / ITEMS_OF_SEQUENCES, rest = item % ITEMS_OF_SEQUENCES, first = rest / width * MOST_TILES;
        const tile t = tile_of(first + order, (int)(rest % width), first_batch, steps, first_step, end_step, tile_steps, INTS(lengths));
        sums s;
        clear_sums(&s);
        if (t.order < t.tiles)
        {
            memory m = MEMORY;
            GLOBAL real* const starts[STATES] = { STARTS };
            GLOBAL real* const end_adjoints[STATES] = { END_ADJOINTS };
            GLOBAL real* const start_adjoints[STATES] = { START_ADJOINTS };
            const real nothing[STATES] = { 0.0f };
            load_start(&m, starts, STATE_ROW(t.batch));
            summary own;
            if (t.order > 0)
            {
                summarise(&m, &t, &own);
                store_summary(&own, DOUBLES(summaries), t.unit, width, t.channel);
                publish(MARK(t.unit), SUMMARISED);
            }
            real c[STATES];
            double carry[STATES];
#pragma unroll
            for (int k = 0; k < STATES; k++) carry[k] = end_adjoints[k] ? end_adjoints[k][STATE_ROW(t.batch)] : 0.0f;
            if (t.order < t.tiles - 1)
            {
                for (index unit = look_back(DOUBLES(behind), INTS(marks), t.unit, first + t.tiles - 1, -1, width, t.channel, carry); unit > t.unit; unit--)
                {
                    summary between;
                    load_summary(&between, DOUBLES(summaries), unit, width, t.channel);
                    fold(&m, &between, unit, t.channel, FOLDING, carry);
                }
            }
#pragma unroll
            for (int k = 0; k < STATES; k++) c[k] = (real)carry[k];
            const bool is_folded = t.order == 0 || try_fold(&own, nothing, carry);
            if (is_folded && t.order > 0) hand_on(DOUBLES(behind), INTS(marks), &t, width, carry);
            walk(&m, &t, &s, c);
            if (t.order == 0) leave_start(starts, start_adjoints, STATE_ROW(t.batch), &s, c);
            if (!is_folded)
            {
#pragma unroll
                for (int k = 0; k < STATES; k++) carry[k] = c[k];
                hand_on(DOUBLES(behind), INTS(marks), &t, width, carry);
            }
        }
        if (DOUBLES(partials)) leave_sums(&s, DOUBLES(partials), t.unit, width, t.channel, 0);
    }
}
