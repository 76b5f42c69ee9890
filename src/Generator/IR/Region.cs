using Recurve.Generator.Support;

namespace Recurve.Generator.IR;

/// <summary>
/// The arithmetic of one elementwise stage, on its own: s = F(p, u), y = G(p, s, u) in docs/differentiation.md. All values are
/// elementwise, of shape [Width] or []; leaves are the ones listed here, Fixed, FixedMask and Literal.
/// </summary>
/// <param name="Width">Channels.</param>
/// <param name="Streams">Leaves u (Op.Stream).</param>
/// <param name="Old">Leaves p (Op.OldState), one per state; none for a map.</param>
/// <param name="New">Leaves s (Op.NewState), as outputs read them.</param>
/// <param name="Next">F: the new values, made of streams and old states.</param>
/// <param name="Outputs">G: the outputs, made of streams, old and new states.</param>
internal sealed record Region(
    Size Width,
    IReadOnlyList<Value> Streams,
    IReadOnlyList<Value> Old,
    IReadOnlyList<Value> New,
    IReadOnlyList<Value> Next,
    IReadOnlyList<Value> Outputs);

/// <summary>
/// The adjoint of a <see cref="Region"/>: δ and ū as values made of the region's own leaves and of the leaves listed here. It shares
/// the region's values, so what it needs of them is recomputed by whoever evaluates it; ids continue the region's. A null
/// is an adjoint that is exactly zero because nothing leads there.
/// </summary>
/// <param name="Carry">Leaves c (Op.Carry), one per state.</param>
/// <param name="OutputAdjoints">Leaves ȳ (Op.OutputAdjoint), one per output.</param>
/// <param name="Delta">δ, one per state.</param>
/// <param name="Streams">ū, one per stream.</param>
/// <param name="A">With one state δ = A c + R: A, else null.</param>
/// <param name="R">With one state: R, else null.</param>
internal sealed record AdjointRegion(
    IReadOnlyList<Value> Carry,
    IReadOnlyList<Value> OutputAdjoints,
    IReadOnlyList<Value?> Delta,
    IReadOnlyList<Value?> Streams,
    Value? A,
    Value? R);
