using Recurve.Generator.IR;

namespace Recurve.Generator.Transform;

/// <summary>
/// One fused elementwise kernel as a small program of its own: s = F(p, u), y = G(p, s, u), in the notation of docs/differentiation.md.
/// Leaves are known by identity; besides those listed only Literal, Fixed and FixedMask occur, and every op is elementwise.
/// </summary>
/// <param name="Values">Everything below, leaves included, operands first.</param>
/// <param name="Streams">u: leaves with Op.Input, in the body's order.</param>
/// <param name="Old">p: leaves with Op.OldState, one per state; empty for a map.</param>
/// <param name="New">s: leaves with Op.Input, one per state; read by outputs only.</param>
/// <param name="Next">F: the new states, from streams and old states.</param>
/// <param name="Outputs">G: from streams, old and new states.</param>
/// <param name="Linear">For a scan: a and b with F = a ⊙ p + b, from streams alone.</param>
internal sealed record Region(
    IReadOnlyList<Value> Values,
    IReadOnlyList<Value> Streams,
    IReadOnlyList<Value> Old,
    IReadOnlyList<Value> New,
    IReadOnlyList<Value> Next,
    IReadOnlyList<Value> Outputs,
    (Value A, Value B)? Linear = null)
{
    /// <summary>
    /// Of steps that compose: the numbers of F as a map of its class, from streams alone. For Newton: J = F_p row by row, then F − J p,
    /// from streams and old states. Else empty.
    /// </summary>
    public IReadOnlyList<Value> Map { get; init; } = [];

    /// <summary>The arithmetic of one forward step and channel, in additions.</summary>
    public int Arithmetic => Reach.From(Next.Concat(Outputs)).Sum(v => OpTable.Of(v.Op).Cost);
}

/// <summary>The adjoint of a <see cref="Region"/>. It shares the region's leaves and primal values. Null stands for exactly zero.</summary>
/// <param name="Values">Everything below, leaves and primal values it needs included, operands first.</param>
/// <param name="Carry">c: leaves with Op.Input, one per state.</param>
/// <param name="OutputAdjoints">ȳ: leaves with Op.Input, one per output.</param>
/// <param name="Streams">ū, one per stream; null also where the stream is not differentiable.</param>
/// <param name="Delta">δ, one per state.</param>
/// <param name="Map">A row by row, then r, with δ = A c + r, neither reading c; empty for a map.</param>
internal sealed record AdjointRegion(
    IReadOnlyList<Value> Values,
    IReadOnlyList<Value> Carry,
    IReadOnlyList<Value> OutputAdjoints,
    IReadOnlyList<Value?> Streams,
    IReadOnlyList<Value?> Delta,
    IReadOnlyList<Value?> Map);
