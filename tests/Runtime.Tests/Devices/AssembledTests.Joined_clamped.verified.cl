#define STATES 1

// Below SAFE nothing overflows in single precision by the rounding of the few operations behind a bound.
#define SAFE 1e38

// Steps s = min(hi, max(lo, a p + b)) for either sign of a, composed: a, b, lo, hi. Kept with lo <= hi, and constant maps with a = b = 0: otherwise a product grows
// behind bounds that it can no longer move, and 0 * infinity arises where a bound meets a coefficient.

#define NUMBERS 4

// right where either is NaN
FUNCTION extended lesser(extended a, extended b) { return a < b ? a : b; }

FUNCTION extended greater(extended a, extended b) { return a > b ? a : b; }

FUNCTION extended identity_of(int number)
{
    return number == 0 ? 1.0 : number == 1 ? 0.0 : number == 2 ? -INFINITY : INFINITY;
}

// bounds only select, but a NaN among them must be seen
FUNCTION extended magnitude_of(int number, real value)
{
    return number < 2 ? fabs((extended)value) : value == value ? 0.0 : (extended)value;
}

// What a state can become: by a and b, or by the bounds where both are finite.
FUNCTION extended reach_of(const extended* map)
{
    return lesser(fabs(map[0]) + fabs(map[1]) + greater(map[2], 0.0) + greater(-map[3], 0.0), greater(fabs(map[2]), fabs(map[3])));
}

FUNCTION void compose(const extended* step, extended* map, extended* reach)
{
    // min is outermost: with lo above hi the step is the constant hi
    const extended a = step[0], b = step[1], high = step[3], low = lesser(step[2], high);
    const extended first = a == 0.0 ? b : a * map[2] + b, second = a == 0.0 ? b : a * map[3] + b;
    const extended least = lesser(greater(lesser(first, second), low), high), most = lesser(greater(greater(first, second), low), high);
    const bool meets = least >= most;
    map[0] = meets ? 0.0 : a * map[0];
    map[1] = meets ? 0.0 : fma(a, map[1], b);
    map[2] = least;
    map[3] = most;
    *reach += reach_of(map);
}

// What maps that follow this one reach, by what this one makes of a state of magnitude one; no value on the way exceeds it.
FUNCTION extended reach_behind(const extended* map, extended reach)
{
    return reach * (1.0 + reach_of(map));
}

FUNCTION void apply(const extended* map, const extended* state, extended* result)
{
    const extended inner = map[0] * state[0] + map[1];
    // an overflow of a or b behind finite bounds has lost the sign of their sum
    result[0] = fabs(inner) <= LARGEST ? lesser(greater(inner, map[2]), map[3]) : NAN;
}

FUNCTION bool can_carry(extended state)
{
    return fabs(state) <= LARGEST;
}

FUNCTION bool is_within(extended steps, extended states, extended magnitude)
{
    return (steps + 1.0) * (states + 1.0) * (magnitude + 1.0) < SAFE;
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

// What the tiles of a sequence do together, as one summary: what a slice of a sequence tells the others (docs/distributed.md). For each class a program of its own, in which nothing is
// known of bodies.

// An item for a channel of a sequence. direction: 1, or -1 against the order of the tiles.
KERNEL void join_tiles(ADDRESS(joined), ADDRESS(summaries), index sequences, int tiles, int width, int direction)
{
    const index sequence = ITEM / width;
    const int channel = (int)(ITEM % width);
    if (sequence >= sequences) return;
    index unit = sequence * tiles + (direction < 0 ? tiles - 1 : 0);
    summary s, ahead[SUMMARIES_AHEAD];
    load_summary(&s, EXTENDED(summaries), unit, width, channel);
    unit += direction;
    start_summaries(ahead, EXTENDED(summaries), unit, direction, tiles - 1, width, channel);
    for (int left = tiles - 1; left > 0; left--, unit += direction)
    {
        const summary next = next_summary(ahead, EXTENDED(summaries), unit, direction, left, width, channel);
        join(&s, &next);
    }
    store_summary(&s, EXTENDED(joined), sequence, width, channel);
}
