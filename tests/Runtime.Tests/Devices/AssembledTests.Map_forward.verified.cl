// Squash, in order

// The functions of bodies that neither language has, or that it defines otherwise: saturation, NaN and infinities are those of the lanes (ILane).

FUNCTION real where(bool mask, real when_true, real when_false) { return mask ? when_true : when_false; }

FUNCTION real square(real x) { return x * x; }

FUNCTION real minimum(real a, real b) { return a != a || a < b ? a : b; }

FUNCTION real maximum(real a, real b) { return a != a || a > b ? a : b; }

FUNCTION real clip(real x, real low, real high) { return minimum(maximum(x, low), high); }

FUNCTION real relu(real x) { return x <= 0.0f ? 0.0f : x; }

FUNCTION real leaky_relu(real x, real slope) { return x > 0.0f ? x : slope * x; }

FUNCTION real hardtanh(real x) { return x < -1.0f ? -1.0f : x > 1.0f ? 1.0f : x; }

FUNCTION real hardsigmoid(real x) { return (x < -3.0f ? 0.0f : x > 3.0f ? 6.0f : x + 3.0f) / 6.0f; }

FUNCTION real sigmoid(real x) { return 1.0f / (1.0f + exp(-x)); }

FUNCTION real silu(real x) { return x / (1.0f + exp(-x)); }

FUNCTION real gelu(real x) { return 0.5f * x * (1.0f + erf(x * 0.70710678f)); }

FUNCTION real softplus(real x) { return (x < 0.0f ? 0.0f : x) + log1p(exp(-fabs(x))); }

// equal infinities have no difference
FUNCTION real logaddexp(real a, real b) { return maximum(a, b) + log1p(exp(a == b ? 0.0f : -fabs(a - b))); }

FUNCTION real power(real x, real exponent) { return exponent == 2.0f ? x * x : pow(x, exponent); }

FUNCTION void forward(const real* x, const real* fixed, real* y)
{
    y[0] = sigmoid(x[0] * x[1]);
    y[1] = fixed[0] * x[0];
}
FUNCTION void adjoint(const real* x, const real* fixed, const real* dy, real* dx)
{
    real z = sigmoid(x[0] * x[1]);
    real inner = dy[0] * z * (1.0f - z);
    dx[0] = inner * x[1] + fixed[0] * dy[1];
    dx[1] = inner * x[0];
}

#define FORWARD
#define STREAMS 2
#define OUTPUTS 2
#define STATES 0
#define FIXED 1
#define WIDE 1  // channels of an item
#define PER_CALL ((word)0x2)  // streams that are constant over the call
#define READ ((word)0x3)  // streams that are read
#define BF16_STREAMS ((word)0x0)  // those stored in bfloat16, and their adjoints
#define BF16_OUTPUTS ((word)0x0)  // of the outputs
#define BF16_STATES ((word)0x0)  // of the states' sequences
#define STREAM_PARAMETERS \
    , ROWS(x0) \
    , ADDRESS(x1)
#define STREAM_ROWS ROWS_OF(x0), ROW_OF(x1),
#define OUTPUT_PARAMETERS \
    , ROWS(y0) \
    , ROWS(y1)
#define OUTPUT_ROWS ROWS_OF(y0), ROWS_OF(y1),
#define FIXED_PARAMETERS \
    , real fixed0
#define FIXED_NUMBERS fixed0,

// Numbers in memory: in single precision, or in bfloat16, its upper half.

FUNCTION real of_bf16(half_word bits)
{
    return REAL_OF((unsigned)bits << 16);
}

FUNCTION real load_number(GLOBAL const real* start, bool is_bf16, index i)
{
    return is_bf16 ? of_bf16(((GLOBAL const half_word*)start)[i]) : start[i];
}

