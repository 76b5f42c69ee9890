// Rows of (batch, step), as wide as they are said to be; those before the batch's length count (all without lengths).
FUNCTION int counts(index batch, index step, GLOBAL const int* lengths) { return !lengths || step < lengths[batch]; }

// Columns of the rows of a signal, so far apart: cleared (x null), stored, or added to. Without strides x is one row. Each is in single precision or bfloat16.
KERNEL void write_rows(
    ADDRESS(target), index y_batch, index y_step, int y_is_bf16, ADDRESS(source), index x_batch, index x_step, int x_is_bf16,
    ADDRESS(limits), index rows, index steps, index first, int width, int add, int y_apart, int x_apart)
{
    const index row = ITEM / width;
    const int column = (int)(ITEM % width);
    if (row >= rows) return;
    const index batch = row / steps, step = first + row % steps;
    if (!counts(batch, step, INTS(limits))) return;
    const index y = batch * y_batch + step * y_step + column * y_apart;
    const real x = REALS(source) ? load_number(REALS(source), x_is_bf16, batch * x_batch + step * x_step + column * x_apart) : 0;
    store_number(REALS(target), y_is_bf16, y, add ? load_number(REALS(target), y_is_bf16, y) + x : x);
}

// The rows that do not count are cleared.
KERNEL void clear_padding(ADDRESS(target), index y_batch, index y_step, ADDRESS(limits), index rows, index steps, int width)
{
    const index row = ITEM / width;
    if (row >= rows) return;
    const index batch = row / steps, step = row % steps;
    if (!counts(batch, step, INTS(limits))) REALS(target)[batch * y_batch + step * y_step + ITEM % width] = 0;
}

// partials[tile][column] = Σ over a tile's rows; with a mask only over those where it is not 0
KERNEL void sum_rows(
    ADDRESS(partials), ADDRESS(source), index x_batch, index x_step, ADDRESS(mask), ADDRESS(limits), index rows, index steps, index first, int width, index tile_rows)
{
    const index tile = ITEM / width;
    const int column = (int)(ITEM % width);
    if (tile * tile_rows >= rows) return;
    const index end = (tile + 1) * tile_rows < rows ? (tile + 1) * tile_rows : rows;
    extended sum = 0;
    for (index row = tile * tile_rows; row < end; row++)
    {
        const index batch = row / steps, step = first + row % steps;
        if (!counts(batch, step, INTS(limits)) || REALS(mask) && REALS(mask)[batch * steps + step] == 0) continue;
        sum += REALS(source)[batch * x_batch + step * x_step + column];
    }
    EXTENDED(partials)[ITEM] = sum;
}

// Lengths that count from a later step.
KERNEL void later_lengths(ADDRESS(result), ADDRESS(limits), index first, index count)
{
    if (ITEM < count) INTS(result)[ITEM] = INTS(limits)[ITEM] <= first ? 0 : (int)(INTS(limits)[ITEM] - first);
}
