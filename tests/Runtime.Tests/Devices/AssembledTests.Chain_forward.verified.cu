// MinGru, in order
// MinGru
//   h: Diagonal because h' = (1 - z) * h + z * c with z, c from inputs only
//   · Scan h
// %0 [units] = Input x

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

FUNCTION void coefficients(const real* x, const real* fixed, real* a, real* b)
{
    real z = sigmoid(x[0] + x[2]);
    *a = 1.0f - z;
    *b = z * (x[1] + x[3]);
}
FUNCTION void outputs(const real* x, const real* fixed, real p, real s, real* y) { }
FUNCTION void adjoint_coefficients(const real* x, const real* fixed, real p, real s, const real* dy, real* a, real* r)
{
    *a = 1.0f - sigmoid(x[0] + x[2]);
    *r = 0.0f;
}
FUNCTION real adjoint(const real* x, const real* fixed, real p, real s, const real* dy, real c, real* dx)
{
    real z = sigmoid(x[0] + x[2]);
    dx[0] = dx[2] = c * z * (1.0f - z) * (x[1] + x[3] - p);
    dx[1] = dx[3] = c * z;
    return (1.0f - z) * c;
}

#define FORWARD
#define STREAMS 4
#define OUTPUTS 0
#define STATES 1
#define FIXED 0
#define WIDE 1  // channels of an item
#define PER_CALL ((word)0xc)  // streams that are constant over the call
#define READ ((word)0xf)  // streams that are read
#define BF16_STREAMS ((word)0x0)  // those stored in bfloat16, and their adjoints
#define BF16_OUTPUTS ((word)0x0)  // of the outputs
#define BF16_STATES ((word)0x0)  // of the states' sequences
#define STREAM_PARAMETERS \
    , ROWS(x0) \
    , ROWS(x1) \
    , ADDRESS(x2) \
    , ADDRESS(x3)
#define STREAM_ROWS ROWS_OF(x0), ROWS_OF(x1), ROW_OF(x2), ROW_OF(x3),
#define OUTPUT_PARAMETERS
#define OUTPUT_ROWS
#define FIXED_PARAMETERS
#define FIXED_NUMBERS
#define HAS_RESETS 0
#define AHEAD MOST_AHEAD(8)  // steps on their way from memory
#define WALK_AHEAD 1  // those of a walk, which is rare in a chain
#define STATE_PARAMETERS \
    , ROWS(state0), ADDRESS(start0), ADDRESS(initial0), ADDRESS(end0)
#define SEQUENCE_ROWS ROWS_OF(state0),
#define STARTS REALS(start0),
#define INITIAL_STATES REALS(initial0) ? REALS(initial0)[t.channel] : 0.0f,
#define ENDS REALS(end0),
#define CHAIN_ITEMS 256  // of a group
#define CHAIN_GROUPS 2  // on a multiprocessor
#define NUMBERS_READ 2  // by a step of a channel

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

// One sequence of a recurrence within channels, cut into tiles of time. An item takes a channel of one tile (WIDE of them); steps are processing steps.

#define RECURRENCE \
    int width, int first_batch, int batches, int steps, int first_step, int end_step, int tile_steps, int is_reverse, ADDRESS(lengths), ADDRESS(resets)

typedef struct
{
    int batch, channel;
    int order, tiles;   // which tile of the sequence, and how many of them have steps (one at least)
    int length;         // valid rows
    int from, to;       // steps of the tile
    index unit;         // number of the tile among those of all sequences
} tile;

FUNCTION int tiles_of(int steps, int tile_steps)
{
    return steps <= tile_steps ? 1 : (steps - 1) / tile_steps + 1;
}

FUNCTION tile tile_of(
    index unit, int channel, int first_batch, int steps, int first_step, int end_step, int tile_steps, GLOBAL const int* lengths)
{
    const int most = tiles_of(end_step - first_step, tile_steps);
    tile t;
    t.unit = unit;
    t.channel = channel;
    const index sequence = quotient(unit, most);
    t.batch = first_batch + (int)sequence;
    t.order = (int)(unit - sequence * most);
    t.length = length_of(lengths, t.batch, steps);
    const int end = t.length < end_step ? t.length : end_step;
    t.tiles = tiles_of(end - first_step, tile_steps);
    t.from = first_step + t.order * tile_steps;
    t.to = t.order < t.tiles - 1 ? t.from + tile_steps : end;
    return t;
}

// The (first) channel of this item, and the number of its tile or sequence.
#define UNIT quotient(ITEM, width / WIDE)
#define CHANNEL ((int)(ITEM - UNIT * (width / WIDE)) * WIDE)

