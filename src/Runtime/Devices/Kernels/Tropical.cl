// Steps s = either(p + a, b), composed: a, b. -infinity is a number of these classes: it says "not this way".

#define NUMBERS 2

FUNCTION extended identity_of(int number)
{
    return number == 0 ? 0.0 : -INFINITY;
}

FUNCTION extended magnitude_of(int number, extended value)
{
    return value == -INFINITY ? 0.0 : fabs(value);
}

FUNCTION void compose(const extended* step, extended* map, extended* reach)
{
    map[0] += step[0];
    map[1] = either(map[1] + step[0], step[1]);
    *reach += magnitude_of(0, map[0]) + magnitude_of(1, map[1]);
}

// What maps that follow this one reach, by what this one makes of a state of magnitude one; no value on the way exceeds it. The sum of two
// is at most one above the greater.
FUNCTION extended reach_behind(const extended* map, extended reach)
{
    return 2.0 * reach + magnitude_of(0, map[0]) + magnitude_of(1, map[1]) + 1.0;
}

FUNCTION void apply(const extended* map, const extended* state, extended* result)
{
    result[0] = either(map[0] + state[0], map[1]);
}

FUNCTION bool can_carry(extended state)
{
    return fabs(state) <= LARGEST || state == -INFINITY;
}

// sums, where affine maps have products
FUNCTION bool is_within(extended steps, extended states, extended magnitude)
{
    return steps + states + magnitude < SAFE;
}
