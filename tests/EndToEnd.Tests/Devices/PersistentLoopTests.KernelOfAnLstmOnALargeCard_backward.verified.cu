// Lstm: its loop in one kernel, against the order
// Lstm
//   h: Coupled because h' = o * Tanh(c), c' = f * c + i * g is nonlinear in h, c through Sigmoid(gates), and mixes channels through weight_hh_l0
//   c: Coupled because h' = o * Tanh(c), c' = f * c + i * g is nonlinear in h, c through Sigmoid(gates), and mixes channels through weight_hh_l0
//   · Project weight_ih_l0 · x → 4 * units
//   · Loop over time of h, c
//   ·   Project weight_hh_l0 · h_old → 4 * units
//   ·   Map → c, h; reads weight_ih_l0 * x[units, units], bias_ih_l0[units, units], weight_hh_l0 * h before[units, units], bias_hh_l0[units, units], c before, weight_ih_l0 * x[0, units], bias_ih_l0[0, units], weight_hh_l0 * h before[0, units], bias_hh_l0[0, units], weight_ih_l0 * x[2 * units, units], bias_ih_l0[2 * units, units], weight_hh_l0 * h before[2 * units, units], bias_hh_l0[2 * units, units], weight_ih_l0 * x[3 * units, units], bias_ih_l0[3 * units, units], weight_hh_l0 * h before[3 * units, units], bias_hh_l0[3 * units, units]; 44 bytes per step and channel
// %0 [inputs] = Input x
// %1 [units] = OldState h
// %2 [units] = OldState c
// %3 [4 * units, inputs] = Field weight_ih_l0
// %4 [4 * units] = MatVec(%3, %0)
// %5 [4 * units] = Field bias_ih_l0
// %6 [4 * units, units] = Field weight_hh_l0
// %7 [4 * units] = MatVec(%6, %1)
// %8 [4 * units] = Field bias_hh_l0
// %9 [units] = Slice(%4, 0, units)
// %10 [units] = Slice(%5, 0, units)
// %11 [units] = Add(%9, %10)
// %12 [units] = Slice(%7, 0, units)
// %13 [units] = Slice(%8, 0, units)
// %14 [units] = Add(%12, %13)
// %15 [units] = Add(%11, %14)  // gates
// %16 [units] = Sigmoid(%15)  // i
// %17 [units] = Slice(%4, units, units)
// %18 [units] = Slice(%5, units, units)
// %19 [units] = Add(%17, %18)
// %20 [units] = Slice(%7, units, units)
// %21 [units] = Slice(%8, units, units)
// %22 [units] = Add(%20, %21)
// %23 [units] = Add(%19, %22)  // gates
// %24 [units] = Sigmoid(%23)  // f
// %25 [units] = Slice(%4, 2 * units, units)
// %26 [units] = Slice(%5, 2 * units, units)
// %27 [units] = Add(%25, %26)
// %28 [units] = Slice(%7, 2 * units, units)
// %29 [units] = Slice(%8, 2 * units, units)
// %30 [units] = Add(%28, %29)
// %31 [units] = Add(%27, %30)  // gates
// %32 [units] = Tanh(%31)  // g
// %33 [units] = Slice(%4, 3 * units, units)
// %34 [units] = Slice(%5, 3 * units, units)
// %35 [units] = Add(%33, %34)
// %36 [units] = Slice(%7, 3 * units, units)
// %37 [units] = Slice(%8, 3 * units, units)
// %38 [units] = Add(%36, %37)
// %39 [units] = Add(%35, %38)  // gates
// %40 [units] = Sigmoid(%39)  // o
// %41 [units] = Multiply(%24, %2)
// %42 [units] = Multiply(%16, %32)
// %43 [units] = Add(%41, %42)
// %44 [units] = Tanh(%43)
// %45 [units] = Multiply(%40, %44)
// h' = %45
// c' = %43
// return h = %45

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

