// After Reductions.cl. Gradients are scaled by what arrived at the loss.

// dx = factor · (σ(x) − t)
KERNEL void logistic_gradient(ADDRESS(dx), extended factor, ADDRESS(by), ADDRESS(x), ADDRESS(t), index n)
{
    if (ITEM < n) REALS(dx)[ITEM] = (real)(factor * REALS(by)[0] * (1 / (1 + exp(-(extended)REALS(x)[ITEM])) - REALS(t)[ITEM]));
}

// A row of logits per group: log Σ exp(x) with the largest taken out, and that minus the class's logit; 0 for a row that does not count.
KERNEL void class_losses(ADDRESS(losses), ADDRESS(normalizers), ADDRESS(logits), ADDRESS(classes), int width, int ignored)
{
    LOCAL extended sums[64];
    LOCAL real maxima[64];
    GLOBAL const real* x = REALS(logits) + GROUP * width;
    const int chosen = INTS(classes)[GROUP];
    real largest = -INFINITY;
    for (int i = LANE; i < width; i += LANES) largest = fmax(largest, x[i]);
    maxima[LANE] = largest;
    for (int span = LANES / 2; span > 0; span /= 2)
    {
        BARRIER();
        if (LANE < span) maxima[LANE] = fmax(maxima[LANE], maxima[LANE + span]);
    }
    BARRIER();
    largest = maxima[0];
    // where the largest is infinite, so is the result; a NaN, which fmax passes over, makes either sum one
    extended sum = 0;
    for (int i = LANE; i < width; i += LANES) sum += isinf(largest) && !isnan(x[i]) ? 0 : exp(x[i] - largest);
    sum = sum_of_group(sum, sums);
    if (LANE != 0) return;
    const extended normalizer = largest + (isinf(largest) ? sum : log(sum));
    EXTENDED(normalizers)[GROUP] = normalizer;
    EXTENDED(losses)[GROUP] = chosen == ignored ? 0 : normalizer - x[chosen];
}

// dx = factor · (softmax(x) − 1 at the class)
KERNEL void class_gradient(
    ADDRESS(dx), extended factor, ADDRESS(by), ADDRESS(logits), ADDRESS(classes), ADDRESS(normalizers), int width, int ignored, index rows)
{
    const index row = ITEM / width, i = ITEM % width;
    if (row >= rows) return;
    const int chosen = INTS(classes)[row];
    const real scale = (real)(factor * REALS(by)[0]);
    const real share = exp((real)(REALS(logits)[ITEM] - EXTENDED(normalizers)[row]));
    REALS(dx)[ITEM] = chosen == ignored ? 0 : scale * share - (i == chosen ? scale : 0);
}