// The tile of this item; it has no steps where `order` is not below `tiles`.
#define TILE tile_of(UNIT, CHANNEL, first_batch, steps, first_step, end_step, tile_steps, INTS(lengths))

#define ITEMS_OF_TILES ((index)(width / WIDE) * batches * tiles_of(end_step - first_step, tile_steps))
#define ITEMS_OF_SEQUENCES ((index)(width / WIDE) * batches)

// (batch, k, channel) of a state's rows between windows; (unit, k, channel) of numbers between tiles.
#define STATE_ROW(batch) ((index)(batch) * width + t.channel)
#define NUMBER(unit, k, count) (((unit) * (count) + (k)) * width + t.channel)

FUNCTION int row_of(const tile* t, int step, int is_reverse)
{
    return is_reverse ? t->length - 1 - step : step;
}

// A linear recurrence of one state as a step, and as an affine map, which is the step.

#define STEP_IS_MAP

FUNCTION void step_forward(const real* x, const real* fixed, const real* old, real* next, real* y)
{
    real a, b;
    coefficients(x, fixed, &a, &b);
    next[0] = fma(a, old[0], b);
    outputs(x, fixed, old[0], next[0], y);
}

FUNCTION void step_adjoint(
    const real* x, const real* fixed, const real* old, const real* next, const real* dy, const real* c, real* delta, real* dx)
{
    delta[0] = adjoint(x, fixed, old[0], next[0], dy, c[0], dx);
}

FUNCTION void map(const real* x, const real* fixed, real* m)
{
    coefficients(x, fixed, &m[0], &m[1]);
}

FUNCTION void adjoint_map(const real* x, const real* fixed, const real* old, const real* next, const real* dy, real* m)
{
    adjoint_coefficients(x, fixed, old[0], next[0], dy, &m[0], &m[1]);
}

// A recurrence in the order of its steps.

// What the walk of one channel reads and writes.
typedef struct
{
    rows streams[STREAMS + 1], outputs[OUTPUTS + 1], sequences[STATES];
    real fixed[FIXED + 1], initial[STATES * WIDE];
    GLOBAL const real* resets;
    int steps, is_reverse, reset_step;
} memory;

#define MEMORY \
    { { STREAM_ROWS NO_ROWS }, { OUTPUT_ROWS NO_ROWS }, { SEQUENCE_ROWS }, { FIXED_NUMBERS 0.0f }, { INITIAL_STATES }, REALS(resets), steps, is_reverse, 0 }

// Where a walk of a tile begins.
FUNCTION memory begin(const memory* m, const tile* t)
{
    memory here = *m;
    const int row = row_of(t, t->from, m->is_reverse), direction = m->is_reverse ? -1 : 1;
    go_to(here.streams, BF16_STREAMS, STREAMS, t->batch, row, t->channel, direction);
    go_to(here.outputs, BF16_OUTPUTS, OUTPUTS, t->batch, row, t->channel, direction);
    go_to(here.sequences, BF16_STATES, STATES, t->batch, row, t->channel, direction);
    here.reset_step = m->resets ? direction : 0;
    if (m->resets) here.resets += (index)t->batch * m->steps + row;
    return here;
}

// What a step reads. Those of AHEAD steps are on their way while the step before them is worked on.
typedef struct
{
    real x[STREAMS * WIDE + 1];
    real reset;  // 0 where there is none
} frame;

FUNCTION void load_frame(memory* here, const tile* t, int step, frame* f)
{
    if (step >= t->to) return;
    load_streams(here->streams, READ & ~PER_CALL, HERE, f->x);
    f->reset = HAS_RESETS && here->reset_step ? *here->resets : 0.0f;
    go_on(here->streams, READ & ~PER_CALL, BF16_STREAMS, STREAMS);
    here->resets += here->reset_step;
}

FUNCTION void start_frames(memory* here, const tile* t, frame* ahead, int count, frame* now)
{
    load_streams(here->streams, READ & PER_CALL, HERE, now->x);
#pragma unroll
    for (int j = 0; j < count; j++) load_frame(here, t, t->from + j, &ahead[j]);
}

// What the call has for every step stays.
FUNCTION void take_frame(const frame* f, frame* now)
{
    take_streams(f->x, now->x);
    now->reset = f->reset;
}

FUNCTION void store_step(memory* here, const real* states, const real* y)
{
    store_present(here->sequences, BF16_STATES, STATES, HERE, states);
    store_present(here->outputs, BF16_OUTPUTS, OUTPUTS, HERE, y);
    go_on(here->sequences, ALL, BF16_STATES, STATES);
    go_on(here->outputs, ALL, BF16_OUTPUTS, OUTPUTS);
}

