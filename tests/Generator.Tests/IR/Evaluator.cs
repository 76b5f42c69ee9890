using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Tests.IR;

/// <summary>Runs values in double precision, row-major; masks are 0 and 1. Written apart from the eager language, which it can be held against.</summary>
sealed class Evaluator(IReadOnlyDictionary<Value, double[]> leaves, Func<Size, int>? sizes = null)
{
    readonly Dictionary<Value, double[]> known = [];

    public double[] Of(Value root)
    {
        foreach (var value in Reach.From([root]))
        {
            if (!known.ContainsKey(value)) known[value] = Compute(value, [.. value.Operands.Select(o => known[o])]);
        }
        return known[root];
    }

    int Extent(Size size) => (int)(size.Literal ?? sizes!(size));

    double[] Compute(Value v, double[][] x)
    {
        if (leaves.TryGetValue(v, out var given)) return given;
        if (v.Op == Op.Literal) return [v.Number];
        if (v.Op == Op.Fixed && v.Sizes.Count == 1) return [Extent(v.Sizes[0])];
        if (v.IsLeaf) throw new InvalidOperationException($"Nothing is given for {v.Op} {v.Name}.");
        if (v.Row().Family == Family.Elementwise)
        {
            var count = x.Max(o => o.Length);
            return [.. Enumerable.Range(0, count).Select(i => Scalar(v, [.. x.Select(o => o[o.Length == 1 ? 0 : i])]))];
        }

        var rows = v.Operands[0].Shape.Rank > 0 ? Extent(v.Operands[0].Shape.Axes[0]) : 1;
        var columns = v.Operands[0].Shape.Rank > 1 ? Extent(v.Operands[0].Shape.Axes[1]) : 1;
        return v.Op switch
        {
            Op.MatVec => [.. Range(rows).Select(i => Range(columns).Sum(j => x[0][i * columns + j] * x[1][j]))],
            Op.MatMat => MatMat(x[0], x[1], rows, columns),
            Op.VecMat => MatMat(x[0], x[1], 1, rows),
            Op.AlongRows => [.. Range(Extent(v.Shape.Axes[0])).SelectMany(_ => x[0])],
            Op.AlongColumns => [.. x[0].SelectMany(a => Range(Extent(v.Shape.Axes[1])).Select(_ => a))],
            Op.Outer => [.. from a in x[0] from b in x[1] select a * b],
            Op.Sum => [x[0].Sum()],
            Op.Norm => [Math.Sqrt(x[0].Sum(a => a * a))],
            Op.Softmax => [.. x[0].Select(a => Math.Exp(a - x[0].Max()) / x[0].Sum(b => Math.Exp(b - x[0].Max())))],
            Op.LayerNorm => [.. x[0].Select(a => (a - x[0].Average())
                / Math.Sqrt(x[0].Average(b => Math.Pow(b - x[0].Average(), 2)) + v.Number))],
            Op.RmsNorm => [.. x[0].Select(a => a / Math.Sqrt(x[0].Average(b => b * b) + v.Number))],
            Op.Broadcast => [.. Range(v.Shape.Axes.Aggregate(1, (n, axis) => n * Extent(axis))).Select(_ => x[0][0])],
            Op.Concat => [.. x.SelectMany(a => a)],
            Op.Slice => [.. x[0].Skip(Extent(v.Sizes[0])).Take(Extent(v.Sizes[1]))],
            Op.Flip => [.. x[0].Reverse()],
            Op.Transpose => [.. from j in Range(columns) from i in Range(rows) select x[0][i * columns + j]],
            Op.Diagonal => [.. from i in Range(rows) from j in Range(rows) select i == j ? x[0][i] : 0],
            Op.Flatten => x[0],
            _ => throw new InvalidOperationException($"{v.Op} cannot be evaluated."),
        };
    }

    static IEnumerable<int> Range(int count) => Enumerable.Range(0, count);

    static double[] MatMat(double[] a, double[] b, int rows, int inner)
    {
        var columns = b.Length / inner;
        return [.. from i in Range(rows) from j in Range(columns) select Range(inner).Sum(k => a[i * inner + k] * b[k * columns + j])];
    }

    static double Scalar(Value v, double[] x) => v.Op switch
    {
        Op.Negate => -x[0],
        Op.Sigmoid => 1 / (1 + Math.Exp(-x[0])),
        Op.Tanh => Math.Tanh(x[0]),
        Op.Exp => Math.Exp(x[0]),
        Op.Log => Math.Log(x[0]),
        Op.Log1p => Math.Abs(x[0]) < 1e-5 ? x[0] - x[0] * x[0] / 2 : Math.Log(1 + x[0]),
        Op.Sqrt => Math.Sqrt(x[0]),
        Op.Rsqrt => 1 / Math.Sqrt(x[0]),
        Op.Square => x[0] * x[0],
        Op.Abs => Math.Abs(x[0]),
        Op.Sign => double.IsNaN(x[0]) ? x[0] : Math.Sign(x[0]),
        Op.Sin => Math.Sin(x[0]),
        Op.Cos => Math.Cos(x[0]),
        Op.Relu => Math.Max(0, x[0]),
        Op.Silu => x[0] / (1 + Math.Exp(-x[0])),
        Op.Gelu => 0.5 * x[0] * (1 + Erf(x[0] / Math.Sqrt(2))),
        Op.Softplus => Math.Max(x[0], 0) + Math.Log(1 + Math.Exp(-Math.Abs(x[0]))),
        Op.HardTanh => Math.Clamp(x[0], -1, 1),
        Op.HardSigmoid => Math.Clamp(x[0] / 6 + 0.5, 0, 1),
        Op.Erf => Erf(x[0]),
        Op.LeakyRelu => x[0] > 0 ? x[0] : v.Number * x[0],
        Op.StopGradient => x[0],
        Op.Add => x[0] + x[1],
        Op.Subtract => x[0] - x[1],
        Op.Multiply => x[0] * x[1],
        Op.Divide => x[0] / x[1],
        Op.Pow => Math.Pow(x[0], x[1]),
        Op.Min => Math.Min(x[0], x[1]),
        Op.Max => Math.Max(x[0], x[1]),
        Op.LogAddExp => x[0] == x[1] ? x[0] + Math.Log(2) : Math.Max(x[0], x[1]) + Math.Log(1 + Math.Exp(-Math.Abs(x[0] - x[1]))),
        Op.Less => x[0] < x[1] ? 1 : 0,
        Op.LessEqual => x[0] <= x[1] ? 1 : 0,
        Op.Greater => x[0] > x[1] ? 1 : 0,
        Op.GreaterEqual => x[0] >= x[1] ? 1 : 0,
        Op.And => x[0] * x[1],
        Op.Or => Math.Max(x[0], x[1]),
        Op.Not => 1 - x[0],
        Op.Clamp => Math.Min(Math.Max(x[0], x[1]), x[2]),
        Op.Where => x[0] != 0 ? x[1] : x[2],
        _ => throw new InvalidOperationException($"{v.Op} cannot be evaluated."),
    };

    // 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!: terms of one sign
    static double Erf(double x)
    {
        if (Math.Abs(x) > 6) return Math.Sign(x);
        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++) sum += term *= 2 * x * x / (2 * n + 1);
        return sum * Math.Exp(-x * x) * 2 / Math.Sqrt(Math.PI);
    }
}
