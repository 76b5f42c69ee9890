// Below SAFE nothing overflows in single precision by the rounding of the few operations behind a bound.
#define SAFE 1e38
