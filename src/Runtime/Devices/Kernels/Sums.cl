// The partial sums that units of work left (Adjoints.cl), added in their order: (unit, number).

#define SUMMED_UNITS 64

// Sums of SUMMED_UNITS units each.
KERNEL void sum_units(ADDRESS(result), ADDRESS(partials), index units, index numbers)
{
    const index groups = (units + SUMMED_UNITS - 1) / SUMMED_UNITS;
    if (ITEM >= groups * numbers) return;
    const index group = ITEM / numbers, number = ITEM % numbers;
    const index end = (group + 1) * SUMMED_UNITS < units ? (group + 1) * SUMMED_UNITS : units;
    extended sum = 0.0;
    for (index unit = group * SUMMED_UNITS; unit < end; unit++) sum += EXTENDED(partials)[unit * numbers + number];
    EXTENDED(result)[ITEM] = sum;
}

// What one unit left, to where it is wanted.
KERNEL void give_sum(ADDRESS(result), ADDRESS(sum), int width)
{
    if (ITEM < width) EXTENDED(result)[ITEM] += EXTENDED(sum)[ITEM];
}
