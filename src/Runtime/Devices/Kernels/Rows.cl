// How kernels meet memory. A body's signature stands before: how many STREAMS, OUTPUTS, STATES and FIXED numbers it has, and sets of streams as bits.

#define HAS(set, i) (((word)(set) >> (i)) & 1)

// A division of 64 bits takes a hundred instructions, and most numbers are small.
FUNCTION index quotient(index a, int b)
{
    return a >> 31 ? a / b : (index)((unsigned)a / (unsigned)b);
}

// Where the rows of a (batch, step, channel) signal lie; without a start there is no such signal.
typedef struct
{
    GLOBAL real* start;
    index batch, step;
} rows;

FUNCTION rows rows_of(GLOBAL real* start, index batch, index step)
{
    rows r;
    r.start = start;
    r.batch = batch;
    r.step = step;
    return r;
}

// Among the parameters of a kernel, a signal with rows of its own per step, and one that is a row for the whole call; in its text, where they lie.
// Lists end with NO_ROWS, so that none is empty.
#define ROWS(x) ADDRESS(x), index x##_batch, index x##_step
#define ROWS_OF(x) rows_of(REALS(x), x##_batch, x##_step)
#define ROW_OF(x) rows_of(REALS(x), 0, 0)
#define NO_ROWS rows_of(0, 0, 0)

FUNCTION index place(rows r, int batch, int step, int channel)
{
    return batch * r.batch + step * r.step + channel;
}

FUNCTION real number_at(rows r, bool is_bf16, int batch, int step, int channel)
{
    return load_number(r.start, is_bf16, place(r, batch, step, channel));
}

FUNCTION void load_streams(const rows* streams, word which, int batch, int step, int channel, real* x)
{
#pragma unroll
    for (int i = 0; i < STREAMS; i++)
        if (HAS(which, i)) x[i] = number_at(streams[i], HAS(BF16_STREAMS, i), batch, step, channel);
}

// bf16: of the signals, those that are so.
FUNCTION void load_present(const rows* signals, word bf16, int count, int batch, int step, int channel, real* values)
{
#pragma unroll
    for (int i = 0; i < count; i++) values[i] = signals[i].start ? number_at(signals[i], HAS(bf16, i), batch, step, channel) : 0.0f;
}

FUNCTION void store_present(const rows* signals, word bf16, int count, int batch, int step, int channel, const real* values)
{
#pragma unroll
    for (int i = 0; i < count; i++)
        if (signals[i].start) store_number(signals[i].start, HAS(bf16, i), place(signals[i], batch, step, channel), values[i]);
}

FUNCTION int length_of(GLOBAL const int* lengths, int batch, int steps)
{
    return lengths && lengths[batch] < steps ? lengths[batch] : steps;
}