// One step: `states` are those before it, and then those after it. Unless is_stored, nothing else is written.
FUNCTION void advance(memory* here, const frame* now, bool is_stored, real* states)
{
    real old[STATES * WIDE], y[OUTPUTS * WIDE + 1];
#pragma unroll
    for (int k = 0; k < STATES * WIDE; k++) old[k] = now->reset != 0.0f ? here->initial[k] : states[k];
#pragma unroll
    for (int l = 0; l < WIDE; l++) step_forward(now->x + l * STREAMS, here->fixed, old + l * STATES, states + l * STATES, y + l * OUTPUTS);
    if (is_stored) store_step(here, states, y);
}

// The steps of a tile, as one.
FUNCTION void walk(const memory* m, const tile* t, bool is_stored, real* states)
{
    memory here = begin(m, t);
    frame ahead[WALK_AHEAD], now;
    start_frames(&here, t, ahead, WALK_AHEAD, &now);
    for (int first = t->from; first < t->to; first += WALK_AHEAD)
    {
#pragma unroll
        for (int j = 0; j < WALK_AHEAD; j++)
        {
            if (first + j >= t->to) break;
            take_frame(&ahead[j], &now);
            advance(&here, &now, is_stored, states);
            load_frame(&here, t, first + j + WALK_AHEAD, &ahead[j]);
        }
    }
}

// Where a sequence starts.
FUNCTION void load_start(GLOBAL real* const* starts, const real* initial, index row, real* states)
{
#pragma unroll
    for (int l = 0; l < WIDE; l++)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++) states[l * STATES + k] = starts[k] ? starts[k][row + l] : initial[l * STATES + k];
    }
}

// Where the sequence ends.
FUNCTION void store_ends(GLOBAL real* const* ends, index row, const real* states)
{
#pragma unroll
    for (int l = 0; l < WIDE; l++)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++)
            if (ends[k]) ends[k][row + l] = states[l * STATES + k];
    }
}

// carries: states before each tile, of carry_tiles tiles per sequence; none: the sequences are one tile each and start where they start.
// tile_ends: receives the states after each tile. chosen: by (batch, channel), where 0 nothing is done. All three are for items of one channel.
KERNEL void walk_forward(
    RECURRENCE, ADDRESS(carries), int carry_tiles, ADDRESS(tile_ends), ADDRESS(chosen) STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    if (t.order >= t.tiles) return;
    if (INTS(chosen) && !INTS(chosen)[STATE_ROW(t.batch - first_batch)]) return;
    const memory m = MEMORY;
    GLOBAL real* const starts[STATES] = { STARTS };
    GLOBAL real* const ends[STATES] = { ENDS };
    real states[STATES * WIDE];
    load_start(starts, m.initial, STATE_ROW(t.batch), states);
    if (REALS(carries))
    {
        const index unit = (index)(t.batch - first_batch) * carry_tiles + t.order;
#pragma unroll
        for (int k = 0; k < STATES; k++) states[k] = REALS(carries)[NUMBER(unit, k, STATES)];
    }
    walk(&m, &t, true, states);
#pragma unroll
    for (int k = 0; k < STATES; k++)
        if (REALS(tile_ends)) REALS(tile_ends)[NUMBER(t.unit, k, STATES)] = states[k];
    if (t.order == t.tiles - 1) store_ends(ends, STATE_ROW(t.batch), states);
}

// Below SAFE nothing overflows in single precision by the rounding of the few operations behind a bound.
#define SAFE 1e38

// Steps s = A p + b of k states, composed: A row by row, then b. Every class is one against the order.

#define NUMBERS (STATES * STATES + STATES)

FUNCTION extended identity_of(int number)
{
    return number < STATES * STATES && number % (STATES + 1) == 0 ? 1.0 : 0.0;
}

FUNCTION extended magnitude_of(int number, real value)
{
    return fabs((extended)value);
}

// A column of the product, or the rest: each evolves like a state of its own.
FUNCTION void compose(const extended* step, extended* map, extended* reach)
{
#pragma unroll
    for (int j = 0; j <= STATES; j++)
    {
        extended column[STATES];
#pragma unroll
        for (int i = 0; i < STATES; i++)
        {
            column[i] = j == STATES ? step[STATES * STATES + i] : 0.0;
#pragma unroll
            for (int l = 0; l < STATES; l++)
                column[i] = fma(step[i * STATES + l], map[j == STATES ? STATES * STATES + l : l * STATES + j], column[i]);
        }
#pragma unroll
        for (int i = 0; i < STATES; i++)
        {
            map[j == STATES ? STATES * STATES + i : i * STATES + j] = column[i];
            *reach += fabs(column[i]);
        }
    }
}

