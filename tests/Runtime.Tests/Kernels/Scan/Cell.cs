using System.Runtime.Intrinsics;

namespace Recurve.Runtime.Tests.Kernels.Scan;

/// <summary>A value and its derivatives by the operands of one step.</summary>
readonly struct Dual(double value, Vector512<double> first, Vector512<double> second, Vector512<double> third)
{
    public readonly double Value = value;

    // a block of four states has 4 × 4 + 4 streams and 4 states
    readonly Vector512<double> first = first, second = second, third = third;

    public double this[int operand] => (operand < 8 ? first : operand < 16 ? second : third)[operand % 8];

    public static Dual Variable(double value, int operand)
    {
        Vector512<double> Of(int part) => operand / 8 == part ? Vector512<double>.Zero.WithElement(operand % 8, 1) : default;
        return new(value, Of(0), Of(1), Of(2));
    }

    public static implicit operator Dual(double value) => new(value, default, default, default);

    public static Dual operator +(Dual a, Dual b) => Combine(a.Value + b.Value, a, 1, b, 1);

    public static Dual operator -(Dual a, Dual b) => Combine(a.Value - b.Value, a, 1, b, -1);

    public static Dual operator *(Dual a, Dual b) => Combine(a.Value * b.Value, a, b.Value, b, a.Value);

    public static Dual Sigmoid(Dual a)
    {
        var y = 1 / (1 + Math.Exp(-a.Value));
        return Combine(y, a, y * (1 - y), 0, 0);
    }

    public static Dual Tanh(Dual a)
    {
        var y = Math.Tanh(a.Value);
        return Combine(y, a, 1 - y * y, 0, 0);
    }

    public static Dual Clamp(Dual x, Dual low, Dual high)
        => x.Value < low.Value ? low : x.Value > high.Value ? high : x;

    /// <summary>The gradient splits in halves at a tie.</summary>
    public static Dual Max(Dual a, Dual b)
    {
        var share = a.Value > b.Value ? 1 : a.Value < b.Value ? 0 : 0.5;
        return Combine(Math.Max(a.Value, b.Value), a, share, b, 1 - share);
    }

    /// <summary>−∞ with gradient 0 where both are.</summary>
    public static Dual LogAddExp(Dual a, Dual b)
    {
        var greater = Math.Max(a.Value, b.Value);
        if (double.IsNegativeInfinity(greater)) return greater;
        var share = 1 / (1 + Math.Exp(b.Value - a.Value));
        return Combine(greater + Math.Log(1 + Math.Exp(-Math.Abs(a.Value - b.Value))), a, share, b, 1 - share);
    }

    static Dual Combine(double value, Dual a, double byA, Dual b, double byB)
        => new(value, a.first * byA + b.first * byB, a.second * byA + b.second * byB, a.third * byA + b.third * byB);
}

/// <summary>streams, old states → new states, outputs of one channel.</summary>
delegate void CellStep(Dual[] streams, Dual[] old, Dual[] next, Dual[] outputs);

/// <summary>One step in dual numbers: what a body must agree with, in value and derivative.</summary>
sealed record Cell(string[] Streams, int States, CellStep Step, int Outputs, params float[] Fixed)
{
    /// <summary>A stream in (0.7, 1.0).</summary>
    public const string Decay = "decay";

    /// <summary>A stream in (−1, 1).</summary>
    public const string Signal = "signal";

    /// <summary>A stream in (−½, ½).</summary>
    public const string Small = "small";

    /// <summary>A row in (−1, 1) that is constant over the call.</summary>
    public const string PerCall = "per call";
}
