// The largest finite double; and below SAFE nothing overflows in single precision by the rounding of the few operations behind a bound.
#define LARGEST 1.7976931348623157e308
#define SAFE 1e38
