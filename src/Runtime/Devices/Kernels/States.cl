// After RowStages.cl: states that are carried between kernels, not inside one. `all_steps` are those of the padded sequence; `vectors` sequences, one after the
// other, have one mask of resets. A row of a state for each sequence lies behind the other.
#define ORDER ADDRESS(resets), int vectors, int is_reverse, index all_steps, int width
#define STRIDE (is_reverse ? -1 : 1)
#define LENGTH(batch) (INTS(limits) ? INTS(limits)[batch] : all_steps)
#define FIRST(batch) (is_reverse ? LENGTH(batch) - 1 : 0)
#define LAST(batch) (is_reverse ? 0 : LENGTH(batch) - 1)
#define IS_RESET(batch, step) (REALS(resets) && REALS(resets)[(batch) / vectors * all_steps + (step)] != 0)
#define STEP(x, step) (REALS(x) + batch * x##_batch + (step) * x##_step)
#define INITIAL (REALS(initial) ? REALS(initial)[batch * initial_batch + i] : 0)
#define START (REALS(start) ? REALS(start)[batch * width + i] : INITIAL)

// What each step starts from: the value that the step before left, in processing order.
KERNEL void old_states(SIGNAL(old), SIGNAL(next), ADDRESS(start), ADDRESS(initial), index initial_batch, ORDER, SPACE)
{
    AT_ROW(ITEM / width);
    const int i = (int)(ITEM % width);
    ROW(old)[i] = IS_RESET(batch, step) ? INITIAL : step == FIRST(batch) ? START : STEP(next, step - STRIDE)[i];
}

KERNEL void end_states(ADDRESS(end), SIGNAL(next), ADDRESS(start), ADDRESS(initial), index initial_batch, ORDER, ADDRESS(limits), index batches)
{
    const index batch = ITEM / width;
    const int i = (int)(ITEM % width);
    if (batch < batches) REALS(end)[ITEM] = LENGTH(batch) == 0 ? START : STEP(next, LAST(batch))[i];
}

// The transposed of old_states: what the steps after hand to the new values.
KERNEL void next_adjoints(SIGNAL(target), SIGNAL(old), ADDRESS(end), int add, ORDER, SPACE)
{
    AT_ROW(ITEM / width);
    const int i = (int)(ITEM % width);
    const real arriving = step == LAST(batch) ? (REALS(end) ? REALS(end)[batch * width + i] : 0)
        : IS_RESET(batch, step + STRIDE) ? 0 : STEP(old, step + STRIDE)[i];
    PUT(ROW(target)[i], arriving);
}

KERNEL void start_adjoints(ADDRESS(target), SIGNAL(old), ADDRESS(end), ORDER, ADDRESS(limits), index batches)
{
    const index batch = ITEM / width;
    const int i = (int)(ITEM % width);
    if (batch >= batches) return;
    REALS(target)[ITEM] = LENGTH(batch) == 0 ? (REALS(end) ? REALS(end)[ITEM] : 0) : IS_RESET(batch, FIRST(batch)) ? 0 : STEP(old, FIRST(batch))[i];
}

// A state that is never assigned: where it started, or its initial value since the last reset.
KERNEL void hold(SIGNAL(held), ADDRESS(end), ADDRESS(start), ADDRESS(initial), index initial_batch, ORDER, ADDRESS(limits), index batches)
{
    const index batch = ITEM / width;
    const int i = (int)(ITEM % width);
    if (batch >= batches) return;
    real value = START;
    for (index n = 0, step = FIRST(batch); n < LENGTH(batch); n++, step += STRIDE)
    {
        if (IS_RESET(batch, step)) value = INITIAL;
        STEP(held, step)[i] = value;
    }
    REALS(end)[ITEM] = value;
}

KERNEL void hold_adjoint(ADDRESS(target), ADDRESS(initial_sums), SIGNAL(held), ADDRESS(end), ORDER, ADDRESS(limits), index batches)
{
    const index batch = ITEM / width;
    const int i = (int)(ITEM % width);
    if (batch >= batches) return;
    extended carry = REALS(end) ? REALS(end)[ITEM] : 0, initial = 0;
    for (index n = 0, step = LAST(batch); n < LENGTH(batch); n++, step -= STRIDE)
    {
        carry += STEP(held, step)[i];
        if (!IS_RESET(batch, step)) continue;
        initial += carry;
        carry = 0;
    }
    REALS(target)[ITEM] = (real)carry;
    EXTENDED(initial_sums)[ITEM] = initial;
}
