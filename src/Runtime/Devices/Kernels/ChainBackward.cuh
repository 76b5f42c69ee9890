#define KEPT NUMBERS_READ

FUNCTION void keep_frame(real* kept, int step, const frame* f)
{
    int number = 0;
#pragma unroll
    for (int i = 0; i < STREAMS; i++)
        if (HAS(READ & ~PER_CALL, i)) kept[PLACE_KEPT(step, number++)] = f->x[i];
#pragma unroll
    for (int i = 0; i < OUTPUTS; i++) kept[PLACE_KEPT(step, number++)] = f->dy[i];
#pragma unroll
    for (int k = 0; k < STATES; k++)
    {
        kept[PLACE_KEPT(step, number++)] = f->arrives[k];
        if (READS_STATES) kept[PLACE_KEPT(step, number++)] = f->before[k];
    }
}

FUNCTION void take_kept(const real* kept, int step, frame* f)
{
    int number = 0;
#pragma unroll
    for (int i = 0; i < STREAMS; i++)
        if (HAS(READ & ~PER_CALL, i)) f->x[i] = kept[PLACE_KEPT(step, number++)];
#pragma unroll
    for (int i = 0; i < OUTPUTS; i++) f->dy[i] = kept[PLACE_KEPT(step, number++)];
#pragma unroll
    for (int k = 0; k < STATES; k++)
    {
        f->arrives[k] = kept[PLACE_KEPT(step, number++)];
        f->before[k] = READS_STATES ? kept[PLACE_KEPT(step, number++)] : 0.0f;
    }
}

// The steps that are reset, as bits.
FUNCTION unsigned summarise_and_keep(const memory* m, const tile* t, real* kept, summary* s)
{
    unsigned resets = 0;
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
            const int step = last - j;
            if (step < t->from) break;
            take_frame(&ahead[j], &now);
            keep_frame(kept, step - t->from, &now);
            resets |= (unsigned)(now.reset != 0.0f) << (step - t->from);
            summarise_step(m, &now, after, s);
            load_frame(&here, t, step - AHEAD, &ahead[j]);
        }
    }
    return resets;
}

FUNCTION void walk_kept(const memory* m, const tile* t, const real* kept, unsigned resets, sums* s, real* c)
{
    memory here = begin(m, t);
    frame now;
    real after[STATES];
    load_before(&here, t, &now, after);
#pragma unroll 4
    for (int step = t->to - 1; step >= t->from; step--)
    {
        take_kept(kept, step - t->from, &now);
        now.reset = resets >> (step - t->from) & 1;
        retreat(&here, &now, after, s, c);
    }
}

// What the pieces of a channel have, added up in a tree.
FUNCTION extended sum_pieces(extended own, const portion* s, int channels, extended* shared)
{
    BARRIER();
    shared[LANE] = own;
    for (int half = s->slices / 2; half > 0; half /= 2)
    {
        BARRIER();
        if (s->slice < half) shared[LANE] += shared[LANE + half * channels];
    }
    return shared[LANE];
}

// The tile's partial sums, from its pieces'.
FUNCTION void leave_tile_sums(sums* own, const portion* s, int channels, extended* shared, GLOBAL extended* partials, int width)
{
    flush_sums(own);
#pragma unroll
    for (int i = 0; i < STREAMS; i++)
        if (HAS(SUMMED, i)) own->total[i] = sum_pieces(own->total[i], s, channels, shared);
#pragma unroll
    for (int k = 0; k < STATES; k++) own->initial[k] = sum_pieces(own->initial[k], s, channels, shared);
    if (s->slice == 0 && s->is_inside) leave_sums(own, partials, s->whole.unit, width, s->whole.channel, 0);
}

CHAIN_KERNEL void chain_backward(
    CHAIN, ADDRESS(partials), word added STREAM_PARAMETERS OUTPUT_PARAMETERS TARGET_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    GROUP_MEMORY;
    LOCAL int taken, nearest, is_open;
    if (LANE == 0) taken = atomicAdd(INTS(ticket), 1), is_open = 0;
    BARRIER();
    const portion s = PORTION(taken, -1);
    const tile t = s.piece;
    sums added_up;
    clear_sums(&added_up);
    if (t.order >= t.tiles)
    {
        if (EXTENDED(partials)) leave_tile_sums(&added_up, &s, channels, SUMMARIES, EXTENDED(partials), width);
        return;
    }
    const bool is_last = t.order == 0;
    // whose piece ends the tile against the order
    const bool is_end = s.is_inside && (s.whole.from < s.whole.to ? t.from < t.to && t.from == s.whole.from : s.slice == 0);
    memory m = MEMORY;
    GLOBAL real* const starts[STATES] = { STARTS };
    GLOBAL real* const end_adjoints[STATES] = { END_ADJOINTS };
    GLOBAL real* const start_adjoints[STATES] = { START_ADJOINTS };
    const real nothing[STATES] = { 0.0f };
    load_start(&m, starts, STATE_ROW(t.batch));
    summary own, whole;
    const unsigned resets = summarise_and_keep(&m, &t, NUMBERS_KEPT, &own);
    join_pieces(&s, channels, SUMMARIES, &own, &whole);
    const links l = LINKS(-1);
    real c[STATES];
    extended carry[STATES];
#pragma unroll
    for (int k = 0; k < STATES; k++) carry[k] = end_adjoints[k] ? end_adjoints[k][STATE_ROW(t.batch)] : 0.0f;
    const bool is_folded = exchange(&m, &l, &s, is_last, nothing, &whole, FOLDING, carry);
    if (!try_start(&own, nothing, carry, c))
    {
        tile lead = s.whole;
        lead.from = t.to;
        walk(&m, &lead, 0, c);
    }
    walk_kept(&m, &t, NUMBERS_KEPT, resets, &added_up, c);
    if (is_last && is_end) leave_start(starts, start_adjoints, STATE_ROW(t.batch), &added_up, c);
    if (!is_last && is_open) exchange_walked(&l, &s, is_end, is_folded, c);
    if (EXTENDED(partials)) leave_tile_sums(&added_up, &s, channels, SUMMARIES, EXTENDED(partials), width);
}
