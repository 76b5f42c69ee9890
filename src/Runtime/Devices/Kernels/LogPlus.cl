// The sum of a tropical map: log(e^x + e^y). Where both are -infinity their difference is NaN.
FUNCTION double either(double x, double y)
{
    const double most = x > y ? x : y, least = x > y ? y : x;
    return most == -INFINITY ? most : most + log(1.0 + exp(least - most));
}