// What maps that follow this one reach, by what this one makes of a state of magnitude one; no value on the way exceeds it.
FUNCTION extended reach_behind(const extended* map, extended reach)
{
    extended most = 1.0;
#pragma unroll
    for (int i = 0; i < NUMBERS; i++) most += fabs(map[i]);
    return reach * most;
}

FUNCTION void apply(const extended* map, const extended* state, extended* result)
{
#pragma unroll
    for (int i = 0; i < STATES; i++)
    {
        result[i] = map[STATES * STATES + i];
#pragma unroll
        for (int j = 0; j < STATES; j++) result[i] = fma(map[i * STATES + j], state[j], result[i]);
    }
}

FUNCTION bool can_carry(extended state)
{
    return fabs(state) <= LARGEST;
}

FUNCTION bool is_within(extended steps, extended states, extended magnitude)
{
    return (steps + 1.0) * (states + 1.0) * (magnitude + 1.0) * STATES < SAFE;
}

// What a tile does to the state of a channel: one map of its class, in extended precision. A reset cuts it: what follows starts from known states. With it sums of
// magnitudes, which none exceeds: of the steps' numbers, and of what the maps on the way make of a state of magnitude one (docs/decisions/0004).
typedef struct
{
    extended map[NUMBERS], steps, reach;
    bool is_cut;
} summary;

#define SUMMARY (NUMBERS + 3)

FUNCTION void restart(summary* s, bool is_cut)
{
#pragma unroll
    for (int i = 0; i < NUMBERS; i++) s->map[i] = identity_of(i);
    s->steps = s->reach = 0.0;
    s->is_cut = is_cut;
}

FUNCTION void append(summary* s, const real* numbers)
{
    extended step[NUMBERS];
#pragma unroll
    for (int i = 0; i < NUMBERS; i++)
    {
        step[i] = numbers[i];
        s->steps += magnitude_of(i, numbers[i]);
    }
    compose(step, s->map, &s->reach);
}

// Then what the steps of another do.
FUNCTION void join(summary* s, const summary* next)
{
    // behind a reset nothing of the earlier one is seen
    if (next->is_cut)
    {
        *s = *next;
        return;
    }
    s->steps += next->steps;
    s->reach += reach_behind(s->map, next->reach);
    extended again = 0.0;
    compose(next->map, s->map, &again);
}

FUNCTION void store_summary(const summary* s, GLOBAL extended* target, index unit, int width, int channel)
{
#pragma unroll
    for (int i = 0; i < NUMBERS; i++) target[(unit * SUMMARY + i) * width + channel] = s->map[i];
    target[(unit * SUMMARY + NUMBERS) * width + channel] = s->steps;
    target[(unit * SUMMARY + NUMBERS + 1) * width + channel] = s->reach;
    target[(unit * SUMMARY + NUMBERS + 2) * width + channel] = s->is_cut ? 1.0 : 0.0;
}

FUNCTION void load_summary(summary* s, GLOBAL const extended* source, index unit, int width, int channel)
{
#pragma unroll
    for (int i = 0; i < NUMBERS; i++) s->map[i] = source[(unit * SUMMARY + i) * width + channel];
    s->steps = source[(unit * SUMMARY + NUMBERS) * width + channel];
    s->reach = source[(unit * SUMMARY + NUMBERS + 1) * width + channel];
    s->is_cut = source[(unit * SUMMARY + NUMBERS + 2) * width + channel] != 0.0;
}

// Summaries that a fold has on their way from memory while it works on the one before: `count` from tile `unit` on, in a direction of 1 or -1.
#define SUMMARIES_AHEAD (NUMBERS > 4 ? 2 : 8)

FUNCTION void start_summaries(summary* ahead, GLOBAL const extended* source, index unit, int direction, int count, int width, int channel)
{
#pragma unroll
    for (int j = 0; j < SUMMARIES_AHEAD; j++)
        if (j < count) load_summary(&ahead[j], source, unit + j * direction, width, channel);
}

FUNCTION summary next_summary(summary* ahead, GLOBAL const extended* source, index unit, int direction, int count, int width, int channel)
{
    const summary s = ahead[0];
#pragma unroll
    for (int j = 0; j < SUMMARIES_AHEAD - 1; j++) ahead[j] = ahead[j + 1];
    if (count > SUMMARIES_AHEAD) load_summary(&ahead[SUMMARIES_AHEAD - 1], source, unit + SUMMARIES_AHEAD * direction, width, channel);
    return s;
}

// Few channels and a long time: tiles are summarised side by side, carries are folded through the summaries in order, and tiles are walked from their carries.

// What says which steps a tile has, in a function and in a kernel that calls it.
#define FOLDED_TILES int first_batch, int steps, int first_step, int end_step, int tile_steps, GLOBAL const int* lengths
#define FOLDING first_batch, steps, first_step, end_step, tile_steps, INTS(lengths)

