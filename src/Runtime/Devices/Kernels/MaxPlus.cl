// The sum of a tropical map: max. A NaN is lost here, but not in the sum of magnitudes.
FUNCTION extended either(extended x, extended y) { return x > y ? x : y; }
