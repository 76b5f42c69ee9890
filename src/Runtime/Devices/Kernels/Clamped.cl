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
