namespace Recurve.Generator.IR;

/// <summary>
/// Derivatives, spelled with the primal result <c>v</c> where that is shorter. Ties as in docs/differentiation.md, which are PyTorch's. A branch is
/// chosen by selection, and where a slope may be NaN in the branch not taken the slope is selected, not the tangent: transposed, a selected
/// tangent would still meet the slope (0·NaN).
/// </summary>
internal static partial class OpTable
{
    static Value Zero(Builder b) => b.Literal(0);

    static Value? TangentOfNegate(Builder b, Value v, Value t) => b.Negate(t);

    static Value? TangentOfAdd(Builder b, Value v, Value t) => t;

    static Value? TangentOfSigmoid(Builder b, Value v, Value t) => b.Multiply(b.Multiply(v, b.Subtract(b.Literal(1), v)), t);

    static Value? TangentOfTanh(Builder b, Value v, Value t) => b.Multiply(b.Subtract(b.Literal(1), b.Square(v)), t);

    static Value? TangentOfExp(Builder b, Value v, Value t) => b.Multiply(v, t);

    static Value? TangentOfLog(Builder b, Value v, Value t) => b.Divide(t, v.Operands[0]);

    static Value? TangentOfLog1p(Builder b, Value v, Value t) => b.Divide(t, b.Add(b.Literal(1), v.Operands[0]));

    static Value? TangentOfSqrt(Builder b, Value v, Value t) => b.Multiply(b.Divide(b.Literal(0.5), v), t);

    static Value? TangentOfRsqrt(Builder b, Value v, Value t)
        => b.Multiply(b.Multiply(b.Literal(-0.5), b.Multiply(v, b.Square(v))), t);

    static Value? TangentOfSquare(Builder b, Value v, Value t) => b.Multiply(b.Multiply(b.Literal(2), v.Operands[0]), t);

    static Value? TangentOfAbs(Builder b, Value v, Value t) => b.Multiply(b.Sign(v.Operands[0]), t);

    static Value? TangentOfSin(Builder b, Value v, Value t) => b.Multiply(b.Cos(v.Operands[0]), t);

    static Value? TangentOfCos(Builder b, Value v, Value t) => b.Multiply(b.Negate(b.Sin(v.Operands[0])), t);

    static Value? TangentOfRelu(Builder b, Value v, Value t) => b.Where(b.Greater(v.Operands[0], Zero(b)), t, Zero(b));

    // σ + x σ (1 − σ) = σ + v (1 − σ)
    static Value? TangentOfSilu(Builder b, Value v, Value t)
    {
        var sigmoid = b.Sigmoid(v.Operands[0]);
        return b.Multiply(b.Add(sigmoid, b.Multiply(v, b.Subtract(b.Literal(1), sigmoid))), t);
    }

    // Φ + x φ
    static Value? TangentOfGelu(Builder b, Value v, Value t)
    {
        var x = v.Operands[0];
        var cumulative = b.Multiply(b.Literal(0.5), b.Add(b.Literal(1), b.Erf(b.Multiply(x, b.Literal(Math.Sqrt(0.5))))));
        var density = b.Multiply(b.Literal(1 / Math.Sqrt(2 * Math.PI)), b.Exp(b.Multiply(b.Literal(-0.5), b.Square(x))));
        return b.Multiply(b.Add(cumulative, b.Multiply(x, density)), t);
    }

    static Value? TangentOfSoftplus(Builder b, Value v, Value t) => b.Multiply(b.Sigmoid(v.Operands[0]), t);

    static Value? TangentOfHardTanh(Builder b, Value v, Value t)
        => b.Where(Inside(b, v.Operands[0], -1, 1), t, Zero(b));

    // clamp(x / 6 + 1/2, 0, 1)
    static Value? TangentOfHardSigmoid(Builder b, Value v, Value t)
        => b.Where(Inside(b, v.Operands[0], -3, 3), b.Multiply(b.Literal(1 / 6.0), t), Zero(b));

    static Value? TangentOfErf(Builder b, Value v, Value t)
        => b.Multiply(b.Multiply(b.Literal(2 / Math.Sqrt(Math.PI)), b.Exp(b.Negate(b.Square(v.Operands[0])))), t);

    static Value? TangentOfLeakyRelu(Builder b, Value v, Value t)
        => b.Where(b.Greater(v.Operands[0], Zero(b)), t, b.Multiply(b.Literal(v.Number), t));

