// What a kernel leaves against the order: adjoints row by row, and sums over rows, where every unit of work (a sequence, some rows) leaves partial ones (Sums.cl).

// Row by row, where somebody wants it; added where it is one of several.
FUNCTION void store_adjoints(const rows* targets, word added, int batch, int step, int channel, const real* dx)
{
#pragma unroll
    for (int i = 0; i < STREAMS; i++)
    {
        if (!HAS(WRITTEN, i) || !targets[i].is_there) continue;
        const bool is_bf16 = HAS(BF16_STREAMS, i);
        GLOBAL real* const target = place(targets[i], is_bf16, batch, step, channel);
        real beside[WIDE];
        if (HAS(added, i)) load_beside(target, is_bf16, beside);
#pragma unroll
        for (int l = 0; l < WIDE; l++) beside[l] = HAS(added, i) ? beside[l] + dx[l * STREAMS + i] : dx[l * STREAMS + i];
        store_beside(target, is_bf16, beside);
    }
}

// The partial sums of a stream's adjoint (where it is constant over the call) in one unit: in single precision over a few hundred rows, then in extended precision.
typedef struct
{
    real recent[STREAMS + 1];
    extended total[STREAMS + 1];
    extended initial[STATES + 1];
    int pending;
} sums;

FUNCTION void clear_sums(sums* s)
{
#pragma unroll
    for (int i = 0; i < STREAMS; i++) s->recent[i] = 0.0f, s->total[i] = 0.0;
#pragma unroll
    for (int k = 0; k < STATES; k++) s->initial[k] = 0.0;
    s->pending = 0;
}

FUNCTION void flush_sums(sums* s)
{
#pragma unroll
    for (int i = 0; i < STREAMS; i++)
        if (HAS(SUMMED, i)) s->total[i] += s->recent[i], s->recent[i] = 0.0f;
    s->pending = 0;
}

FUNCTION void add_to_sums(sums* s, const real* dx)
{
#pragma unroll
    for (int i = 0; i < STREAMS; i++)
        if (HAS(SUMMED, i)) s->recent[i] += dx[i];
    if (++s->pending == 256) flush_sums(s);
}

// partials: (unit, sum, channel), the streams' and then the initial states'.
FUNCTION void leave_sums(sums* s, GLOBAL extended* partials, index unit, int width, int channel, int is_added)
{
    flush_sums(s);
    GLOBAL extended* sum = partials + unit * SUMS * width + channel;
#pragma unroll
    for (int i = 0; i < STREAMS; i++)
    {
        if (!HAS(SUMMED, i)) continue;
        *sum = is_added ? *sum + s->total[i] : s->total[i];
        sum += width;
    }
#pragma unroll
    for (int k = 0; k < STATES; k++)
    {
        *sum = is_added ? *sum + s->initial[k] : s->initial[k];
        sum += width;
    }
}
