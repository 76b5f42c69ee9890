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
