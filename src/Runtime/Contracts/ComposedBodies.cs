namespace Recurve.Contracts;

/// <summary>
/// Where a body writes what one step does to the state, per channel. The numbers stand for a map of its class:
/// Block of k states: A row by row, then b (s = A p + b); Clamped: a, b, lo, hi (s = min(hi, max(lo, a p + b)));
/// MaxPlus and LogPlus: a, b (s = max(p + a, b), logaddexp(p + a, b)).
/// </summary>
public readonly unsafe struct StepMap<V> where V : unmanaged, ILane<V>
{
    readonly V* numbers;

    internal StepMap(V* numbers) => this.numbers = numbers;

    /// <summary>Writes number <paramref name="index"/> of the map.</summary>
    public void Set(int index, V value) => numbers[index] = value;
}

/// <summary>A recurrence whose adjoint is known as a map, so that the backward pass can split time.</summary>
public interface ISplitAdjointBody : ISequentialBody
{
    /// <summary>
    /// The step against the order, δ = A c + r with c what the next step hands back: A row by row, then r.
    /// Reads streams, Old, New and output adjoints; linear for every class.
    /// </summary>
    static abstract void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>;
}

/// <summary>A recurrence whose steps are closed under composition (Block, Clamped, MaxPlus, LogPlus), so that time can be split.</summary>
public interface IComposedBody : ISplitAdjointBody
{
    /// <summary>The step as a map of its class; reads streams and fixed numbers only.</summary>
    static abstract void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>;
}

/// <summary>A nonlinear recurrence within channels that Newton's method may solve for all steps at once.</summary>
public interface INewtonBody : ISplitAdjointBody
{
    /// <summary>
    /// The step linearised at a guess p of the old states: the Jacobian J row by row, then F(p) − J p.
    /// Reads streams, fixed numbers and Old (the guess).
    /// </summary>
    static abstract void Linearised<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>;
}
