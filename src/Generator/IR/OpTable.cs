using static Recurve.Generator.IR.Family;
using static Recurve.Generator.IR.Linearity;

namespace Recurve.Generator.IR;

/// <summary>One row per op. Derivatives are in OpTable.Tangents.cs, by the same names.</summary>
internal static partial class OpTable
{
    static readonly Dictionary<Op, OpRow> rows = Rows().ToDictionary(row => row.Op);

    public static OpRow Of(Op op) => rows[op];

    public static OpRow Row(this Value value) => rows[value.Op];

    public static IEnumerable<OpRow> All => rows.Values;

    static IEnumerable<OpRow> Rows()
    {
        foreach (var leaf in new[]
        {
            Op.Input, Op.OldState, Op.Field, Op.Fixed, Op.FixedMask, Op.Literal, Op.Tangent,
        })
        {
            yield return new(leaf, 0, Leaf, Leaves, leaf == Op.FixedMask ? Element.Mask : Element.Real, [Constant], [], 0, null, null, null);
        }

        yield return Operator(Op.Negate, 1, [Linear], [TangentOfNegate], 1, "-{0}", "-");
        yield return Unary(Op.Sigmoid, Nonlinear, TangentOfSigmoid, 12, "sigmoid({0})");
        yield return Unary(Op.Tanh, Nonlinear, TangentOfTanh, 14, "tanh({0})");
        yield return Unary(Op.Exp, Nonlinear, TangentOfExp, 10, "exp({0})");
        yield return Unary(Op.Log, Nonlinear, TangentOfLog, 12, "log({0})");
        yield return Unary(Op.Log1p, Nonlinear, TangentOfLog1p, 14, "log1p({0})");
        yield return Unary(Op.Sqrt, Nonlinear, TangentOfSqrt, 5, "sqrt({0})");
        yield return Unary(Op.Rsqrt, Nonlinear, TangentOfRsqrt, 6, "rsqrt({0})");
        yield return Unary(Op.Square, Nonlinear, TangentOfSquare, 1, "square({0})");
        yield return Unary(Op.Abs, Nonlinear, TangentOfAbs, 1, "fabs({0})");
        yield return Unary(Op.Sign, Constant, null, 2, "sign({0})");
        yield return Unary(Op.Sin, Nonlinear, TangentOfSin, 14, "sin({0})");
        yield return Unary(Op.Cos, Nonlinear, TangentOfCos, 14, "cos({0})");
        yield return Unary(Op.Relu, Clamping, TangentOfRelu, 1, "relu({0})");
        yield return Unary(Op.Silu, Nonlinear, TangentOfSilu, 13, "silu({0})");
        yield return Unary(Op.Gelu, Nonlinear, TangentOfGelu, 18, "gelu({0})");
        yield return Unary(Op.Softplus, Nonlinear, TangentOfSoftplus, 20, "softplus({0})");
        yield return Unary(Op.HardTanh, Clamping, TangentOfHardTanh, 2, "hardtanh({0})");
        yield return Unary(Op.HardSigmoid, Nonlinear, TangentOfHardSigmoid, 3, "hardsigmoid({0})");
        yield return Unary(Op.Erf, Nonlinear, TangentOfErf, 14, "erf({0})");
        yield return Unary(Op.LeakyRelu, Nonlinear, TangentOfLeakyRelu, 3, "leaky_relu({0}, {number})", "V.LeakyRelu({0}, {number})");
        yield return Operator(Op.StopGradient, 1, [Linear], [null], 0, "{0}", null);

        yield return Operator(Op.Add, 2, [Linear], [TangentOfAdd, TangentOfAdd], 1, "{0} + {1}", "+");
        yield return Operator(Op.Subtract, 2, [Linear], [TangentOfAdd, TangentOfNegate], 1, "{0} - {1}", "-");
        yield return Operator(Op.Multiply, 2, [Bilinear], [TangentOfLeftFactor, TangentOfRightFactor], 1, "{0} * {1}", "*");
        yield return Operator(Op.Divide, 2, [Bilinear, Nonlinear], [TangentOfNumerator, TangentOfDenominator], 4, "{0} / {1}", "/");
        yield return Binary(Op.Pow, [Nonlinear], [TangentOfBase, TangentOfExponent], 25, "power({0}, {1})");
        yield return Binary(Op.Min, [Clamping], [TangentOfMinLeft, TangentOfMinRight], 1, "minimum({0}, {1})");
        yield return Binary(Op.Max, [Clamping], [TangentOfMaxLeft, TangentOfMaxRight], 1, "maximum({0}, {1})");
        yield return Binary(Op.LogAddExp, [Tropical], [TangentOfLogAddExpLeft, TangentOfLogAddExpRight], 25, "logaddexp({0}, {1})");

        yield return Comparison(Op.Less, "<");
        yield return Comparison(Op.LessEqual, "<=");
        yield return Comparison(Op.Greater, ">");
        yield return Comparison(Op.GreaterEqual, ">=");
        yield return new(Op.And, 2, Elementwise, ShapeRules.Elementwise, Element.Mask, [Constant], [], 1, "{0} & {1}", "{0} && {1}", "&");
        yield return new(Op.Or, 2, Elementwise, ShapeRules.Elementwise, Element.Mask, [Constant], [], 1, "{0} | {1}", "{0} || {1}", "|");
        yield return new(Op.Not, 1, Elementwise, ShapeRules.Elementwise, Element.Mask, [Constant], [], 1, "~{0}", "!{0}", "!");

        yield return new(Op.Clamp, 3, Elementwise, ShapeRules.Elementwise, Element.Real, [Clamping],
            [TangentOfClamped, TangentOfLowerBound, TangentOfUpperBound], 2, "V.Clamp({0}, {1}, {2})", "clip({0}, {1}, {2})", null);
        yield return new(Op.Where, 3, Elementwise, ShapeRules.Elementwise, null, [Constant, Bilinear, Bilinear],
            [null, TangentOfWhenTrue, TangentOfWhenFalse], 1, "V.Select({0}, {1}, {2})", "where({0}, {1}, {2})", null);

        yield return Other(Op.MatVec, 2, Contraction, ShapeRules.MatVec, Bilinear);
        yield return Other(Op.VecMat, 2, Contraction, ShapeRules.VecMat, Bilinear);
        yield return Other(Op.MatMat, 2, Contraction, ShapeRules.MatMat, Bilinear);
        yield return Other(Op.Outer, 2, Contraction, ShapeRules.Outer, Bilinear);
        yield return Other(Op.Sum, 1, Reduction, ShapeRules.One, Linear);
        yield return Other(Op.Norm, 1, Reduction, ShapeRules.One, Nonlinear);
        yield return Other(Op.Softmax, 1, Reduction, ShapeRules.Same, Nonlinear);
        yield return Other(Op.LayerNorm, 1, Reduction, ShapeRules.Same, Nonlinear);
        yield return Other(Op.RmsNorm, 1, Reduction, ShapeRules.Same, Nonlinear);
        yield return Other(Op.Broadcast, 1, Structure, ShapeRules.Broadcast, Linear);
        yield return Other(Op.AlongRows, 1, Structure, ShapeRules.AlongRows, Linear);
        yield return Other(Op.AlongColumns, 1, Structure, ShapeRules.AlongColumns, Linear);
        yield return Other(Op.Concat, -1, Structure, ShapeRules.Concat, Linear);
        yield return Other(Op.Slice, 1, Structure, ShapeRules.Slice, Linear);
        yield return Other(Op.Flip, 1, Structure, ShapeRules.Same, Linear);
        yield return Other(Op.Transpose, 1, Structure, ShapeRules.Transpose, Linear);
        yield return Other(Op.Diagonal, 1, Structure, ShapeRules.Diagonal, Linear);
        yield return Other(Op.Flatten, 1, Structure, ShapeRules.Flatten, Linear);
    }