FUNCTION void forward3(const real* x, const real* fixed, real* y)
{
    real weight_ih_l0_x = x[0];
    real bias_ih_l0 = x[1];
    real weight_hh_l0_h_old = x[2];
    real bias_hh_l0 = x[3];
    real c_old = x[4];
    real weight_ih_l0_x_1 = x[5];
    real bias_ih_l0_1 = x[6];
    real weight_hh_l0_h_old_1 = x[7];
    real bias_hh_l0_1 = x[8];
    real weight_ih_l0_x_2 = x[9];
    real bias_ih_l0_2 = x[10];
    real weight_hh_l0_h_old_2 = x[11];
    real bias_hh_l0_2 = x[12];
    real weight_ih_l0_x_3 = x[13];
    real bias_ih_l0_3 = x[14];
    real weight_hh_l0_h_old_3 = x[15];
    real bias_hh_l0_3 = x[16];
    real v = sigmoid(weight_ih_l0_x_1 + bias_ih_l0_1 + (weight_hh_l0_h_old_1 + bias_hh_l0_1)) * tanh(weight_ih_l0_x_2 + bias_ih_l0_2 + (weight_hh_l0_h_old_2 + bias_hh_l0_2));
    real v_1 = sigmoid(weight_ih_l0_x + bias_ih_l0 + (weight_hh_l0_h_old + bias_hh_l0)) * c_old + v;
    y[0] = v_1;
    y[1] = sigmoid(weight_ih_l0_x_3 + bias_ih_l0_3 + (weight_hh_l0_h_old_3 + bias_hh_l0_3)) * tanh(v_1);
}

FUNCTION void adjoint3(const real* x, const real* fixed, const real* dy, real* dx)
{
    real weight_ih_l0_x = x[0];
    real bias_ih_l0 = x[1];
    real weight_hh_l0_h_old = x[2];
    real bias_hh_l0 = x[3];
    real c_old = x[4];
    real weight_ih_l0_x_1 = x[5];
    real bias_ih_l0_1 = x[6];
    real weight_hh_l0_h_old_1 = x[7];
    real bias_hh_l0_1 = x[8];
    real weight_ih_l0_x_2 = x[9];
    real bias_ih_l0_2 = x[10];
    real weight_hh_l0_h_old_2 = x[11];
    real bias_hh_l0_2 = x[12];
    real weight_ih_l0_x_3 = x[13];
    real bias_ih_l0_3 = x[14];
    real weight_hh_l0_h_old_3 = x[15];
    real bias_hh_l0_3 = x[16];
    real y0 = dy[0];
    real y1 = dy[1];
    real f = sigmoid(weight_ih_l0_x + bias_ih_l0 + (weight_hh_l0_h_old + bias_hh_l0));
    real i = sigmoid(weight_ih_l0_x_1 + bias_ih_l0_1 + (weight_hh_l0_h_old_1 + bias_hh_l0_1));
    real g = tanh(weight_ih_l0_x_2 + bias_ih_l0_2 + (weight_hh_l0_h_old_2 + bias_hh_l0_2));
    real v = tanh(f * c_old + i * g);
    real o = sigmoid(weight_ih_l0_x_3 + bias_ih_l0_3 + (weight_hh_l0_h_old_3 + bias_hh_l0_3));
    real v_1 = y0 + (1.0f - square(v)) * (o * y1);
    real v_2 = f * (1.0f - f) * (c_old * v_1);
    real v_3 = i * (1.0f - i) * (g * v_1);
    real v_4 = (1.0f - square(g)) * (i * v_1);
    real v_5 = o * (1.0f - o) * (v * y1);
    dx[0] = v_2;
    dx[1] = v_2;
    dx[2] = v_2;
    dx[3] = v_2;
    dx[4] = f * v_1;
    dx[5] = v_3;
    dx[6] = v_3;
    dx[7] = v_3;
    dx[8] = v_3;
    dx[9] = v_4;
    dx[10] = v_4;
    dx[11] = v_4;
    dx[12] = v_4;
    dx[13] = v_5;
    dx[14] = v_5;
    dx[15] = v_5;
    dx[16] = v_5;
}

