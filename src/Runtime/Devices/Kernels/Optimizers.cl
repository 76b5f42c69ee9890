// One step for every number of a parameter.

KERNEL void sgd(ADDRESS(parameter), ADDRESS(gradient), ADDRESS(momentum), real mu, real decay, real rate, index n)
{
    if (ITEM >= n) return;
    GLOBAL real* p = REALS(parameter) + ITEM;
    real step = REALS(gradient)[ITEM] + decay * *p;
    if (REALS(momentum))
    {
        step = mu * REALS(momentum)[ITEM] + step;
        REALS(momentum)[ITEM] = step;
    }
    *p += rate * step;
}

KERNEL void adam(
    ADDRESS(parameter), ADDRESS(gradient), ADDRESS(means), ADDRESS(squares),
    real shrink, real decay, real b1, real c1, real b2, real c2, real root, real epsilon, real rate, index n)
{
    if (ITEM >= n) return;
    const real weight = REALS(parameter)[ITEM] * shrink;
    const real slope = REALS(gradient)[ITEM] + weight * decay;
    const real mean = REALS(means)[ITEM] * b1 + slope * c1;
    const real square = REALS(squares)[ITEM] * b2 + slope * slope * c2;
    REALS(means)[ITEM] = mean;
    REALS(squares)[ITEM] = square;
    REALS(parameter)[ITEM] = weight + mean / (sqrt(square) / root + epsilon) * rate;
}
