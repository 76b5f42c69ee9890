using Recurve.Contracts;

namespace Recurve.Runtime.Tests.Kernels.Lanes;

/// <summary>A lane function beside its definition in double precision, and the bound it promises.</summary>
interface ILaneFunction
{
    static abstract V Lane<V>(V x) where V : unmanaged, ILane<V>;

    static abstract double Exact(double x);

    /// <summary>Largest |error| / max(|exact|, floor).</summary>
    static abstract double Bound { get; }

    /// <summary>The floor at x; by default the smallest normal number, so that the bound is relative.</summary>
    static virtual double Floor(double x) => 1.1754943508222875e-38;
}

static class LaneFunctions
{
    public readonly struct Sigmoid : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Sigmoid(x);
        public static double Exact(double x) => 1 / (1 + Math.Exp(-x));
        public static double Bound => 1.5e-7;
        public static double Floor(double x) => x < -88.7 ? 1e-31 : 1.1754943508222875e-38;
    }

    public readonly struct Tanh : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Tanh(x);
        public static double Exact(double x) => Math.Tanh(x);
        public static double Bound => 2e-7;
    }

    public readonly struct Exp : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Exp(x);
        public static double Exact(double x) => Math.Exp(x);
        public static double Bound => 1e-7;
    }

    public readonly struct Log : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Log(x);
        public static double Exact(double x) => Math.Log(x);
        public static double Bound => 1e-7;
    }

    public readonly struct Log1p : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Log1p(x);
        public static double Exact(double x) => DoubleMath.Log1p(x);
        public static double Bound => 1.5e-7;
    }

    public readonly struct Sqrt : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Sqrt(x);
        public static double Exact(double x) => Math.Sqrt(x);
        public static double Bound => 6e-8;
    }

    public readonly struct Rsqrt : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Rsqrt(x);
        public static double Exact(double x) => 1 / Math.Sqrt(x);
        public static double Bound => 1e-7;
    }

    public readonly struct Square : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Square(x);
        public static double Exact(double x) => x * x;
        public static double Bound => 6e-8;
    }

    public readonly struct Abs : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Abs(x);
        public static double Exact(double x) => Math.Abs(x);
        public static double Bound => 0;
    }

    public readonly struct Sign : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Sign(x);
        public static double Exact(double x) => double.IsNaN(x) ? 0 : Math.Sign(x);
        public static double Bound => 0;
    }

    public readonly struct Sin : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Sin(x);
        public static double Exact(double x) => Math.Sin(x);
        public static double Bound => 1e-7;
        public static double Floor(double x) => Math.Abs(x) < 1 ? 1.1754943508222875e-38 : 1;
    }

    public readonly struct Cos : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Cos(x);
        public static double Exact(double x) => Math.Cos(x);
        public static double Bound => 1e-7;
        public static double Floor(double x) => 1;
    }

    public readonly struct Relu : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Relu(x);
        public static double Exact(double x) => Math.Max(x, 0);
        public static double Bound => 0;
    }

    public readonly struct Silu : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Silu(x);
        public static double Exact(double x) => x / (1 + Math.Exp(-x));
        public static double Bound => 2e-7;
        public static double Floor(double x) => x < -88.7 ? 1e-29 : 1.1754943508222875e-38;
    }

    public readonly struct Gelu : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Gelu(x);
        public static double Exact(double x) => 0.5 * x * (1 + DoubleMath.Erf(x * Math.Sqrt(0.5)));
        public static double Bound => 1.5e-7;
        public static double Floor(double x) => Math.Max(Math.Abs(x), 1);
    }

    public readonly struct Softplus : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Softplus(x);
        public static double Exact(double x) => Math.Max(x, 0) + DoubleMath.Log1p(Math.Exp(-Math.Abs(x)));
        public static double Bound => 2e-7;
    }

    public readonly struct HardTanh : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.HardTanh(x);
        public static double Exact(double x) => Math.Clamp(x, -1, 1);
        public static double Bound => 0;
    }

    public readonly struct HardSigmoid : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.HardSigmoid(x);
        public static double Exact(double x) => Math.Clamp(x + 3, 0, 6) / 6;
        public static double Bound => 1e-7;
        public static double Floor(double x) => 1;
    }

    public readonly struct Erf : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Erf(x);
        public static double Exact(double x) => DoubleMath.Erf(x);
        public static double Bound => 1e-7;
    }

    public readonly struct Cube : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Pow(x, 3f);
        public static double Exact(double x) => x * x * x;
        public static double Bound => 6.1e-8;
    }

    public readonly struct PowerOfHalfAndMore : ILaneFunction
    {
        public static V Lane<V>(V x) where V : unmanaged, ILane<V> => V.Pow(x, 1.5f);
        public static double Exact(double x) => Math.Pow(x, 1.5);
        public static double Bound => 6.1e-8;
    }
}