#define IS_FORWARD 0  // or against the order of the steps
#define IS_REVERSE 0  // the order is from the last row to the first
#define ITEMS 256  // of a group
#define SEQUENCES 1  // that it takes
#define KEPT 512  // numbers of a sequence that stages leave each other
#define MOST_EACH 1  // outputs of an item

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

// A loop over time in one kernel, for steps that mix channels: "Persistent RNNs" (Diamos et al. 2016). A group of ITEMS items takes SEQUENCES sequences through all steps. Its items
// keep the weights, in registers and in the group's memory, where also lies what a step's stages leave each other: KEPT numbers of a sequence. Groups know nothing of each other.

#define LOOP index batches, int steps, ADDRESS(lengths), ADDRESS(resets)

#define KEPT_OF(sequence, i) kept[(sequence) * KEPT + (i)]
#define IS_STEP(t, limit) ((t) >= 0 && (t) < (limit))  // of a sequence of so many steps
#define IS_WITHIN(t, sequence) (SEQUENCES == 1 || (t) < limits[sequence])  // a step of the group, in one of its sequences

// Items take the numbers of rows of all sequences, which lie one behind the other: `n` counts those of an item.
#define ROUNDS(width) ((SEQUENCES * (width) - 1) / ITEMS + 1)
#define NUMBER(n) ((n) * ITEMS + LANE)
#define SEQUENCE_OF(i, width) (SEQUENCES == 1 ? 0 : (i) / (width))
#define CHANNEL_OF(i, width) (SEQUENCES == 1 ? (i) : (i) % (width))
#define DIRECTION (IS_FORWARD != IS_REVERSE ? 1 : -1)

// The valid steps of the group's sequences (none of those past the last batch), and the most of them.
TEMPLATE int load_limits(SHARED int* limits, GLOBAL const int* lengths, index first, index batches, int steps)
{
    if (LANE < SEQUENCES) limits[LANE] = first + LANE < batches ? length_of(lengths, (int)first + LANE, steps) : 0;
    BARRIER();
    int most = 0;
    for (int s = 0; s < SEQUENCES; s++) most = limits[s] > most ? limits[s] : most;
    return most;
}

// A signal that stands at a step of the group's first sequence, and goes on in a direction.
TEMPLATE rows standing_at(rows r, bool is_bf16, index first, int step, int direction)
{
    r.start = place(r, is_bf16, (int)first, step, 0);
    r.step *= direction;
    return r;
}

TEMPLATE void go_on(rows* r, bool is_bf16)
{
    r->start = place(*r, is_bf16, 0, 1, 0);
}

// ahead: steps from where the signal stands.
TEMPLATE real load_at(rows r, bool is_bf16, int sequence, int ahead, int channel)
{
    return load_number(place(r, is_bf16, sequence, ahead, channel), is_bf16, 0);
}

TEMPLATE void store_at(rows r, bool is_bf16, int sequence, int channel, real x)
{
    store_number(place(r, is_bf16, sequence, 0, channel), is_bf16, 0, x);
}

TEMPLATE void add_at(rows r, bool is_bf16, int sequence, int channel, real x)
{
    store_at(r, is_bf16, sequence, channel, load_at(r, is_bf16, sequence, 0, channel) + x);
}

// Products y = W x. An item takes `each` outputs, ITEMS apart, or, where there are fewer outputs than items, a part of the inputs of one: `share` inputs in all, whose weights are in
// registers for the first `columns` of them, else in `rest`.
#define OUTPUT_OF(p, outputs) ((p) * ITEMS + ((outputs) < ITEMS ? LANE % (outputs) : LANE))
#define PART_OF(outputs, parts) ((outputs) >= ITEMS ? 0 : LANE / (outputs) < (parts) ? LANE / (outputs) : (parts) - 1)

