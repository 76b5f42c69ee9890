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
