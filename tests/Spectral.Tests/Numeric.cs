namespace Recurve.Spectral.Tests;

/// <summary>Central differences of sixth order: at this step, truncation and rounding of a third derivative of order one are both below 1e-9.</summary>
static class Numeric
{
    const double H = 0.02;

    public static double First(Func<double, double> f)
        => (45 * (f(H) - f(-H)) - 9 * (f(2 * H) - f(-2 * H)) + (f(3 * H) - f(-3 * H))) / (60 * H);

    public static double Second(Func<double, double> f)
        => (270 * (f(H) + f(-H)) - 27 * (f(2 * H) + f(-2 * H)) + 2 * (f(3 * H) + f(-3 * H)) - 490 * f(0)) / (180 * H * H);
}