// Carries are in extended precision, the states of steps are not.
FUNCTION void round_states(const extended* carry, real* states)
{
#pragma unroll
    for (int k = 0; k < STATES; k++) states[k] = (real)carry[k];
}

FUNCTION void widen_states(const real* states, extended* carry)
{
#pragma unroll
    for (int k = 0; k < STATES; k++) carry[k] = states[k];
}

// The states behind a tile, if no value of the serial loop inside it, nor of the composition, can have overflowed; else they are left.
// cut: where the tile starts behind a reset.
FUNCTION bool try_fold(const summary* s, const real* cut, extended* states)
{
    extended before[STATES], after[STATES], magnitude = 0.0;
    bool holds = true;
#pragma unroll
    for (int k = 0; k < STATES; k++)
    {
        before[k] = s->is_cut ? cut[k] : states[k];
        holds = holds && can_carry(before[k]);
        if (fabs(before[k]) <= LARGEST && fabs(before[k]) > magnitude) magnitude = fabs(before[k]);
    }
    apply(s->map, before, after);
#pragma unroll
    for (int k = 0; k < STATES; k++) holds = holds && can_carry(after[k]);
    if (!holds || !is_within(s->steps, s->reach, magnitude)) return false;
#pragma unroll
    for (int k = 0; k < STATES; k++) states[k] = after[k];
    return true;
}

// What a step does to its states (numbers), behind what those before it do.
FUNCTION void summarise_step(const memory* m, const frame* now, real* numbers, summary* s)
{
    if (now->reset != 0.0f) restart(s, true);
    map(now->x, m->fixed, numbers);
    append(s, numbers);
}

// The steps of a tile, as one.
FUNCTION void summarise(const memory* m, const tile* t, summary* s)
{
    restart(s, false);
    memory here = begin(m, t);
    frame ahead[AHEAD], now;
    real numbers[NUMBERS];
    start_frames(&here, t, ahead, AHEAD, &now);
    for (int first = t->from; first < t->to; first += AHEAD)
    {
#pragma unroll
        for (int j = 0; j < AHEAD; j++)
        {
            if (first + j >= t->to) break;
            take_frame(&ahead[j], &now);
            summarise_step(m, &now, numbers, s);
            load_frame(&here, t, first + j + AHEAD, &ahead[j]);
        }
    }
}

// The carry behind tile `unit` from that before it. Where a summary may differ from the serial loop in what is finite, the tile is walked here.
FUNCTION void fold(const memory* m, const summary* s, index unit, int channel, FOLDED_TILES, extended* carry)
{
    real states[STATES];
    round_states(carry, states);
    if (try_fold(s, m->initial, carry)) return;
    const tile t = tile_of(unit, channel, first_batch, steps, first_step, end_step, tile_steps, lengths);
    walk(m, &t, false, states);
    widen_states(states, carry);
}

KERNEL void summarise_forward(RECURRENCE, ADDRESS(summaries) STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_TILES) return;
    const tile t = TILE;
    // nobody asks for the carry behind the last one
    if (t.order >= t.tiles - 1) return;
    const memory m = MEMORY;
    summary s;
    summarise(&m, &t, &s);
    store_summary(&s, EXTENDED(summaries), t.unit, width, t.channel);
}

// The states before each tile, for walk_forward.
KERNEL void fold_forward(RECURRENCE, ADDRESS(summaries), ADDRESS(carries) STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    if (ITEM >= ITEMS_OF_SEQUENCES) return;
    const index first = UNIT * tiles_of(end_step - first_step, tile_steps);
    const tile t = tile_of(first, CHANNEL, first_batch, steps, first_step, end_step, tile_steps, INTS(lengths));
    const memory m = MEMORY;
    GLOBAL real* const starts[STATES] = { STARTS };
    real states[STATES];
    extended carry[STATES];
    load_start(starts, m.initial, STATE_ROW(t.batch), states);
    widen_states(states, carry);
    summary ahead[SUMMARIES_AHEAD];
    start_summaries(ahead, EXTENDED(summaries), first, 1, t.tiles - 1, width, t.channel);
    for (int order = 0; order < t.tiles; order++)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++) REALS(carries)[NUMBER(first + order, k, STATES)] = (real)carry[k];
        if (order == t.tiles - 1) break;
        const summary s = next_summary(ahead, EXTENDED(summaries), first + order, 1, t.tiles - 1 - order, width, t.channel);
        fold(&m, &s, first + order, t.channel, FOLDING, carry);
    }
}

