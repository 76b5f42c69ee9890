namespace Recurve.Runtime.Tests.Kernels.Scan;

/// <summary>A value and its derivatives by the operands of one step.</summary>
readonly struct Dual(double value, Dual.Slopes slopes)
{
    [System.Runtime.CompilerServices.InlineArray(6)]
    internal struct Slopes
    {
        double first;
    }

    public readonly double Value = value;
    readonly Slopes slopes = slopes;

    public double this[int operand] => slopes[operand];

    public static Dual Variable(double value, int operand)
    {
        Slopes slopes = default;
        slopes[operand] = 1;
        return new(value, slopes);
    }

    public static implicit operator Dual(double value) => new(value, default);

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

    static Dual Combine(double value, Dual a, double byA, Dual b, double byB)
    {
        Slopes slopes = default;
        for (var i = 0; i < 6; i++) slopes[i] = a.slopes[i] * byA + b.slopes[i] * byB;
        return new(value, slopes);
    }
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

    /// <summary>A row in (−1, 1) that is constant over the call.</summary>
    public const string PerCall = "per call";
}