    static Shape? Leaves(IReadOnlyList<Shape> operands, IReadOnlyList<Support.Size> sizes, ISizes ask) => null;

    static OpRow Unary(Op op, Linearity linearity, Tangent? tangent, int cost, string device, string? lane = null)
        => new(op, 1, Elementwise, ShapeRules.Elementwise, Element.Real, [linearity], [tangent], cost, lane ?? $"V.{op}({{0}})", device, null);

    static OpRow Binary(Op op, Linearity[] linearity, Tangent[] tangents, int cost, string device)
        => new(op, 2, Elementwise, ShapeRules.Elementwise, Element.Real, linearity, tangents, cost, $"V.{op}({{0}}, {{1}})", device, null);

    static OpRow Operator(Op op, int arity, Linearity[] linearity, Tangent?[] tangents, int cost, string spelling, string? infix)
        => new(op, arity, Elementwise, ShapeRules.Elementwise, Element.Real, linearity, tangents, cost, spelling, spelling, infix);

    static OpRow Comparison(Op op, string sign)
        => new(op, 2, Elementwise, ShapeRules.Elementwise, Element.Mask, [Constant], [], 1, $"{{0}} {sign} {{1}}", $"{{0}} {sign} {{1}}", sign);

    static OpRow Other(Op op, int arity, Family family, ShapeRule shape, Linearity linearity)
        => new(op, arity, family, shape, null, [linearity], [], 0, null, null, null);
}