// Tiles of time in one pass over the memory, on CUDA: tiles hand their carries on while they run (decoupled look-back: Merrill and Garland 2016, "Single-pass parallel prefix scan").
// A group takes one tile of some channels beside each other, and each of its items a piece of it: what a step reads is read once and kept in shared memory, pieces are summarised side
// by side and joined in a tree, the carry into the tile comes from the tiles walked before it, and then the pieces are walked. Groups take tiles by number, those of all channels before
// the next in time, so a group waits only for groups that started before it: they run, or are done. Which numbers are computed, and in which order, depends on the shape alone; so a
// call gives the same bits every time.

#define SUMMARISED 1  // the tile's summary can be read
#define FOLDED 2      // and the carry behind it

// channels: side by side in a group, a power of two. ticket: the number of the next tile. marks: (chain, tile in the direction of the walk); a chain is some channels of a sequence.
// summaries, behind: (unit, number, channel), (unit, state, channel).
#define CHAIN RECURRENCE, int channels, ADDRESS(ticket), ADDRESS(marks), ADDRESS(summaries), ADDRESS(behind)

typedef struct
{
    tile whole, piece;  // the group's steps of this item's channel, and the item's own
    int slice, slices;  // number of the piece in the direction of the walk, and how many there are
    int before;         // tiles of the sequence that are walked before this one
    index mark;         // of the chain's first tile
    bool is_inside;     // there is such a channel
} portion;

// The portion of this item in tile `number`. direction: 1, or -1 against the order.
FUNCTION portion portion_of(
    int number, int direction, int channels, int width, int first_batch, int batches, int steps, int first_step, int end_step, int tile_steps, GLOBAL const int* lengths)
{
    const int blocks = (width - 1) / channels + 1, chains = blocks * batches, most = tiles_of(end_step - first_step, tile_steps);
    const int chain = number % chains, order = direction > 0 ? number / chains : most - 1 - number / chains;
    const int channel = chain % blocks * channels + LANE % channels;
    portion s;
    s.is_inside = channel < width;
    s.whole = s.piece = tile_of((index)(chain / blocks) * most + order, s.is_inside ? channel : width - 1, first_batch, steps, first_step, end_step, tile_steps, lengths);
    s.slice = LANE / channels;
    s.slices = LANES / channels;
    s.before = direction > 0 ? order : s.whole.tiles - 1 - order;
    s.mark = (index)chain * most;
    const int piece_steps = tile_steps / s.slices, from = s.whole.from + (direction > 0 ? s.slice : s.slices - 1 - s.slice) * piece_steps;
    s.piece.from = from < s.whole.to ? from : s.whole.to;
    s.piece.to = !s.is_inside ? s.piece.from : s.piece.from + piece_steps < s.whole.to ? s.piece.from + piece_steps : s.whole.to;
    return s;
}

#define PORTION(number, direction) \
    portion_of(number, direction, channels, width, first_batch, batches, steps, first_step, end_step, tile_steps, INTS(lengths))

// The group's memory: a summary of each item, then what a step reads, KEPT numbers of each step of each item's piece.
#define SUMMARIES ((extended*)group_memory)
#define NUMBERS_KEPT ((real*)(SUMMARIES + SUMMARY * LANES))
#define PLACE_KEPT(step, i) (((step) * KEPT + (i)) * LANES + LANE)

// Whoever sees the mark sees what the group wrote before it.
FUNCTION void publish(GLOBAL int* mark, int value)
{
    __threadfence();
    BARRIER();
    if (LANE != 0) return;
    __threadfence();
    *(volatile int*)mark = value;
}

FUNCTION int await(GLOBAL const int* mark)
{
    int value;
    while ((value = *(volatile const int*)mark) == 0) __nanosleep(32);
    __threadfence();
    return value;
}

// How many tiles stand between this one and the nearest before it whose carry is known; all that were before, if none is. nearest: shared.
FUNCTION int look_back(GLOBAL const int* marks, const portion* s, int* nearest)
{
    const int none = s->before;
    for (int passed = 0;; passed += LANES)
    {
        if (LANE == 0) *nearest = none;
        BARRIER();
        const int between = passed + LANE;
        if (between < s->before && await(marks + s->mark + s->before - 1 - between) == FOLDED) atomicMin(nearest, between);
        BARRIER();
        const int found = *nearest;
        BARRIER();
        if (found < none || passed + LANES >= s->before) return found;
    }
}

// Summaries of the items, joined: of a piece, with all that are walked before it. Each finds there those of the pieces before its own; the whole tile's is left.
FUNCTION void join_pieces(const portion* s, int channels, extended* shared, summary* own, summary* whole)
{
    for (int distance = 1; distance < s->slices; distance *= 2)
    {
        store_summary(own, shared, 0, LANES, LANE);
        BARRIER();
        if (s->slice >= distance)
        {
            summary joined;
            load_summary(&joined, shared, 0, LANES, LANE - distance * channels);
            join(&joined, own);
            *own = joined;
        }
        BARRIER();
    }
    store_summary(own, shared, 0, LANES, LANE);
    BARRIER();
    load_summary(whole, shared, 0, LANES, (s->slices - 1) * channels + LANE % channels);
    if (s->slice > 0) load_summary(own, shared, 0, LANES, LANE - channels);
    else restart(own, false);
    BARRIER();
}

