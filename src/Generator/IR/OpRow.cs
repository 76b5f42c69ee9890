namespace Recurve.Generator.IR;

/// <summary>
/// The tangent that one operand contributes: ∂v/∂operand · t, built of operations linear in t (see <c>Transpose</c>).
/// Null: the derivative is zero everywhere.
/// </summary>
/// <param name="b">Where to build.</param>
/// <param name="v">The value being differentiated; its own result may be used.</param>
/// <param name="t">The operand's tangent.</param>
internal delegate Value? Tangent(Builder b, Value v, Value t);

/// <summary>Everything the compiler knows of one op.</summary>
/// <param name="Arity">Number of operands; -1: one or more.</param>
/// <param name="Result">Element of the result; null: that of the operands (structure, Where).</param>
/// <param name="Linearity">Per operand; the last one repeats.</param>
/// <param name="Tangents">Per operand, for elementwise ops of reals; a missing one is <see cref="Linearity.Constant"/>.</param>
/// <param name="Cost">Of one channel, in additions.</param>
/// <param name="CSharp">Spelling on a lane: {0}… are operands, {number} is <see cref="Value.Number"/>; null where no lane computes it.</param>
/// <param name="C">The same on one channel, in the text of a device body.</param>
/// <param name="Infix">How a reader writes it, if as an operator.</param>
internal sealed record OpRow(
    Op Op,
    int Arity,
    Family Family,
    ShapeRule Shape,
    Element? Result,
    Linearity[] Linearity,
    Tangent?[] Tangents,
    int Cost,
    string? CSharp,
    string? C,
    string? Infix)
{
    public string Name => Op.ToString();

    public Linearity In(int operand) => Linearity[Math.Min(operand, Linearity.Length - 1)];

    public Tangent? TangentOf(int operand) => operand < Tangents.Length ? Tangents[operand] : null;
}
