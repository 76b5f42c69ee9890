// What the tiles of a sequence do together, as one summary: what a slice of a sequence tells the others (docs/distributed.md). For each class a program of its own, in which nothing is
// known of bodies.

// An item for a channel of a sequence. direction: 1, or -1 against the order of the tiles.
KERNEL void join_tiles(ADDRESS(joined), ADDRESS(summaries), index sequences, int tiles, int width, int direction)
{
    const index sequence = ITEM / width;
    const int channel = (int)(ITEM % width);
    if (sequence >= sequences) return;
    index unit = sequence * tiles + (direction < 0 ? tiles - 1 : 0);
    summary s, ahead[SUMMARIES_AHEAD];
    load_summary(&s, EXTENDED(summaries), unit, width, channel);
    unit += direction;
    start_summaries(ahead, EXTENDED(summaries), unit, direction, tiles - 1, width, channel);
    for (int left = tiles - 1; left > 0; left--, unit += direction)
    {
        const summary next = next_summary(ahead, EXTENDED(summaries), unit, direction, left, width, channel);
        join(&s, &next);
    }
    store_summary(&s, EXTENDED(joined), sequence, width, channel);
}