// What the tiles of a chain tell each other, and where the group's items meet.
typedef struct
{
    GLOBAL int* marks;
    GLOBAL extended *summaries, *behind;
    extended* shared;
    int *nearest, *is_open;  // is_open: whether some carry is known only when the tile is walked
    int width, channels, direction;
} links;

#define LINKS(direction) \
    { INTS(marks), EXTENDED(summaries), EXTENDED(behind), SUMMARIES, &nearest, &is_open, width, channels, direction }

// The carry into the group's tile, for the items of the first pieces: `carry` is where the sequence starts, and then that.
FUNCTION void fold_before(const memory* m, const links* l, const portion* s, FOLDED_TILES, extended* carry)
{
    const int found = look_back(l->marks, s, l->nearest);
    if (s->slice == 0 && found < s->before)
    {
#pragma unroll
        for (int k = 0; k < STATES; k++) carry[k] = l->behind[((s->whole.unit - l->direction * (found + 1)) * STATES + k) * l->width + s->whole.channel];
    }
    for (int left = found; left > 0; left -= s->slices)
    {
        summary one;
        if (s->slice < left)
        {
            load_summary(&one, l->summaries, s->whole.unit - l->direction * (left - s->slice), l->width, s->whole.channel);
            store_summary(&one, l->shared, 0, LANES, LANE);
        }
        BARRIER();
        for (int i = 0; s->slice == 0 && i < s->slices && i < left; i++)
        {
            load_summary(&one, l->shared, 0, LANES, LANE + i * l->channels);
            fold(m, &one, s->whole.unit - l->direction * (left - i), s->whole.channel, first_batch, steps, first_step, end_step, tile_steps, lengths, carry);
        }
        BARRIER();
    }
}

// What the items of the first pieces have, to all of their channel.
FUNCTION void give_all(const links* l, const portion* s, extended* numbers)
{
    BARRIER();
#pragma unroll
    for (int k = 0; k < STATES; k++)
        if (s->slice == 0) l->shared[k * LANES + LANE] = numbers[k];
    BARRIER();
#pragma unroll
    for (int k = 0; k < STATES; k++) numbers[k] = l->shared[k * LANES + LANE % l->channels];
}

FUNCTION void store_behind(const links* l, const portion* s, const extended* carry)
{
#pragma unroll
    for (int k = 0; k < STATES; k++) l->behind[(s->whole.unit * STATES + k) * l->width + s->whole.channel] = carry[k];
}

// Tells the tile's summary, finds the carry into it (`carry`: where the sequence starts, and then that, for all items), and tells that behind it, where it can be known by now; false: it
// cannot, for this channel. is_last: nobody asks. cut: where a tile starts behind a reset.
FUNCTION bool exchange(const memory* m, const links* l, const portion* s, bool is_last, const real* cut, const summary* whole, FOLDED_TILES, extended* carry)
{
    GLOBAL int* const mark = l->marks + s->mark + s->before;
    const bool tells = s->slice == 0 && s->is_inside;
    if (!is_last)
    {
        if (tells) store_summary(whole, l->summaries, s->whole.unit, l->width, s->whole.channel);
        publish(mark, SUMMARISED);
    }
    fold_before(m, l, s, first_batch, steps, first_step, end_step, tile_steps, lengths, carry);
    give_all(l, s, carry);
    if (is_last) return true;
    extended behind[STATES];
#pragma unroll
    for (int k = 0; k < STATES; k++) behind[k] = carry[k];
    const bool is_folded = try_fold(whole, cut, behind);
    if (!is_folded) *l->is_open = 1;
    else if (tells) store_behind(l, s, behind);
    BARRIER();
    if (!*l->is_open) publish(mark, FOLDED);
    return is_folded;
}

// The same where it could not: `walked` is what the piece that ends the tile has come to.
FUNCTION void exchange_walked(const links* l, const portion* s, bool is_end, bool is_folded, const real* walked)
{
    extended behind[STATES];
    widen_states(walked, behind);
    if (is_end && !is_folded) store_behind(l, s, behind);
    publish(l->marks + s->mark + s->before, FOLDED);
}

// Where the item's piece starts, `own` being the pieces before it. False: only walking those tells, from the states that are left here.
FUNCTION bool try_start(const summary* own, const real* cut, extended* carry, real* states)
{
    const bool is_known = try_fold(own, cut, carry);
    round_states(carry, states);
    return is_known;
}