    static Value? TangentOfLeftFactor(Builder b, Value v, Value t) => b.Multiply(v.Operands[1], t);

    static Value? TangentOfRightFactor(Builder b, Value v, Value t) => b.Multiply(v.Operands[0], t);

    static Value? TangentOfNumerator(Builder b, Value v, Value t) => b.Divide(t, v.Operands[1]);

    static Value? TangentOfDenominator(Builder b, Value v, Value t)
        => b.Multiply(b.Negate(b.Divide(v, v.Operands[1])), t);

    // e·xᵉ⁻¹, and 0 where e = 0 (0·∞ at x = 0 otherwise)
    static Value? TangentOfBase(Builder b, Value v, Value t)
    {
        var (x, e) = (v.Operands[0], v.Operands[1]);
        if (e.IsLiteral(0)) return null;
        var slope = b.Multiply(e, b.Pow(x, b.Subtract(e, b.Literal(1))));
        return b.Multiply(e.Op == Op.Literal ? slope : b.Where(IsZero(b, e), Zero(b), slope), t);
    }

    // xᵉ log x, and 0 where x = 0 and e ≥ 0
    static Value? TangentOfExponent(Builder b, Value v, Value t)
    {
        var (x, e) = (v.Operands[0], v.Operands[1]);
        var flat = b.And(IsZero(b, x), b.GreaterEqual(e, Zero(b)));
        return b.Multiply(b.Where(flat, Zero(b), b.Multiply(v, b.Log(x))), t);
    }

    static Value? TangentOfMinLeft(Builder b, Value v, Value t) => Chosen(b, v.Operands[0], v.Operands[1], t);

    static Value? TangentOfMinRight(Builder b, Value v, Value t) => Chosen(b, v.Operands[1], v.Operands[0], t);

    static Value? TangentOfMaxLeft(Builder b, Value v, Value t) => Chosen(b, v.Operands[1], v.Operands[0], t);

    static Value? TangentOfMaxRight(Builder b, Value v, Value t) => Chosen(b, v.Operands[0], v.Operands[1], t);

    static Value? TangentOfLogAddExpLeft(Builder b, Value v, Value t) => Share(b, v, v.Operands[0], v.Operands[1], t);

    static Value? TangentOfLogAddExpRight(Builder b, Value v, Value t) => Share(b, v, v.Operands[1], v.Operands[0], t);

    static Value? TangentOfClamped(Builder b, Value v, Value t)
        => b.Where(b.And(b.GreaterEqual(v.Operands[0], v.Operands[1]), b.LessEqual(v.Operands[0], v.Operands[2])), t, Zero(b));

    static Value? TangentOfLowerBound(Builder b, Value v, Value t)
        => b.Where(b.And(b.Less(v.Operands[0], v.Operands[1]), b.Less(v.Operands[1], v.Operands[2])), t, Zero(b));

    // lo > hi gives hi
    static Value? TangentOfUpperBound(Builder b, Value v, Value t)
        => b.Where(b.Or(b.Greater(v.Operands[0], v.Operands[2]), b.Less(v.Operands[2], v.Operands[1])), t, Zero(b));

    static Value? TangentOfWhenTrue(Builder b, Value v, Value t) => b.Where(v.Operands[0], t, Zero(b));

    static Value? TangentOfWhenFalse(Builder b, Value v, Value t) => b.Where(v.Operands[0], Zero(b), t);

    // t where smaller < larger, half of it at a tie
    static Value Chosen(Builder b, Value smaller, Value larger, Value t)
        => b.Where(b.Less(smaller, larger), t, b.Where(b.Less(larger, smaller), Zero(b), b.Multiply(b.Literal(0.5), t)));

    // eᵒʷⁿ / (eᵒʷⁿ + eᵒᵗʰᵉʳ); at (−∞, −∞), where own − other is NaN, zero
    static Value Share(Builder b, Value v, Value own, Value other, Value t)
        => b.Multiply(b.Where(b.LessEqual(v, b.Literal(double.NegativeInfinity)), Zero(b), b.Sigmoid(b.Subtract(own, other))), t);

    static Value Inside(Builder b, Value x, double low, double high)
        => b.And(b.Greater(x, b.Literal(low)), b.Less(x, b.Literal(high)));

    static Value IsZero(Builder b, Value x) => b.And(b.LessEqual(x, Zero(b)), b.GreaterEqual(x, Zero(b)));
}
