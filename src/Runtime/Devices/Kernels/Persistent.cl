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