// What a piece keeps of a step: where nothing but the state comes out, and the step is its map, that; else what it reads.
#if defined(STEP_IS_MAP) && OUTPUTS == 0
#define KEEPS_MAPS 1
#define KEPT NUMBERS
#else
#define KEEPS_MAPS 0
#define KEPT NUMBERS_READ
#endif

FUNCTION void keep(real* kept, int step, const frame* f, const real* numbers)
{
    int number = 0;
#pragma unroll
    for (int i = 0; KEEPS_MAPS && i < NUMBERS; i++) kept[PLACE_KEPT(step, number++)] = numbers[i];
#pragma unroll
    for (int i = 0; i < STREAMS; i++)
        if (!KEEPS_MAPS && HAS(READ & ~PER_CALL, i)) kept[PLACE_KEPT(step, number++)] = f->x[i];
}

// The steps that are reset, as bits.
FUNCTION unsigned summarise_and_keep(const memory* m, const tile* t, real* kept, summary* s)
{
    unsigned resets = 0;
    restart(s, false);
    memory here = begin(m, t);
    frame ahead[AHEAD], now;
    real numbers[NUMBERS];
    start_frames(&here, t, ahead, AHEAD, &now);
    for (int first = t->from; first < t->to; first += AHEAD)
    {
#pragma unroll
        for (int j = 0; j < AHEAD; j++)
        {
            const int step = first + j;
            if (step >= t->to) break;
            take_frame(&ahead[j], &now);
            summarise_step(m, &now, numbers, s);
            keep(kept, step - t->from, &now, numbers);
            resets |= (unsigned)(now.reset != 0.0f) << (step - t->from);
            load_frame(&here, t, step + AHEAD, &ahead[j]);
        }
    }
    return resets;
}

FUNCTION void walk_kept(const memory* m, const tile* t, const real* kept, unsigned resets, real* states)
{
    memory here = begin(m, t);
    frame now;
    load_streams(here.streams, READ & PER_CALL, HERE, now.x);
#pragma unroll 4
    for (int step = t->from; step < t->to; step++)
    {
        int number = 0;
        now.reset = resets >> (step - t->from) & 1;
#if KEEPS_MAPS
        const real a = kept[PLACE_KEPT(step - t->from, 0)], b = kept[PLACE_KEPT(step - t->from, 1)];
        states[0] = fma(a, now.reset != 0.0f ? here.initial[0] : states[0], b);
        store_step(&here, states, 0);
#else
#pragma unroll
        for (int i = 0; i < STREAMS; i++)
            if (HAS(READ & ~PER_CALL, i)) now.x[i] = kept[PLACE_KEPT(step - t->from, number++)];
        advance(&here, &now, true, states);
#endif
    }
}

CHAIN_KERNEL void chain_forward(CHAIN STREAM_PARAMETERS OUTPUT_PARAMETERS STATE_PARAMETERS FIXED_PARAMETERS)
{
    GROUP_MEMORY;
    LOCAL int taken, nearest, is_open;
    if (LANE == 0) taken = atomicAdd(INTS(ticket), 1), is_open = 0;
    BARRIER();
    const portion s = PORTION(taken, 1);
    if (s.whole.order >= s.whole.tiles) return;
    const tile t = s.piece;
    const bool is_last = t.order == t.tiles - 1;
    // whose piece ends the tile
    const bool is_end = s.is_inside && (s.whole.from < s.whole.to ? t.from < t.to && t.to == s.whole.to : s.slice == 0);
    const memory m = MEMORY;
    GLOBAL real* const starts[STATES] = { STARTS };
    GLOBAL real* const ends[STATES] = { ENDS };
    summary own, whole;
    const unsigned resets = summarise_and_keep(&m, &t, NUMBERS_KEPT, &own);
    join_pieces(&s, channels, SUMMARIES, &own, &whole);
    const links l = LINKS(1);
    real states[STATES];
    extended carry[STATES];
    load_start(starts, m.initial, STATE_ROW(t.batch), states);
    widen_states(states, carry);
    const bool is_folded = exchange(&m, &l, &s, is_last, m.initial, &whole, FOLDING, carry);
    if (!try_start(&own, m.initial, carry, states))
    {
        tile lead = s.whole;
        lead.to = t.from;
        walk(&m, &lead, false, states);
    }
    walk_kept(&m, &t, NUMBERS_KEPT, resets, states);
    if (is_last && is_end) store_ends(ends, STATE_ROW(t.batch), states);
    if (!is_last && is_open) exchange_walked(&l, &s, is_end, is_folded, states);
}
