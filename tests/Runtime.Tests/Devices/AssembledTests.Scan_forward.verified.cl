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
#define HAS_RESETS 1
#define AHEAD MOST_AHEAD(16)  // steps on their way from memory
#define WALK_AHEAD AHEAD  // those of a walk, which is rare in a chain
#define STATE_PARAMETERS \
    , ROWS(state0), ADDRESS(start0), ADDRESS(initial0), ADDRESS(end0)
#define SEQUENCE_ROWS ROWS_OF(state0),
#define STARTS REALS(start0),
#define INITIAL_STATES REALS(initial0) ? REALS(initial0)[t.channel] : 0.0f,
#define ENDS REALS(end0),

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
