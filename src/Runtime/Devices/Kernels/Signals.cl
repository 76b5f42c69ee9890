// Where the rows of a (batch, step, channel) signal lie, if there is such a signal.
typedef struct
{
    GLOBAL real* start;
    index batch;
    int step;
    bool is_there;
} rows;

FUNCTION rows rows_of(GLOBAL real* start, index batch, index step)
{
    rows r;
    r.start = start;
    r.batch = batch;
    r.step = (int)step;
    r.is_there = start != 0;
    return r;
}

// Among the parameters of a kernel, a signal with rows of its own per step, and one that is a row for the whole call; in its text, where they lie.
// Lists end with NO_ROWS, so that none is empty.
#define ROWS(x) ADDRESS(x), index x##_batch, index x##_step
#define ROWS_OF(x) rows_of(REALS(x), x##_batch, x##_step)
#define ROW_OF(x) rows_of(REALS(x), 0, 0)
#define NO_ROWS rows_of(0, 0, 0)

FUNCTION GLOBAL real* place(rows r, bool is_bf16, int batch, int step, int channel)
{
    return (GLOBAL real*)((GLOBAL char*)r.start + (batch * r.batch + (index)step * r.step + channel) * (is_bf16 ? sizeof(half_word) : sizeof(real)));
}

FUNCTION int length_of(GLOBAL const int* lengths, int batch, int steps)
{
    return lengths && lengths[batch] < steps ? lengths[batch] : steps;
}