// To nearest, ties to even; a NaN keeps its sign and stays one.
FUNCTION half_word bf16_of(real x)
{
    const unsigned bits = BITS_OF(x);
    return (half_word)(x != x ? bits >> 16 | 0x40u : (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

FUNCTION void store_number(GLOBAL real* start, bool is_bf16, index i, real x)
{
    if (is_bf16) ((GLOBAL half_word*)start)[i] = bf16_of(x);
    else start[i] = x;
}

// Where the rows of a (batch, step, channel) signal lie, if there is such a signal.
typedef struct
{
    GLOBAL real* start;
    index batch;
    int step;
    bool is_there;
} rows;

FUNCTION rows rows_of(GLOBAL real* start, index batch, index step)
{
    rows r;
    r.start = start;
    r.batch = batch;
    r.step = (int)step;
    r.is_there = start != 0;
    return r;
}

// Among the parameters of a kernel, a signal with rows of its own per step, and one that is a row for the whole call; in its text, where they lie.
// Lists end with NO_ROWS, so that none is empty.
#define ROWS(x) ADDRESS(x), index x##_batch, index x##_step
#define ROWS_OF(x) rows_of(REALS(x), x##_batch, x##_step)
#define ROW_OF(x) rows_of(REALS(x), 0, 0)
#define NO_ROWS rows_of(0, 0, 0)

FUNCTION GLOBAL real* place(rows r, bool is_bf16, int batch, int step, int channel)
{
    return (GLOBAL real*)((GLOBAL char*)r.start + (batch * r.batch + (index)step * r.step + channel) * (is_bf16 ? sizeof(half_word) : sizeof(real)));
}

FUNCTION int length_of(GLOBAL const int* lengths, int batch, int steps)
{
    return lengths && lengths[batch] < steps ? lengths[batch] : steps;
}

// How kernels meet memory. A body's signature stands before: how many STREAMS, OUTPUTS, STATES and FIXED numbers it has, and sets of streams as bits.

#define HAS(set, i) (((word)(set) >> (i)) & 1)

// A division of 64 bits takes a hundred instructions, and most numbers are small.
FUNCTION index quotient(index a, int b)
{
    return a >> 31 ? a / b : (index)((unsigned)a / (unsigned)b);
}

// Signals that are read or written row by row stand at one number (of each channel of an item), and go on from there: an addition, where a place is several products.
FUNCTION void go_to(rows* signals, word bf16, int count, int batch, int row, int channel, int direction)
{
#pragma unroll
    for (int i = 0; i < count; i++)
    {
        signals[i].start = place(signals[i], HAS(bf16, i), batch, row, channel);
        signals[i].step *= direction;
    }
}

FUNCTION void go_on(rows* signals, word which, word bf16, int count)
{
#pragma unroll
    for (int i = 0; i < count; i++)
        if (HAS(which, i)) signals[i].start = place(signals[i], HAS(bf16, i), 0, 1, 0);
}

#define HERE 0, 0, 0  // a place where a signal stands
#define ALL (~(word)0)

// An item takes WIDE channels beside each other: 1, or 4 where every row allows it (16 bytes, or 8 in bfloat16, are one access of memory). Numbers of several signals lie channel by
// channel: those of channel l of an item from l * count on.
#if WIDE == 4
FUNCTION void load_beside(GLOBAL const real* at, bool is_bf16, real* values)
{
    if (is_bf16)
    {
        const ushort4 v = *(GLOBAL const ushort4*)at;
        values[0] = of_bf16(v.x), values[1] = of_bf16(v.y), values[2] = of_bf16(v.z), values[3] = of_bf16(v.w);
    }
    else
    {
        const float4 v = *(GLOBAL const float4*)at;
        values[0] = v.x, values[1] = v.y, values[2] = v.z, values[3] = v.w;
    }
}

FUNCTION void store_beside(GLOBAL real* at, bool is_bf16, const real* values)
{
    if (is_bf16)
    {
        ushort4 v;
        v.x = bf16_of(values[0]), v.y = bf16_of(values[1]), v.z = bf16_of(values[2]), v.w = bf16_of(values[3]);
        *(GLOBAL ushort4*)at = v;
    }
    else
    {
        float4 v;
        v.x = values[0], v.y = values[1], v.z = values[2], v.w = values[3];
        *(GLOBAL float4*)at = v;
    }
}
#else
FUNCTION void load_beside(GLOBAL const real* at, bool is_bf16, real* values)
{
    values[0] = load_number(at, is_bf16, 0);
}

FUNCTION void store_beside(GLOBAL real* at, bool is_bf16, const real* values)
{
    store_number(at, is_bf16, 0, values[0]);
}
#endif

// Number i of `count` of each channel.
FUNCTION void load_each(rows r, bool is_bf16, int batch, int step, int channel, int i, int count, real* values)
{
    real beside[WIDE];
    load_beside(place(r, is_bf16, batch, step, channel), is_bf16, beside);
#pragma unroll
    for (int l = 0; l < WIDE; l++) values[l * count + i] = beside[l];
}

FUNCTION void store_each(rows r, bool is_bf16, int batch, int step, int channel, int i, int count, const real* values)
{
    real beside[WIDE];
#pragma unroll
    for (int l = 0; l < WIDE; l++) beside[l] = values[l * count + i];
    store_beside(place(r, is_bf16, batch, step, channel), is_bf16, beside);
}

FUNCTION void load_streams(const rows* streams, word which, int batch, int step, int channel, real* x)
{
#pragma unroll
    for (int i = 0; i < STREAMS; i++)
        if (HAS(which, i)) load_each(streams[i], HAS(BF16_STREAMS, i), batch, step, channel, i, STREAMS, x);
}

// What a step has of its own; what is constant over the call stays.
FUNCTION void take_streams(const real* from, real* x)
{
#pragma unroll
    for (int l = 0; l < WIDE; l++)
    {
#pragma unroll
        for (int i = 0; i < STREAMS; i++)
            if (HAS(READ & ~PER_CALL, i)) x[l * STREAMS + i] = from[l * STREAMS + i];
    }
}

// bf16: of the signals, those that are so.
FUNCTION void load_present(const rows* signals, word bf16, int count, int batch, int step, int channel, real* values)
{
#pragma unroll
    for (int i = 0; i < count; i++)
    {
        if (signals[i].is_there)
        {
            load_each(signals[i], HAS(bf16, i), batch, step, channel, i, count, values);
            continue;
        }
#pragma unroll
        for (int l = 0; l < WIDE; l++) values[l * count + i] = 0.0f;
    }
}

FUNCTION void store_present(const rows* signals, word bf16, int count, int batch, int step, int channel, const real* values)
{
#pragma unroll
    for (int i = 0; i < count; i++)
        if (signals[i].is_there) store_each(signals[i], HAS(bf16, i), batch, step, channel, i, count, values);
}

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