TEMPLATE void load_weights(
    GLOBAL const real* weights, int outputs, int output_step, int input_step, int each, int parts, int columns, int share, real* w, SHARED real* rest)
{
    const int first = PART_OF(outputs, parts) * share;
#pragma unroll
    for (int p = 0; p < each; p++)
    {
        const int output = OUTPUT_OF(p, outputs);
#pragma unroll
        for (int j = 0; j < share; j++)
        {
            const real weight = output < outputs ? weights[(index)output * output_step + (index)(first + j) * input_step] : 0.0f;
            if (j < columns) w[p * columns + j] = weight;
            else rest[(p * (share - columns) + j - columns) * ITEMS + LANE] = weight;
        }
    }
}

TEMPLATE void load_four(SHARED const real* x, bool is_aligned, real* values)
{
    if (is_aligned)
    {
        const float4 v = *(SHARED const float4*)x;
        values[0] = v.x, values[1] = v.y, values[2] = v.z, values[3] = v.w;
    }
    else values[0] = x[0], values[1] = x[1], values[2] = x[2], values[3] = x[3];
}

// Weight j of the item's output p.
#define WEIGHT(p, j) ((j) < columns ? w[(p) * columns + (j)] : rest[((p) * (share - columns) + (j) - columns) * ITEMS + LANE])

// x: the item's share of the first sequence's inputs; y: (output of the item, sequence). Four sums of a product, so that they do not wait for each other.
TEMPLATE void multiply(const real* w, SHARED const real* rest, int each, int columns, int share, SHARED const real* x, bool is_aligned, real* y)
{
    real sums[MOST_EACH * SEQUENCES * 4];
#pragma unroll
    for (int i = 0; i < MOST_EACH * SEQUENCES * 4; i++) sums[i] = 0.0f;
    UNROLL
    for (int j = 0; j < share / 4 * 4; j += 4)
    {
        real four[SEQUENCES * 4];
#pragma unroll
        for (int s = 0; s < SEQUENCES; s++) load_four(x + s * KEPT + j, is_aligned, four + s * 4);
#pragma unroll
        for (int p = 0; p < each; p++)
        {
#pragma unroll
            for (int i = 0; i < 4; i++)
            {
                const real weight = WEIGHT(p, j + i);
#pragma unroll
                for (int s = 0; s < SEQUENCES; s++) sums[(p * SEQUENCES + s) * 4 + i] = fma(weight, four[s * 4 + i], sums[(p * SEQUENCES + s) * 4 + i]);
            }
        }
    }
    UNROLL
    for (int j = share / 4 * 4; j < share; j++)
    {
#pragma unroll
        for (int p = 0; p < each; p++)
        {
            const real weight = WEIGHT(p, j);
#pragma unroll
            for (int s = 0; s < SEQUENCES; s++) sums[(p * SEQUENCES + s) * 4] = fma(weight, x[s * KEPT + j], sums[(p * SEQUENCES + s) * 4]);
        }
    }
#pragma unroll
    for (int i = 0; i < MOST_EACH * SEQUENCES; i++) y[i] = sums[i * 4] + sums[i * 4 + 1] + (sums[i * 4 + 2] + sums[i * 4 + 3]);
}

// What the items of one output have, in the order of its parts.
TEMPLATE void add_parts(SHARED real* shares, int outputs, int parts, real* y)
{
#pragma unroll
    for (int s = 0; s < SEQUENCES; s++) shares[s * ITEMS + LANE] = y[s];
    BARRIER();
#pragma unroll
    for (int s = 0; s < SEQUENCES; s++)
    {
        y[s] = 0.0f;
        for (int p = 0; p < parts; p++)
            if (LANE < outputs) y[s] += shares[s * ITEMS + p * outputs + LANE];
    }
}

