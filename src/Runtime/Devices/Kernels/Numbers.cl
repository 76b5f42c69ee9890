// Numbers in memory: in single precision, or in bfloat16, its upper half.

FUNCTION real of_bf16(half_word bits)
{
    return REAL_OF((unsigned)bits << 16);
}

FUNCTION real load_number(GLOBAL const real* start, bool is_bf16, index i)
{
    return is_bf16 ? of_bf16(((GLOBAL const half_word*)start)[i]) : start[i];
}

// To nearest, ties to even; a NaN keeps its sign and stays one.
FUNCTION half_word bf16_of(real x)
{
    const unsigned bits = BITS_OF(x);
    return (half_word)(x != x ? bits >> 16 | 0x40u : (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

FUNCTION void store_number(GLOBAL real* start, bool is_bf16, index i, real x)
{
    if (is_bf16) ((GLOBAL half_word*)start)[i] = bf16_of(x);
    else start[i] = x;
}
