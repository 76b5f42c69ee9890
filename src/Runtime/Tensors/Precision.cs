namespace Recurve;

/// <summary>
/// How a device stores what the stages of a cell leave each other: pre-activations, sequences of states, and their adjoints. Arithmetic, weights, inputs, outputs, final states and
/// the gradients of parameters are in single precision either way.
/// </summary>
public enum Precision
{
    /// <summary>32 bits, of which 24 are significant.</summary>
    Single,

    /// <summary>The upper half of single precision: 8 significant bits, so that storing a number changes it by at most 2⁻⁸ of itself. Half of the memory, and of its traffic. To nearest, ties to even; NaN stays NaN.</summary>
    BFloat16,
}