// To `at` of what is kept; with `adds`, to what is there.
TEMPLATE void keep_product(SHARED real* kept, SHARED const int* limits, int t, int outputs, int each, int at, bool adds, const real* y)
{
#pragma unroll
    for (int p = 0; p < each; p++)
    {
        const int output = p * ITEMS + LANE;
        if (output >= outputs) continue;
#pragma unroll
        for (int s = 0; s < SEQUENCES; s++)
            if (IS_WITHIN(t, s)) KEPT_OF(s, at + output) = adds ? KEPT_OF(s, at + output) + y[p * SEQUENCES + s] : y[p * SEQUENCES + s];
    }
}

// Of what an item has kept of a product, a row in memory.
TEMPLATE void store_product(SHARED const real* kept, SHARED const int* limits, int t, int outputs, int each, int at, rows r)
{
#pragma unroll
    for (int p = 0; p < each; p++)
    {
        const int output = p * ITEMS + LANE;
        if (output >= outputs) continue;
#pragma unroll
        for (int s = 0; s < SEQUENCES; s++)
            if (IS_WITHIN(t, s)) store_at(r, false, s, output, KEPT_OF(s, at + output));
    }
}

// A row of what is kept, to memory.
TEMPLATE void store_kept(SHARED const real* kept, SHARED const int* limits, int t, int width, int at, rows r)
{
#pragma unroll
    for (int n = 0; n < ROUNDS(width); n++)
    {
        const int i = NUMBER(n), sequence = SEQUENCE_OF(i, width), channel = CHANNEL_OF(i, width);
        if (i < SEQUENCES * width && IS_WITHIN(t, sequence)) store_at(r, false, sequence, channel, KEPT_OF(sequence, at + channel));
    }
}

// The flag of a step's reset, of the sequence that has an item's number.
TEMPLATE real load_flag(GLOBAL const real* resets, SHARED const int* limits, index first, int steps, int t)
{
    return LANE < SEQUENCES && IS_STEP(t, limits[LANE]) ? resets[(first + LANE) * steps + t] : 0.0f;
}

TEMPLATE void put_flag(SHARED real* flags, SHARED const int* limits, int t, real flag)
{
    if (LANE < SEQUENCES && IS_STEP(t, limits[LANE])) flags[LANE] = flag;
}

// A row per sequence, or the initial state's.
TEMPLATE void load_states(SHARED real* kept, index first, index batches, int width, int at, GLOBAL const real* given, GLOBAL const real* initial)
{
#pragma unroll
    for (int n = 0; n < ROUNDS(width); n++)
    {
        const int i = NUMBER(n), sequence = SEQUENCE_OF(i, width), channel = CHANNEL_OF(i, width);
        if (i >= SEQUENCES * width) continue;
        KEPT_OF(sequence, at + channel) = given && first + sequence < batches ? given[(first + sequence) * width + channel] : initial ? initial[channel] : 0.0f;
    }
}

#if IS_FORWARD

// What a step starts from: what the step before left, the start of the sequence, or, where it is reset, the initial state.
TEMPLATE void hand_on(
    SHARED real* kept, SHARED const int* limits, SHARED const real* flags, int t, int width, int old, int next, GLOBAL const real* initial, rows olds)
{
#pragma unroll
    for (int n = 0; n < ROUNDS(width); n++)
    {
        const int i = NUMBER(n), sequence = SEQUENCE_OF(i, width), channel = CHANNEL_OF(i, width);
        if (i >= SEQUENCES * width || !IS_WITHIN(t, sequence)) continue;
        if (flags && flags[sequence] != 0.0f) KEPT_OF(sequence, old + channel) = initial ? initial[channel] : 0.0f;
        else if (t != (IS_REVERSE ? limits[sequence] - 1 : 0)) KEPT_OF(sequence, old + channel) = KEPT_OF(sequence, next + channel);
        store_at(olds, false, sequence, channel, KEPT_OF(sequence, old + channel));
    }
}

