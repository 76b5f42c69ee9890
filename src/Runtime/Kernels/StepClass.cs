namespace Recurve.Kernels;

/// <summary>Classes of steps that compose: what the numbers of a <see cref="Contracts.StepMap{V}"/> mean.</summary>
internal enum StepClass
{
    /// <summary>s = A p + b with k × k coefficients per channel.</summary>
    Block,
    /// <summary>s = min(hi, max(lo, a p + b)).</summary>
    Clamped,
    /// <summary>s = max(p + a, b).</summary>
    MaxPlus,
    /// <summary>s = logaddexp(p + a, b).</summary>
    LogPlus,
}
