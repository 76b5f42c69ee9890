namespace Recurve.Generator.IR;

/// <summary>Operations of a Program. Every op has a row in OpTable.</summary>
internal enum Op
{
    // leaves: named by Value.Name, except Literal (Value.Number); a Fixed with Value.Sizes = (n) is the number n
    Input, OldState, Field, Fixed, FixedMask, Literal,

    // leaf: a tangent input, between Linearize and Transpose only
    Tangent,

    // elementwise, one operand
    Negate, Sigmoid, Tanh, Exp, Log, Log1p, Sqrt, Rsqrt, Square, Abs, Sign, Sin, Cos, Relu, Silu, Gelu, Softplus,
    HardTanh, HardSigmoid, Erf, LeakyRelu /* Number: slope */, StopGradient,

    // elementwise, two operands; Pow's exponent is its second operand
    Add, Subtract, Multiply, Divide, Pow, Min, Max, LogAddExp,

    // masks
    Less, LessEqual, Greater, GreaterEqual, And, Or, Not,

    // elementwise, three operands: Clamp(v, lo, hi), Where(mask, a, b)
    Clamp, Where,

    // contraction
    MatVec, MatMat, Outer, VecMat /* mᵀ v, of (v, m) */,

    // reduction over channels, to size 1
    Sum, Norm,

    // over one vector; Number: epsilon
    Softmax, LayerNorm, RmsNorm,

    // structure; Slice has Value.Sizes = (start, length), Broadcast takes a vector of size 1 to Value.Shape, AlongRows and AlongColumns repeat a
    // vector to a matrix Value.Shape: m[i, j] = v[j], and m[i, j] = v[i]
    Broadcast, AlongRows, AlongColumns, Concat, Slice, Flip, Transpose, Diagonal, Flatten,
}
