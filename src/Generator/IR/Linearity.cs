namespace Recurve.Generator.IR;

/// <summary>How an op's result depends on one operand, the others held fixed.</summary>
internal enum Linearity
{
    /// <summary>Only through comparison: its derivative is zero where it exists (masks, Sign, StopGradient).</summary>
    Constant,

    /// <summary>Linear in all operands together (sums, structure).</summary>
    Linear,

    /// <summary>Linear in this operand, with the others as coefficients (products; a quotient's numerator; the branches of Where).</summary>
    Bilinear,

    /// <summary>min(hi, max(lo, ·)) of this operand, the others being the bounds.</summary>
    Clamping,

    /// <summary>A sum of the log semiring.</summary>
    Tropical,

    Nonlinear,
}

/// <summary>What staging needs to know of an op.</summary>
internal enum Family
{
    Leaf,

    /// <summary>Aligned by channel; a scalar mixes freely.</summary>
    Elementwise,

    /// <summary>Products of matrices and vectors.</summary>
    Contraction,

    /// <summary>Over the channels of one vector.</summary>
    Reduction,

    /// <summary>Moves numbers, computes nothing.</summary>
    Structure,
}
