// As summarise_forward, of every tile: those of a slice of a sequence, behind whose last one others follow elsewhere.
KERNEL void summarise_slice_forward(RECURRENCE, ADDRESS(summaries) STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    const memory m = MEMORY;
    summary s;
    summarise(&m, &t, &s);
    store_summary(&s, EXTENDED(summaries), t.unit, width, t.channel);
}