TEMPLATE void store_ends(SHARED const real* kept, SHARED const int* limits, index first, index batches, int width, int old, int next, GLOBAL real* ends)
{
#pragma unroll
    for (int n = 0; n < ROUNDS(width); n++)
    {
        const int i = NUMBER(n), sequence = SEQUENCE_OF(i, width), channel = CHANNEL_OF(i, width);
        if (i >= SEQUENCES * width) continue;
        if (first + sequence < batches) ends[(first + sequence) * width + channel] = KEPT_OF(sequence, (limits[sequence] ? next : old) + channel);
    }
}

#else

// Sums of adjoints over steps: in single precision over a few hundred, then in extended precision.
TEMPLATE void clear_sums(int count, real* recent, extended* total)
{
#pragma unroll
    for (int i = 0; i < count; i++) recent[i] = 0.0f, total[i] = 0.0;
}

TEMPLATE void flush_sums(int count, real* recent, extended* total)
{
#pragma unroll
    for (int i = 0; i < count; i++) total[i] += recent[i], recent[i] = 0.0f;
}

// Each sequence's, for Sums.cl: (sequence, sum, channel).
TEMPLATE void leave_sums(int count, const extended* total, GLOBAL extended* partials, index sequence, int width, int channel)
{
#pragma unroll
    for (int i = 0; i < count; i++) partials[(sequence * count + i) * width + channel] = total[i];
}

// What arrives at a row from outside of the loop; `ahead` is on its way while the step before is worked on.
TEMPLATE void load_ahead(SHARED const int* limits, int t, int steps_ahead, int width, rows r, real* ahead)
{
#pragma unroll
    for (int n = 0; n < ROUNDS(width); n++)
    {
        const int i = NUMBER(n), sequence = SEQUENCE_OF(i, width), channel = CHANNEL_OF(i, width);
        if (i < SEQUENCES * width && IS_STEP(t, limits[sequence])) ahead[n] = load_at(r, false, sequence, steps_ahead, channel);
    }
}

TEMPLATE void keep_ahead(SHARED real* kept, SHARED const int* limits, int t, int width, int at, const real* ahead)
{
#pragma unroll
    for (int n = 0; n < ROUNDS(width); n++)
    {
        const int i = NUMBER(n), sequence = SEQUENCE_OF(i, width), channel = CHANNEL_OF(i, width);
        if (i < SEQUENCES * width && IS_WITHIN(t, sequence)) KEPT_OF(sequence, at + channel) = ahead[n];
    }
}

// The adjoint of what the step after this one started from, as what this one left receives it; what a reset took goes to the initial state.
TEMPLATE real carry_of(SHARED const real* kept, SHARED const real* flags, int old, int sequence, int channel, GLOBAL extended* taken)
{
    const real carry = KEPT_OF(sequence, old + channel);
    if (!flags || flags[sequence] == 0.0f) return carry;
    *taken += carry;
    return 0.0f;
}

TEMPLATE void hand_back(
    SHARED real* kept, SHARED const int* limits, SHARED const real* flags, int t, index first, int width, int old, int next, bool adds, GLOBAL extended* taken)
{
#pragma unroll
    for (int n = 0; n < ROUNDS(width); n++)
    {
        const int i = NUMBER(n), sequence = SEQUENCE_OF(i, width), channel = CHANNEL_OF(i, width);
        if (i >= SEQUENCES * width || !IS_WITHIN(t, sequence)) continue;
        const real carry = carry_of(kept, flags, old, sequence, channel, taken + (first * width + i));
        KEPT_OF(sequence, next + channel) = adds ? KEPT_OF(sequence, next + channel) + carry : carry;
    }
}

