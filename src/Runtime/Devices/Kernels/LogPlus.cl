// The sum of a tropical map: log(e^x + e^y). Where both are -infinity their difference is NaN.
FUNCTION extended either(extended x, extended y)
{
    const extended most = x > y ? x : y, least = x > y ? y : x;
    return most == -INFINITY ? most : most + log1p(exp(least - most));
}
