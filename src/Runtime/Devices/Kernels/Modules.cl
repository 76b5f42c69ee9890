// After Reductions.cl: layers of a model. Rows are those of (batch, step), a group each: its numbers up to `end`, none past the batch's length, as in RowStages.cl.
#define AT_ROW_OF_GROUP \
    const index row = GROUP; \
    const int end = INTS(limits) && row % steps >= INTS(limits)[row / steps] ? 0 : width

// mean and 1 / √(variance + ε) of a row, with the variance of deviations: no cancellation
#define MOMENTS(x) \
    extended part = 0; \
    for (int i = LANE; i < end; i += LANES) part += x[i]; \
    const real mean = (real)(sum_of_group(part, sums) / width); \
    part = 0; \
    for (int i = LANE; i < end; i += LANES) part += (extended)(x[i] - mean) * (x[i] - mean); \
    const real scale = (real)(1 / sqrt(sum_of_group(part, sums) / width + epsilon))

KERNEL void normalize_rows(ADDRESS(result), ADDRESS(source), ADDRESS(gain), ADDRESS(offset), ADDRESS(limits), index steps, int width, extended epsilon)
{
    LOCAL extended sums[64];
    AT_ROW_OF_GROUP;
    GLOBAL const real* x = REALS(source) + row * width;
    MOMENTS(x);
    for (int i = LANE; i < end; i += LANES) REALS(result)[row * width + i] = (x[i] - mean) * scale * REALS(gain)[i] + REALS(offset)[i];
}

// With x̂ the normalized row and ḡ = g ⊙ ȳ: x̄ = scale (ḡ − mean(ḡ) − x̂ mean(ḡ ⊙ x̂)); ȳ ⊙ x̂ is kept for the gradient of the gain.
KERNEL void normalize_rows_gradient(
    ADDRESS(dx), ADDRESS(products), ADDRESS(source), ADDRESS(gain), ADDRESS(arriving), ADDRESS(limits), index steps, int width, extended epsilon)
{
    LOCAL extended sums[64];
    AT_ROW_OF_GROUP;
    GLOBAL const real* x = REALS(source) + row * width;
    GLOBAL const real* dy = REALS(arriving) + row * width;
    GLOBAL const real* g = REALS(gain);
    MOMENTS(x);
    extended weighted = 0, product = 0;
    for (int i = LANE; i < end; i += LANES)
    {
        const real normalized = (x[i] - mean) * scale;
        weighted += dy[i] * g[i];
        product += (extended)(dy[i] * g[i]) * normalized;
        REALS(products)[row * width + i] = dy[i] * normalized;
    }
    const real mean_weighted = (real)(sum_of_group(weighted, sums) / width);
    const real mean_product = (real)(sum_of_group(product, sums) / width) * scale;
    for (int i = LANE; i < end; i += LANES) REALS(dx)[row * width + i] = scale * (dy[i] * g[i] - mean_weighted - (x[i] - mean) * mean_product);
}

// splitmix64's finalizer, as RandomSource.Mix
FUNCTION word mix(word x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ul;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBul;
    return x ^ (x >> 31);
}

KERNEL void drop(ADDRESS(result), ADDRESS(source), word call, word threshold, real scale, index n)
{
    if (ITEM < n) REALS(result)[ITEM] = mix(call + (word)ITEM * 0x9E3779B97F4A7C15ul) >= threshold ? REALS(source)[ITEM] * scale : 0;
}
