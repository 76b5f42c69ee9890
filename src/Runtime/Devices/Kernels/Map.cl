// An elementwise body over rows: those of steps [first_step, end_step), batch by batch. An item takes a channel (WIDE of them) of `tile` rows, one after the other.

#define MAP int width, int first_batch, int batches, int first_step, int end_step, int tile, ADDRESS(lengths)

typedef struct
{
    int batch, step, channel;
    index unit;
    int count;
} piece;

FUNCTION piece piece_of(index item, int width, int first_batch, int batches, int first_step, int end_step, int tile)
{
    const int steps = end_step - first_step;
    const index unit = quotient(item, width / WIDE), row = unit * tile, batch = quotient(row, steps), rest = (index)batches * steps - row;
    piece p;
    p.channel = (int)(item - unit * (width / WIDE)) * WIDE;
    p.unit = unit;
    p.batch = first_batch + (int)batch;
    p.step = first_step + (int)(row - batch * steps);
    p.count = rest < 0 ? 0 : rest < tile ? (int)rest : tile;
    return p;
}

FUNCTION void next_row(piece* p, int first_step, int end_step)
{
    if (++p->step < end_step) return;
    p->step = first_step;
    p->batch++;
}

#ifdef FORWARD

KERNEL void map_forward(MAP STREAM_PARAMETERS OUTPUT_PARAMETERS FIXED_PARAMETERS)
{
    piece p = piece_of(ITEM, width, first_batch, batches, first_step, end_step, tile);
    if (p.count == 0) return;
    const rows streams[STREAMS + 1] = { STREAM_ROWS NO_ROWS }, outputs[OUTPUTS + 1] = { OUTPUT_ROWS NO_ROWS };
    const real fixed[FIXED + 1] = { FIXED_NUMBERS 0.0f };
    real x[STREAMS * WIDE + 1], y[OUTPUTS * WIDE + 1];
    load_streams(streams, PER_CALL, 0, 0, p.channel, x);
    for (int i = 0; i < p.count; i++, next_row(&p, first_step, end_step))
    {
        if (p.step >= length_of(INTS(lengths), p.batch, end_step)) continue;
        load_streams(streams, ~PER_CALL, p.batch, p.step, p.channel, x);
#pragma unroll
        for (int l = 0; l < WIDE; l++) forward(x + l * STREAMS, fixed, y + l * OUTPUTS);
        store_present(outputs, BF16_OUTPUTS, OUTPUTS, p.batch, p.step, p.channel, y);
    }
}

#else

// is_added: the steps of a loop add to the same partial sums, one after the other.
KERNEL void map_adjoint(
    MAP, ADDRESS(partials), int is_added, word added STREAM_PARAMETERS OUTPUT_PARAMETERS TARGET_PARAMETERS FIXED_PARAMETERS)
{
    piece p = piece_of(ITEM, width, first_batch, batches, first_step, end_step, tile);
    if (p.count == 0) return;
    const rows streams[STREAMS + 1] = { STREAM_ROWS NO_ROWS }, arriving[OUTPUTS + 1] = { OUTPUT_ROWS NO_ROWS };
    const rows targets[STREAMS + 1] = { TARGET_ROWS NO_ROWS };
    const real fixed[FIXED + 1] = { FIXED_NUMBERS 0.0f };
    real x[STREAMS * WIDE + 1], dy[OUTPUTS * WIDE + 1], dx[STREAMS * WIDE + 1];
    sums s[WIDE];
#pragma unroll
    for (int l = 0; l < WIDE; l++) clear_sums(&s[l]);
    load_streams(streams, PER_CALL, 0, 0, p.channel, x);
    for (int i = 0; i < p.count; i++, next_row(&p, first_step, end_step))
    {
        if (p.step >= length_of(INTS(lengths), p.batch, end_step)) continue;
        load_streams(streams, ~PER_CALL, p.batch, p.step, p.channel, x);
        load_present(arriving, BF16_OUTPUTS, OUTPUTS, p.batch, p.step, p.channel, dy);
#pragma unroll
        for (int l = 0; l < WIDE; l++)
        {
            adjoint(x + l * STREAMS, fixed, dy + l * OUTPUTS, dx + l * STREAMS);
            add_to_sums(&s[l], dx + l * STREAMS);
        }
        store_adjoints(targets, added, p.batch, p.step, p.channel, dx);
    }
    if (!EXTENDED(partials)) return;
#pragma unroll
    for (int l = 0; l < WIDE; l++) leave_sums(&s[l], EXTENDED(partials), p.unit, width, p.channel + l, is_added);
}

#endif
