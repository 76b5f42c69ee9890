// A linear recurrence of one state as a step, and as an affine map, which is the step.

#define STEP_IS_MAP

FUNCTION void step_forward(const real* x, const real* fixed, const real* old, real* next, real* y)
{
    real a, b;
    coefficients(x, fixed, &a, &b);
    next[0] = fma(a, old[0], b);
    outputs(x, fixed, old[0], next[0], y);
}

FUNCTION void step_adjoint(
    const real* x, const real* fixed, const real* old, const real* next, const real* dy, const real* c, real* delta, real* dx)
{
    delta[0] = adjoint(x, fixed, old[0], next[0], dy, c[0], dx);
}

FUNCTION void map(const real* x, const real* fixed, real* m)
{
    coefficients(x, fixed, &m[0], &m[1]);
}

FUNCTION void adjoint_map(const real* x, const real* fixed, const real* old, const real* next, const real* dy, real* m)
{
    adjoint_coefficients(x, fixed, old[0], next[0], dy, &m[0], &m[1]);
}
