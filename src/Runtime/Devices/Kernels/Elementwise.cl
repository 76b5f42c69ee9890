// Every element by itself; a result may be an operand.

KERNEL void combine(ADDRESS(result), real p, ADDRESS(a), real q, ADDRESS(b), index n)
{
    if (ITEM < n) REALS(result)[ITEM] = REALS(a)[ITEM] * p + REALS(b)[ITEM] * q;
}

KERNEL void multiply(ADDRESS(result), real factor, ADDRESS(a), ADDRESS(b), index n)
{
    if (ITEM >= n) return;
    const real product = REALS(a)[ITEM] * factor;
    REALS(result)[ITEM] = REALS(b) ? product * REALS(b)[ITEM] : product;
}

KERNEL void fill(ADDRESS(result), real value, index n)
{
    if (ITEM < n) REALS(result)[ITEM] = value;
}

// factor times the number at `by`
KERNEL void fill_scaled(ADDRESS(result), real factor, ADDRESS(by), index n)
{
    if (ITEM < n) REALS(result)[ITEM] = factor * REALS(by)[0];
}

// factor · (a − b), times the number at `by`; b may be nothing
KERNEL void scaled_difference(ADDRESS(result), real factor, ADDRESS(by), ADDRESS(a), ADDRESS(b), index n)
{
    if (ITEM < n) REALS(result)[ITEM] = factor * REALS(by)[0] * (REALS(a)[ITEM] - (REALS(b) ? REALS(b)[ITEM] : 0));
}

KERNEL void round_to_real(ADDRESS(result), ADDRESS(x), index n)
{
    if (ITEM < n) REALS(result)[ITEM] = (real)EXTENDED(x)[ITEM];
}

// columns [from, from + count) of rows as wide as `source` to columns [to, to + count) of rows as wide as `target`
KERNEL void copy_columns(ADDRESS(target), int target_width, int to, ADDRESS(source), int source_width, int from, int count, index rows)
{
    const index row = ITEM / count, column = ITEM % count;
    if (row < rows) REALS(target)[row * target_width + to + column] = REALS(source)[row * source_width + from + column];
}

// row rows[i] of the source to row i, or the other way round; a negative row is nothing
KERNEL void gather_rows(ADDRESS(target), ADDRESS(source), ADDRESS(rows), int width, index count)
{
    const index i = ITEM / width, column = ITEM % width;
    if (i < count && INDICES(rows)[i] >= 0) REALS(target)[i * width + column] = REALS(source)[INDICES(rows)[i] * width + column];
}

KERNEL void scatter_rows(ADDRESS(target), ADDRESS(source), ADDRESS(rows), int width, index count)
{
    const index i = ITEM / width, column = ITEM % width;
    if (i < count && INDICES(rows)[i] >= 0) REALS(target)[INDICES(rows)[i] * width + column] = REALS(source)[i * width + column];
}

// target row i = Σ of the source's rows members[starts[i]] … members[starts[i + 1] − 1], in that order
KERNEL void sum_listed_rows(ADDRESS(target), ADDRESS(source), ADDRESS(starts), ADDRESS(members), int width, index count)
{
    const index i = ITEM / width, column = ITEM % width;
    if (i >= count) return;
    extended sum = 0;
    for (index k = INDICES(starts)[i]; k < INDICES(starts)[i + 1]; k++) sum += REALS(source)[INDICES(members)[k] * width + column];
    REALS(target)[i * width + column] = (real)sum;
}
