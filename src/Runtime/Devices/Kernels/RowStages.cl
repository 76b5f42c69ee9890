// After Reductions.cl: stages whose result in a row of (batch, step) depends on that row alone.
#define SIGNAL(x) ADDRESS(x), index x##_batch, index x##_step
#define SPACE ADDRESS(limits), index rows, index steps, index first
#define ROW(x) (REALS(x) + batch * x##_batch + step * x##_step)

// Of row number r: its batch and step; the kernel ends where it does not count.
#define AT_ROW(r) \
    const index row = (r); \
    if (row >= rows) return; \
    const index batch = row / steps, step = first + row % steps; \
    if (INTS(limits) && step >= INTS(limits)[batch]) return

#define PUT(target, value) target = add ? (target) + (real)(value) : (real)(value)

// y[i] = v[table[i]], or 0 for a negative entry
KERNEL void gather(SIGNAL(result), SIGNAL(source), ADDRESS(table), SPACE, int width, int add)
{
    AT_ROW(ITEM / width);
    const int i = (int)(ITEM % width), from = INTS(table)[i];
    PUT(ROW(result)[i], from < 0 ? 0 : ROW(source)[from]);
}

// y[i] = Σ v[members[starts[i]]] … v[members[starts[i + 1] − 1]]
KERNEL void collect(SIGNAL(result), SIGNAL(source), ADDRESS(starts), ADDRESS(members), SPACE, int width, int add)
{
    AT_ROW(ITEM / width);
    const int i = (int)(ITEM % width);
    extended sum = 0;
    for (int k = INTS(starts)[i]; k < INTS(starts)[i + 1]; k++) sum += ROW(source)[INTS(members)[k]];
    PUT(ROW(result)[i], sum);
}

// y[m, n] = Σ_k a[m, k] b[k, n] for matrices whose numbers lie so far apart along each index
KERNEL void product(
    SIGNAL(result), SIGNAL(left), int a_row, int a_inner, SIGNAL(right), int b_inner, int b_column, SPACE, int height, int inner, int width, int add)
{
    const int size = height * width;
    AT_ROW(ITEM / size);
    const int m = (int)(ITEM % size) / width, n = (int)(ITEM % size) % width;
    GLOBAL const real* a = ROW(left) + m * a_row;
    GLOBAL const real* b = ROW(right) + n * b_column;
    extended sum = 0;
    for (int k = 0; k < inner; k++) sum += (extended)a[k * a_inner] * b[k * b_inner];
    PUT(ROW(result)[m * width + n], sum);
}

// A group takes a row: its numbers up to `end`, and none of a row that does not count, so that every item comes to every barrier. (One that returns before a barrier has PoCL 3.1 run
// loops behind it for items that have nothing to do there.)
#define AT_ROW_OF_GROUP \
    const index row = GROUP, batch = row / steps, step = first + row % steps; \
    const int end = INTS(limits) && step >= INTS(limits)[batch] ? 0 : width

KERNEL void softmax(SIGNAL(result), SIGNAL(source), SPACE, int width)
{
    LOCAL extended sums[64];
    LOCAL real maxima[64];
    AT_ROW_OF_GROUP;
    GLOBAL const real* v = ROW(source);
    GLOBAL real* y = ROW(result);
    real largest = -INFINITY;
    for (int i = LANE; i < end; i += LANES) largest = fmax(largest, v[i]);
    maxima[LANE] = largest;
    for (int span = LANES / 2; span > 0; span /= 2)
    {
        BARRIER();
        if (LANE < span) maxima[LANE] = fmax(maxima[LANE], maxima[LANE + span]);
    }
    BARRIER();
    largest = maxima[0];
    extended sum = 0;
    for (int i = LANE; i < end; i += LANES) sum += exp(v[i] - largest);
    sum = sum_of_group(sum, sums);
    for (int i = LANE; i < end; i += LANES) y[i] = (real)(exp(v[i] - largest) / sum);
}

// v̄ = y (ȳ − Σ y ȳ)
KERNEL void softmax_adjoint(SIGNAL(target), SIGNAL(result), SIGNAL(arriving), SPACE, int width, int add)
{
    LOCAL extended sums[64];
    AT_ROW_OF_GROUP;
    GLOBAL const real* y = ROW(result);
    GLOBAL const real* dy = ROW(arriving);
    extended sum = 0;
    for (int i = LANE; i < end; i += LANES) sum += (extended)y[i] * dy[i];
    const real mean = (real)sum_of_group(sum, sums);
    for (int i = LANE; i < end; i += LANES) PUT(ROW(target)[i], y[i] * (dy[i] - mean));
}

KERNEL void euclidean_norm(SIGNAL(result), SIGNAL(source), SPACE, int width)
{
    LOCAL extended sums[64];
    AT_ROW_OF_GROUP;
    GLOBAL const real* v = ROW(source);
    extended sum = 0;
    for (int i = LANE; i < end; i += LANES) sum += (extended)v[i] * v[i];
    sum = sum_of_group(sum, sums);
    if (LANE == 0 && end > 0) ROW(result)[0] = (real)sqrt(sum);
}

// v̄ = ȳ v / ‖v‖, and 0 at v = 0
KERNEL void euclidean_norm_adjoint(SIGNAL(target), SIGNAL(source), SIGNAL(result), SIGNAL(arriving), SPACE, int width, int add)
{
    AT_ROW(ITEM / width);
    const int i = (int)(ITEM % width);
    const real size = ROW(result)[0];
    PUT(ROW(target)[i], size == 0 ? 0 : ROW(arriving)[0] / size * ROW(source)[i]);
}

// μ, or 0 unless it is centred, and 1 / √(mean((v − μ)²) + ε)
#define NORMALIZER(v) \
    extended part = 0; \
    for (int i = LANE; i < end; i += LANES) part += v[i]; \
    const extended mean = sum_of_group(part, sums) / width * centred; \
    part = 0; \
    for (int i = LANE; i < end; i += LANES) part += (v[i] - mean) * (v[i] - mean); \
    const extended scale = 1 / sqrt(sum_of_group(part, sums) / width + epsilon)

KERNEL void normalize_signal(SIGNAL(result), SIGNAL(source), SPACE, int width, extended epsilon, int centred)
{
    LOCAL extended sums[64];
    AT_ROW_OF_GROUP;
    GLOBAL const real* v = ROW(source);
    NORMALIZER(v);
    for (int i = LANE; i < end; i += LANES) ROW(result)[i] = (real)((v[i] - mean) * scale);
}

// v̄ = (ȳ − [mean ȳ] − y mean(y ȳ)) / σ, the bracket where it is centred
KERNEL void normalize_signal_adjoint(
    SIGNAL(target), SIGNAL(source), SIGNAL(result), SIGNAL(arriving), SPACE, int width, extended epsilon, int centred, int add)
{
    LOCAL extended sums[64];
    AT_ROW_OF_GROUP;
    GLOBAL const real* v = ROW(source);
    GLOBAL const real* y = ROW(result);
    GLOBAL const real* dy = ROW(arriving);
    NORMALIZER(v);
    extended plain = 0, product = 0;
    for (int i = LANE; i < end; i += LANES)
    {
        plain += dy[i];
        product += (extended)y[i] * dy[i];
    }
    const extended shift = sum_of_group(plain, sums) / width * centred, slope = sum_of_group(product, sums) / width;
    for (int i = LANE; i < end; i += LANES) PUT(ROW(target)[i], (dy[i] - shift - y[i] * slope) * scale);
}
