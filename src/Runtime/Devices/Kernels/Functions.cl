// The functions of bodies that neither language has, or that it defines otherwise: saturation, NaN and infinities are those of the lanes (ILane).

FUNCTION real where(bool mask, real when_true, real when_false) { return mask ? when_true : when_false; }

FUNCTION real square(real x) { return x * x; }

FUNCTION real minimum(real a, real b) { return a != a || a < b ? a : b; }

FUNCTION real maximum(real a, real b) { return a != a || a > b ? a : b; }

FUNCTION real clip(real x, real low, real high) { return minimum(maximum(x, low), high); }

FUNCTION real relu(real x) { return x <= 0.0f ? 0.0f : x; }

FUNCTION real leaky_relu(real x, real slope) { return x > 0.0f ? x : slope * x; }

FUNCTION real hardtanh(real x) { return x < -1.0f ? -1.0f : x > 1.0f ? 1.0f : x; }

FUNCTION real hardsigmoid(real x) { return (x < -3.0f ? 0.0f : x > 3.0f ? 6.0f : x + 3.0f) / 6.0f; }

FUNCTION real sigmoid(real x) { return 1.0f / (1.0f + exp(-x)); }

FUNCTION real silu(real x) { return x / (1.0f + exp(-x)); }

FUNCTION real gelu(real x) { return 0.5f * x * (1.0f + erf(x * 0.70710678f)); }

FUNCTION real softplus(real x) { return (x < 0.0f ? 0.0f : x) + log1p(exp(-fabs(x))); }

// equal infinities have no difference
FUNCTION real logaddexp(real a, real b) { return maximum(a, b) + log1p(exp(a == b ? 0.0f : -fabs(a - b))); }

FUNCTION real power(real x, real exponent) { return exponent == 2.0f ? x * x : pow(x, exponent); }
