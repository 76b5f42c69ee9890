// The sum of a tropical map: max. A NaN is lost here, but not in the sum of magnitudes.
FUNCTION double either(double x, double y) { return x > y ? x : y; }
