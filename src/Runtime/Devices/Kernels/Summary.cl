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
