// As summarise_backward, of every tile: the first one, too, reads what comes before it.
KERNEL void summarise_slice_backward(
    RECURRENCE, ADDRESS(summaries), word added STREAM_PARAMETERS OUTPUT_PARAMETERS TARGET_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    memory m = MEMORY;
    GLOBAL real* const starts[STATES] = { STARTS };
    load_start(&m, starts, STATE_ROW(t.batch));
    summary s;
    summarise(&m, &t, &s);
    store_summary(&s, EXTENDED(summaries), t.unit, width, t.channel);
}