TEMPLATE void store_starts(
    SHARED const real* kept, SHARED const real* flags, index first, index batches, int width, int old, GLOBAL real* starts, GLOBAL extended* taken)
{
#pragma unroll
    for (int n = 0; n < ROUNDS(width); n++)
    {
        const int i = NUMBER(n), sequence = SEQUENCE_OF(i, width), channel = CHANNEL_OF(i, width);
        if (i >= SEQUENCES * width || first + sequence >= batches) continue;
        starts[first * width + i] = carry_of(kept, flags, old, sequence, channel, taken + (first * width + i));
    }
}

#endif

GROUP_KERNEL void loop_backward(
    LOOP,
    ROWS(d10),
    ADDRESS(end0),
    ADDRESS(start0),
    ADDRESS(taken0),
    ADDRESS(end1),
    ADDRESS(start1),
    ADDRESS(taken1),
    ADDRESS(c2),
    ADDRESS(c4),
    ROWS(s5),
    ROWS(s8),
    ROWS(s7),
    ADDRESS(sums3),
    ROWS(d5),
    ADDRESS(w2),
    ROWS(d8))
{
    GROUP_REALS(kept, 770);
    SHARED int* const limits = (SHARED int*)(kept + 768);
    const index first = GROUP * SEQUENCES;
    const int most = load_limits(limits, INTS(lengths), first, batches, steps), direction = DIRECTION, start = direction > 0 ? 0 : most - 1;
    rows d10 = standing_at(ROWS_OF(d10), false, first, start, direction);
    rows s5 = standing_at(ROWS_OF(s5), false, first, start, direction);
    rows s8 = standing_at(ROWS_OF(s8), false, first, start, direction);
    rows s7 = standing_at(ROWS_OF(s7), false, first, start, direction);
    rows d5 = standing_at(ROWS_OF(d5), false, first, start, direction);
    rows d8 = standing_at(ROWS_OF(d8), false, first, start, direction);
    real arriving10[ROUNDS(64)];
    load_ahead(limits, start, 0, 64, d10, arriving10);
    load_states(kept, first, batches, 64, 0, REALS(end0), 0);
    load_states(kept, first, batches, 64, 64, REALS(end1), 0);

    // Map 17 → 2 × 64 channels: an item takes a channel of a sequence
    const int sequence3 = SEQUENCE_OF(LANE, 64) % SEQUENCES, channel3 = LANE % 64, limit3 = LANE < SEQUENCES * 64 ? limits[sequence3] : 0;
    const real fixed3[] = { 0.0f };
    real x3[18];
    x3[1] = REALS(c2)[64 + channel3];
    x3[3] = REALS(c4)[64 + channel3];
    x3[6] = REALS(c2)[channel3];
    x3[8] = REALS(c4)[channel3];
    x3[10] = REALS(c2)[128 + channel3];
    x3[12] = REALS(c4)[128 + channel3];
    x3[14] = REALS(c2)[192 + channel3];
    x3[16] = REALS(c4)[192 + channel3];
    real ahead3[17];
    if (IS_STEP(start, limit3))
    {
        ahead3[0] = load_at(s5, false, sequence3, 0, 64 + channel3);
        ahead3[2] = load_at(s8, false, sequence3, 0, 64 + channel3);
        ahead3[4] = load_at(s7, false, sequence3, 0, channel3);
        ahead3[5] = load_at(s5, false, sequence3, 0, channel3);
        ahead3[7] = load_at(s8, false, sequence3, 0, channel3);
        ahead3[9] = load_at(s5, false, sequence3, 0, 128 + channel3);
        ahead3[11] = load_at(s8, false, sequence3, 0, 128 + channel3);
        ahead3[13] = load_at(s5, false, sequence3, 0, 192 + channel3);
        ahead3[15] = load_at(s8, false, sequence3, 0, 192 + channel3);
    }
    real recent3[4];
    extended total3[4];
    clear_sums(4, recent3, total3);

    // Project 64 → 256 channels: 4 items for an output, 64 inputs each
    real w2[64];
    load_weights(REALS(w2), 64, 1, 64, 1, 4, 64, 64, w2, kept + 768);

    BARRIER();
    for (int n = 0, t = start; n < most; n++, t += direction)
    {
        keep_ahead(kept, limits, t, 64, 448, arriving10);
        load_ahead(limits, t + direction, 1, 64, d10, arriving10);
        hand_back(kept, limits, 0, t, first, 64, 0, 448, true, EXTENDED(taken0));
        hand_back(kept, limits, 0, t, first, 64, 64, 384, false, EXTENDED(taken1));
        BARRIER();

        // Map 17 → 2 × 64 channels
        x3[0] = ahead3[0]; x3[2] = ahead3[2]; x3[4] = ahead3[4]; x3[5] = ahead3[5]; x3[7] = ahead3[7]; x3[9] = ahead3[9]; x3[11] = ahead3[11]; x3[13] = ahead3[13]; x3[15] = ahead3[15];
        if (IS_STEP(t + direction, limit3))
        {
            ahead3[0] = load_at(s5, false, sequence3, 1, 64 + channel3);
            ahead3[2] = load_at(s8, false, sequence3, 1, 64 + channel3);
            ahead3[4] = load_at(s7, false, sequence3, 1, channel3);
            ahead3[5] = load_at(s5, false, sequence3, 1, channel3);
            ahead3[7] = load_at(s8, false, sequence3, 1, channel3);
            ahead3[9] = load_at(s5, false, sequence3, 1, 128 + channel3);
            ahead3[11] = load_at(s8, false, sequence3, 1, 128 + channel3);
            ahead3[13] = load_at(s5, false, sequence3, 1, 192 + channel3);
            ahead3[15] = load_at(s8, false, sequence3, 1, 192 + channel3);
        }
        if (IS_STEP(t, limit3))
        {
            real arrives3[2], dx3[18];
            arrives3[0] = KEPT_OF(sequence3, 384 + channel3);
            arrives3[1] = KEPT_OF(sequence3, 448 + channel3);
            adjoint3(x3, fixed3, arrives3, dx3);
            store_at(d5, false, sequence3, 64 + channel3, dx3[0]);
            KEPT_OF(sequence3, 192 + channel3) = dx3[2];
            KEPT_OF(sequence3, 64 + channel3) = dx3[4];
            store_at(d5, false, sequence3, channel3, dx3[5]);
            KEPT_OF(sequence3, 128 + channel3) = dx3[7];
            store_at(d5, false, sequence3, 128 + channel3, dx3[9]);
            KEPT_OF(sequence3, 256 + channel3) = dx3[11];
            store_at(d5, false, sequence3, 192 + channel3, dx3[13]);
            KEPT_OF(sequence3, 320 + channel3) = dx3[15];
            recent3[0] += dx3[1];
            recent3[1] += dx3[6];
            recent3[2] += dx3[10];
            recent3[3] += dx3[14];
        }
        if ((n & 255) == 255) flush_sums(4, recent3, total3);
        BARRIER();

        // Project 64 → 256 channels
        real y2[MOST_EACH * SEQUENCES];
        multiply(w2, kept + 768, 1, 64, 64, kept + 128 + PART_OF(64, 4) * 64, true, y2);
        add_parts(kept + 512, 64, 4, y2);
        keep_product(kept, limits, t, 64, 1, 0, false, y2);
        store_kept(kept, limits, t, 256, 128, d8);
        BARRIER();

        go_on(&d10, false);
        go_on(&s5, false);
        go_on(&s8, false);
        go_on(&s7, false);
        go_on(&d5, false);
        go_on(&d8, false);
    }
    store_starts(kept, 0, first, batches, 64, 0, REALS(start0), EXTENDED(taken0));
    store_starts(kept, 0, first, batches, 64, 64, REALS(start1), EXTENDED(taken1));
    flush_sums(4, recent3, total3);
    if (LANE < SEQUENCES * 64 && first + sequence3 < batches) leave_sums(4, total3, EXTENDED(sums3), first + sequence3, 64, channel3);
}
