namespace Recurve.Runtime.Tests.Kernels.Lanes;

/// <summary>Functions the base library lacks, to full double precision.</summary>
static class DoubleMath
{
    public static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : double.IsInfinity(u) ? Math.Log(u) : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>Power series up to 2.5, continued fraction of erfc above.</summary>
    public static double Erf(double x)
    {
        double t = Math.Abs(x);
        if (double.IsNaN(x)) return x;
        if (t > 7) return Math.Sign(x);
        if (t <= 2.5)
        {
            double term = x, sum = x;
            for (int n = 1; Math.Abs(term) > 1e-19 * Math.Abs(sum) && n < 200; n++)
            {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }
            return 2 / Math.Sqrt(Math.PI) * sum;
        }
        double fraction = 0;
        for (int n = 120; n >= 1; n--) fraction = n / 2.0 / (t + fraction);
        return Math.Sign(x) * (1 - Math.Exp(-t * t) / Math.Sqrt(Math.PI) / (t + fraction));
    }
}
