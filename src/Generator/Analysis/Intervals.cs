using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>Bounds of values for all finite inputs, by interval arithmetic in real numbers: what proves that a decay is at most 1.</summary>
internal sealed class Intervals
{
    static readonly (double Low, double High) everything = (double.NegativeInfinity, double.PositiveInfinity);

    readonly Dictionary<Value, (double Low, double High)> known = [];

    public (double Low, double High) Of(Value root)
    {
        foreach (var value in Reach.From([root]))
        {
            if (!known.ContainsKey(value)) known[value] = Average(value) ?? Bound(value, [.. value.Operands.Select(o => known[o])]);
        }
        return known[root];
    }

    /// <summary>
    /// A weighted mean of two values lies between them, which bounds of its terms taken apart do not show: z a + (1 − z) b, also where a is
    /// 1; and x / (x + y) with neither negative lies in [0, 1].
    /// </summary>
    (double Low, double High)? Average(Value value)
    {
        if (value.Operands.Count != 2) return null;
        foreach (var (x, y) in new[] { (value.Operands[0], value.Operands[1]), (value.Operands[1], value.Operands[0]) })
        {
            if (value.Op == Op.Add && y.Op == Op.Multiply)
            {
                foreach (var (rest, b) in new[] { (y.Operands[0], y.Operands[1]), (y.Operands[1], y.Operands[0]) })
                {
                    if (rest.Op != Op.Subtract || !rest.Operands[0].IsLiteral(1)) continue;
                    var z = rest.Operands[1];
                    if (known[z] is not { Low: >= 0, High: <= 1 }) continue;
                    var a = x == z ? (1, 1) : x.Op != Op.Multiply ? default((double Low, double High)?)
                        : x.Operands[0] == z ? known[x.Operands[1]] : x.Operands[1] == z ? known[x.Operands[0]] : null;
                    if (a is { } found) return (Math.Min(found.Low, known[b].Low), Math.Max(found.High, known[b].High));
                }
            }
            var whole = value.Op == Op.Multiply && y.Op == Op.Divide && y.Operands[0].IsLiteral(1) ? y.Operands[1]
                : value.Op == Op.Divide && x == value.Operands[0] ? y : null;
            if (whole?.Op == Op.Add && whole.Operands.Contains(x) && whole.Operands.All(o => known[o].Low >= 0)) return (0, 1);
        }
        return null;
    }

    static (double Low, double High) Bound(Value value, (double Low, double High)[] x) => value.Op switch
    {
        Op.Literal => double.IsNaN(value.Number) ? everything : (value.Number, value.Number),
        Op.Fixed when value.Sizes.Count == 1 => (1, double.PositiveInfinity),
        Op.Negate => (-x[0].High, -x[0].Low),
        Op.Add => (x[0].Low + x[1].Low, x[0].High + x[1].High),
        Op.Subtract => (x[0].Low - x[1].High, x[0].High - x[1].Low),
        Op.Multiply when value.Operands[0] == value.Operands[1] => SquareOf(x[0]),
        Op.Multiply => Product(x[0], x[1]),
        Op.Divide when x[1].Low > 0 || x[1].High < 0 => Product(x[0], (1 / x[1].High, 1 / x[1].Low)),
        Op.Square => SquareOf(x[0]),
        Op.Abs => x[0].Low >= 0 ? x[0] : x[0].High <= 0 ? (-x[0].High, -x[0].Low) : (0, Math.Max(-x[0].Low, x[0].High)),
        Op.Sigmoid => (Logistic(x[0].Low), Logistic(x[0].High)),
        Op.Tanh => (Math.Tanh(x[0].Low), Math.Tanh(x[0].High)),
        Op.Exp => (Math.Exp(x[0].Low), Math.Exp(x[0].High)),
        Op.Log when x[0].Low >= 0 => (Math.Log(x[0].Low), Math.Log(x[0].High)),
        Op.Sqrt when x[0].Low >= 0 => (Math.Sqrt(x[0].Low), Math.Sqrt(x[0].High)),
        Op.Rsqrt when x[0].Low > 0 => (1 / Math.Sqrt(x[0].High), 1 / Math.Sqrt(x[0].Low)),
        Op.Softplus or Op.Sqrt or Op.Rsqrt or Op.Norm => (0, double.PositiveInfinity),
        Op.Relu => (Math.Max(0, x[0].Low), Math.Max(0, x[0].High)),
        Op.HardTanh => (Clamp(x[0].Low, -1, 1), Clamp(x[0].High, -1, 1)),
        Op.HardSigmoid => (Clamp(x[0].Low / 6 + 0.5, 0, 1), Clamp(x[0].High / 6 + 0.5, 0, 1)),
        Op.Sin or Op.Cos or Op.Sign or Op.Erf => (-1, 1),
        Op.Softmax => (0, 1),
        Op.StopGradient or Op.Broadcast or Op.AlongRows or Op.AlongColumns or Op.Slice or Op.Flip or Op.Transpose or Op.Flatten => x[0],
        Op.Min => (Math.Min(x[0].Low, x[1].Low), Math.Min(x[0].High, x[1].High)),
        Op.Max => (Math.Max(x[0].Low, x[1].Low), Math.Max(x[0].High, x[1].High)),
        Op.Clamp => (Math.Min(Math.Max(x[0].Low, x[1].Low), x[2].Low), Math.Min(Math.Max(x[0].High, x[1].High), x[2].High)),
        Op.Where => (Math.Min(x[1].Low, x[2].Low), Math.Max(x[1].High, x[2].High)),
        Op.Concat => (x.Min(i => i.Low), x.Max(i => i.High)),
        Op.Pow when value.Operands[1].Op == Op.Literal => PowerOf(x[0], value.Operands[1].Number),
        _ => everything,
    };

    static (double Low, double High) SquareOf((double Low, double High) x)
    {
        var (low, high) = (x.Low * x.Low, x.High * x.High);
        return x.Low <= 0 && x.High >= 0 ? (0, Math.Max(low, high)) : (Math.Min(low, high), Math.Max(low, high));
    }

    static (double Low, double High) PowerOf((double Low, double High) x, double e)
        => x.Low < 0 ? everything
            : e >= 0 ? (Math.Pow(x.Low, e), Math.Pow(x.High, e))
            : (Math.Pow(x.High, e), Math.Pow(x.Low, e));

    // 0 · ∞ is 0 here: the ends stand for finite numbers however large
    static (double Low, double High) Product((double Low, double High) x, (double Low, double High) y)
    {
        double[] ends = [Times(x.Low, y.Low), Times(x.Low, y.High), Times(x.High, y.Low), Times(x.High, y.High)];
        return (ends.Min(), ends.Max());
    }

    static double Times(double x, double y) => x == 0 || y == 0 ? 0 : x * y;

    static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    static double Clamp(double x, double low, double high) => Math.Min(Math.Max(x, low), high);
}
