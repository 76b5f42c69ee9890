// Products of matrices in tiles of 64 × 64 results: 256 items, each of 4 × 4 results, 16 apart. Every sum runs over the inner index in order.
// Rows are those of (batch, step): `steps` of each batch from `first` on, of which those before the batch's length count (all without lengths).
#define TILE 64
#define DEPTH 16
#define EACH 4
#define APART 16

// Where row r lies; −1 where there is none.
FUNCTION index row_at(index r, index rows, index steps, index first, index batch_stride, index step_stride, GLOBAL const int* lengths)
{
    if (r >= rows) return -1;
    const index batch = r / steps, step = first + r % steps;
    return lengths && step >= lengths[batch] ? -1 : batch * batch_stride + step * step_stride;
}

// c = a · B, or + bias, or += with accumulate; B's numbers are b[inner][columns] or, transposed, b[columns][inner].
#define PRODUCT(NAME, B_DEPTH, B_COLUMN, B_AT) \
    KERNEL void NAME( \
        ADDRESS(result), index c_batch, index c_step, ADDRESS(left), index a_batch, index a_step, ADDRESS(right), ADDRESS(offset), ADDRESS(limits), \
        index rows, index steps, index first, int inner, int columns, int accumulate) \
    { \
        LOCAL real a_tile[DEPTH][TILE + 1]; \
        LOCAL real b_tile[DEPTH][TILE + 1]; \
        GLOBAL const real* a = REALS(left); \
        GLOBAL const real* b = REALS(right); \
        GLOBAL const int* lengths = INTS(limits); \
        const index tile_row = GROUP * TILE; \
        const int tile_column = (int)GROUP_Y * TILE; \
        index a_rows[EACH]; \
        for (int i = 0; i < EACH; i++) a_rows[i] = row_at(tile_row + LANE / DEPTH + i * APART, rows, steps, first, a_batch, a_step, lengths); \
        real sums[EACH][EACH]; \
        for (int i = 0; i < EACH; i++) \
            for (int j = 0; j < EACH; j++) sums[i][j] = 0; \
        for (int start = 0; start < inner; start += DEPTH) \
        { \
            BARRIER(); \
            for (int i = 0; i < EACH; i++) \
            { \
                const int k = LANE % DEPTH; \
                a_tile[k][LANE / DEPTH + i * APART] = a_rows[i] >= 0 && start + k < inner ? a[a_rows[i] + start + k] : 0; \
                const int depth = B_DEPTH, column = B_COLUMN; \
                b_tile[depth][column] = start + depth < inner && tile_column + column < columns ? b[B_AT(start + depth, tile_column + column)] : 0; \
            } \
            BARRIER(); \
            for (int k = 0; k < DEPTH; k++) \
                for (int i = 0; i < EACH; i++) \
                    for (int j = 0; j < EACH; j++) sums[i][j] += a_tile[k][LANE / APART + i * APART] * b_tile[k][LANE % APART + j * APART]; \
        } \
        for (int i = 0; i < EACH; i++) \
        { \
            const index c = row_at(tile_row + LANE / APART + i * APART, rows, steps, first, c_batch, c_step, lengths); \
            if (c < 0) continue; \
            for (int j = 0; j < EACH; j++) \
            { \
                const int column = tile_column + LANE % APART + j * APART; \
                if (column >= columns) continue; \
                GLOBAL real* to = REALS(result) + c + column; \
                *to = sums[i][j] + (accumulate ? *to : REALS(offset) ? REALS(offset)[column] : 0); \
            } \
        } \
    }

#define ROW_MAJOR(k, n) (index)(k) * columns + (n)
#define TRANSPOSED(k, n) (index)(n) * inner + (k)
PRODUCT(multiply, (LANE + i * 256) / TILE, (LANE + i * 256) % TILE, ROW_MAJOR)
PRODUCT(multiply_transposed, LANE % DEPTH, LANE / DEPTH + i * APART, TRANSPOSED)

// partials[split][m][n] = Σ a[row][m] b[row][n] over the split's rows: in single precision over 256 rows, in extended precision over those.
// A group is a tile of one split.
KERNEL void multiply_rows(
    ADDRESS(partials), ADDRESS(left), index a_batch, index a_step, ADDRESS(right), index b_batch, index b_step, ADDRESS(limits),
    index rows, index steps, index first, int a_width, int b_width, index split_rows)
{
    LOCAL real a_tile[DEPTH][TILE];
    LOCAL real b_tile[DEPTH][TILE];
    GLOBAL const int* lengths = INTS(limits);
    const int tiles_across = (b_width + TILE - 1) / TILE, tiles = (a_width + TILE - 1) / TILE * tiles_across;
    const index split = GROUP / tiles;
    const int m0 = (int)(GROUP % tiles) / tiles_across * TILE, n0 = (int)(GROUP % tiles) % tiles_across * TILE;
    const index end = (split + 1) * split_rows < rows ? (split + 1) * split_rows : rows;
    real sums[EACH][EACH];
    extended totals[EACH][EACH];
    for (int i = 0; i < EACH; i++)
        for (int j = 0; j < EACH; j++) totals[i][j] = sums[i][j] = 0;
    int pending = 0;
    for (index start = split * split_rows; start < end; start += DEPTH)
    {
        BARRIER();
        for (int i = 0; i < EACH; i++)
        {
            const int k = LANE / TILE + i * EACH, c = LANE % TILE;
            const index a = row_at(start + k, end, steps, first, a_batch, a_step, lengths);
            const index b = row_at(start + k, end, steps, first, b_batch, b_step, lengths);
            a_tile[k][c] = a >= 0 && m0 + c < a_width ? REALS(left)[a + m0 + c] : 0;
            b_tile[k][c] = b >= 0 && n0 + c < b_width ? REALS(right)[b + n0 + c] : 0;
        }
        BARRIER();
        for (int k = 0; k < DEPTH; k++)
            for (int i = 0; i < EACH; i++)
                for (int j = 0; j < EACH; j++) sums[i][j] += a_tile[k][LANE / APART + i * APART] * b_tile[k][LANE % APART + j * APART];
        pending += DEPTH;
        if (pending < 256 && start + DEPTH < end) continue;
        for (int i = 0; i < EACH; i++)
            for (int j = 0; j < EACH; j++)
            {
                totals[i][j] += sums[i][j];
                sums[i][j] = 0;
            }
        pending = 0;
    }
    for (int i = 0; i < EACH; i++)
        for (int j = 0; j < EACH; j++)
        {
            const int m = m0 + LANE / APART + i * APART, n = n0 + LANE % APART + j * APART;
            if (m < a_width && n < b_width) EXTENDED(partials)[(split * a_width + m) * b_width + n] = totals[i][j];
        }
}
