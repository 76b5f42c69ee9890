// Sums in float64. Which numbers an item adds, and in which order, depends on their count alone.

// Σ of the values of a group's items, for each of them; LANES is a power of two
FUNCTION double sum_of_group(double value, SHARED double* sums)
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

// log(1 + x) for x in [0, 1], accurate for small x (Kahan)
FUNCTION double log_of_one_plus(double x)
{
    const double sum = 1 + x;
    return sum == 1 ? x : log(sum) * (x / (sum - 1));
}

// each group: one partial sum over `chunk` elements
#define PARTIAL_SUMS(NAME, TYPE, NUMBERS, VALUE) \
    KERNEL void NAME(ADDRESS(partials), ADDRESS(first), ADDRESS(second), index n, index chunk) \
    { \
        LOCAL double sums[256]; \
        GLOBAL const TYPE* x = NUMBERS(first); \
        GLOBAL const TYPE* y = NUMBERS(second); \
        const index end = (GROUP + 1) * chunk < n ? (GROUP + 1) * chunk : n; \
        double sum = 0; \
        for (index i = GROUP * chunk + LANE; i < end; i += LANES) sum += VALUE; \
        sum = sum_of_group(sum, sums); \
        if (LANE == 0) DOUBLES(partials)[GROUP] = sum; \
    }

PARTIAL_SUMS(sum, real, REALS, x[i])
PARTIAL_SUMS(sum_doubles, double, DOUBLES, x[i])
PARTIAL_SUMS(sum_squares, real, REALS, (double)x[i] * x[i])
PARTIAL_SUMS(sum_squared_differences, real, REALS, ((double)x[i] - y[i]) * ((double)x[i] - y[i]))
// of logits x and targets y
PARTIAL_SUMS(sum_cross_entropies, real, REALS, (x[i] > 0 ? x[i] : 0.0) - (double)x[i] * y[i] + log_of_one_plus(exp(-fabs((double)x[i]))))

// result = factor · Σ of partial sums, in their order
KERNEL void finish(ADDRESS(result), ADDRESS(partials), int count, double factor)
{
    if (ITEM != 0) return;
    double sum = 0;
    for (int i = 0; i < count; i++) sum += DOUBLES(partials)[i];
    REALS(result)[0] = (real)(sum * factor);
}

// total[i] += Σ over parts, in their order
#define ADD_PARTIALS(NAME, NUMBERS) \
    KERNEL void NAME(ADDRESS(total), ADDRESS(partials), index parts, index n) \
    { \
        if (ITEM >= n) return; \
        double sum = 0; \
        for (index p = 0; p < parts; p++) sum += NUMBERS(partials)[p * n + ITEM]; \
        DOUBLES(total)[ITEM] += sum; \
    }

ADD_PARTIALS(add_partials, DOUBLES)
ADD_PARTIALS(add_float_partials, REALS)
