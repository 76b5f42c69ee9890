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
