// Few channels and a long time: tiles are summarised side by side, carries are folded through the summaries in order, and tiles are walked from their carries.

// What a tile does to the state of a channel: one map of its class, in double precision. A reset cuts it: what follows starts from known states. With it sums of
// magnitudes, which none exceeds: of the steps' numbers, and of what the maps on the way make of a state of magnitude one (docs/decisions/0004).
typedef struct
{
    double map[NUMBERS], steps, reach;
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

FUNCTION void append(summary* s, const real* step)
{
#pragma unroll
    for (int i = 0; i < NUMBERS; i++) s->steps += magnitude_of(i, step[i]);
    compose(step, s->map, &s->reach);
}

FUNCTION void store_summary(const summary* s, GLOBAL double* target, const tile* t, int width)
{
#pragma unroll
    for (int i = 0; i < NUMBERS; i++) target[(t->unit * SUMMARY + i) * width + t->channel] = s->map[i];
    target[(t->unit * SUMMARY + NUMBERS) * width + t->channel] = s->steps;
    target[(t->unit * SUMMARY + NUMBERS + 1) * width + t->channel] = s->reach;
    target[(t->unit * SUMMARY + NUMBERS + 2) * width + t->channel] = s->is_cut ? 1.0 : 0.0;
}

FUNCTION void load_summary(summary* s, GLOBAL const double* source, index unit, int width, int channel)
{
#pragma unroll
    for (int i = 0; i < NUMBERS; i++) s->map[i] = source[(unit * SUMMARY + i) * width + channel];
    s->steps = source[(unit * SUMMARY + NUMBERS) * width + channel];
    s->reach = source[(unit * SUMMARY + NUMBERS + 1) * width + channel];
    s->is_cut = source[(unit * SUMMARY + NUMBERS + 2) * width + channel] != 0.0;
}

// What says which steps a tile has, in a function and in a kernel that calls it.
#define FOLDED_TILES int first_batch, int steps, int first_step, int end_step, int tile_steps, GLOBAL const int* lengths
#define FOLDING first_batch, steps, first_step, end_step, tile_steps, INTS(lengths)

// Summaries that a fold has on their way from memory while it works on the one before: `count` from tile `unit` on, in a direction of 1 or -1.
#define SUMMARIES_AHEAD (NUMBERS > 4 ? 2 : 8)

FUNCTION void start_summaries(summary* ahead, GLOBAL const double* source, index unit, int direction, int count, int width, int channel)
{
#pragma unroll
    for (int j = 0; j < SUMMARIES_AHEAD; j++)
        if (j < count) load_summary(&ahead[j], source, unit + j * direction, width, channel);
}

FUNCTION summary next_summary(summary* ahead, GLOBAL const double* source, index unit, int direction, int count, int width, int channel)
{
    const summary s = ahead[0];
#pragma unroll
    for (int j = 0; j < SUMMARIES_AHEAD - 1; j++) ahead[j] = ahead[j + 1];
    if (count > SUMMARIES_AHEAD) load_summary(&ahead[SUMMARIES_AHEAD - 1], source, unit + SUMMARIES_AHEAD * direction, width, channel);
    return s;
}

// The states behind a tile, if no value of the serial loop inside it, nor of the composition, can have overflowed; else they are left.
// cut: where the tile starts behind a reset.
FUNCTION bool try_fold(const summary* s, const real* cut, double* states)
{
    double before[STATES], after[STATES], magnitude = 0.0;
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
