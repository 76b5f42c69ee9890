// Sums in extended precision. Which numbers an item adds, and in which order, depends on their count alone.

// Σ of the values of a group's items, for each of them; LANES is a power of two
FUNCTION extended sum_of_group(extended value, SHARED extended* sums)
{
    BARRIER();
    sums[LANE] = value;
    for (int span = LANES / 2; span > 0; span /= 2)
    {
        BARRIER();
        if (LANE < span) sums[LANE] += sums[LANE + span];
    }
    BARRIER();
    return sums[0];
}

// each group: one partial sum over `chunk` elements
#define PARTIAL_SUMS(NAME, TYPE, NUMBERS, VALUE) \
    KERNEL void NAME(ADDRESS(partials), ADDRESS(first), ADDRESS(second), index n, index chunk) \
    { \
        LOCAL extended sums[256]; \
        GLOBAL const TYPE* x = NUMBERS(first); \
        GLOBAL const TYPE* y = NUMBERS(second); \
        const index end = (GROUP + 1) * chunk < n ? (GROUP + 1) * chunk : n; \
        extended sum = 0; \
        for (index i = GROUP * chunk + LANE; i < end; i += LANES) sum += VALUE; \
        sum = sum_of_group(sum, sums); \
        if (LANE == 0) EXTENDED(partials)[GROUP] = sum; \
    }

PARTIAL_SUMS(sum, real, REALS, x[i])
PARTIAL_SUMS(sum_extended, extended, EXTENDED, x[i])
PARTIAL_SUMS(sum_squares, real, REALS, (extended)x[i] * x[i])
PARTIAL_SUMS(sum_squared_differences, real, REALS, ((extended)x[i] - y[i]) * ((extended)x[i] - y[i]))
// of logits x and targets y
PARTIAL_SUMS(sum_cross_entropies, real, REALS, (x[i] > 0 ? x[i] : 0.0) - (extended)x[i] * y[i] + log1p(exp(-fabs((extended)x[i]))))

// result = factor · Σ of partial sums, in their order
KERNEL void finish(ADDRESS(result), ADDRESS(partials), int count, extended factor)
{
    if (ITEM != 0) return;
    extended sum = 0;
    for (int i = 0; i < count; i++) sum += EXTENDED(partials)[i];
    REALS(result)[0] = (real)(sum * factor);
}

// total[i] += Σ over parts, 64 at a time: there may be tens of thousands, and a device without double precision would lose digits over them
#define ADD_PARTIALS(NAME, NUMBERS) \
    KERNEL void NAME(ADDRESS(total), ADDRESS(partials), index parts, index n) \
    { \
        if (ITEM >= n) return; \
        extended sum = 0; \
        for (index first = 0; first < parts; first += 64) \
        { \
            extended few = 0; \
            for (index p = first; p < parts && p < first + 64; p++) few += NUMBERS(partials)[p * n + ITEM]; \
            sum += few; \
        } \
        EXTENDED(total)[ITEM] += sum; \
    }

ADD_PARTIALS(add_partials, EXTENDED)
ADD_PARTIALS(add_float_partials, REALS)
