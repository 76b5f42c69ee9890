namespace Recurve.Contracts;

/// <summary>
/// What a skeleton must know of a body before it runs. All streams, outputs and states of a body have the same width;
/// narrower ones are broadcast by the plan before.
/// </summary>
/// <param name="Streams">Number of inputs.</param>
/// <param name="Outputs">Number of outputs besides the new states.</param>
/// <param name="States">Number of states (0 for a map, 1 for a scan).</param>
/// <param name="Differentiable">For each stream, whether the adjoint writes it; the others have adjoint zero.</param>
/// <param name="AdjointReadsOld">Whether the adjoint reads the old states.</param>
/// <param name="AdjointReadsNew">Whether the adjoint reads the new states.</param>
/// <param name="SameAdjoint">For each stream, the first one whose adjoint is the same value; null: no two are.</param>
/// <param name="RecurrenceReadsStates">Whether the coefficients of a scan's reversed recurrence read the old or the new state.</param>
/// <param name="AdjointReads">For each stream, whether the adjoint of a scan reads it; null: all.</param>
/// <param name="RecurrenceReads">The same of the coefficients of its reversed recurrence.</param>
/// <param name="Arithmetic">Of one forward step and channel, in additions; 0: not known, taken for little.</param>
public sealed record BodySignature(
    int Streams, int Outputs, int States, bool[] Differentiable, bool AdjointReadsOld = true, bool AdjointReadsNew = true, int[]? SameAdjoint = null,
    bool RecurrenceReadsStates = true, bool[]? AdjointReads = null, bool[]? RecurrenceReads = null, int Arithmetic = 0)
{
    internal int FirstWithAdjointOf(int stream) => SameAdjoint is { } first ? first[stream] : stream;
}

/// <summary>The arithmetic of one fused kernel, generated from a cell; a struct without fields.</summary>
public interface IBody
{
    /// <summary>Counts and flags; the same object at every call.</summary>
    static abstract BodySignature Signature { get; }

    /// <summary>The same arithmetic on one channel, in the common subset of CUDA C++ and OpenCL C (docs/devices.md); null: the body runs on the processor alone.</summary>
    static virtual string? DeviceText => null;
}

/// <summary>An elementwise map: reads streams, writes outputs.</summary>
public interface IMapBody : IBody
{
    /// <summary>Reads streams, writes every output.</summary>
    static abstract void Forward<V>(in Frame<V> x) where V : unmanaged, ILane<V>;

    /// <summary>Reads streams and output adjoints, writes the adjoint of every differentiable stream.</summary>
    static abstract void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>;
}

/// <summary>A linear recurrence of one state: s = a ⊙ p + b with p the old state.</summary>
public interface IScanBody : IBody
{
    /// <summary>a and b from the streams.</summary>
    static abstract void Coefficients<V>(in Frame<V> x, out V a, out V b) where V : unmanaged, ILane<V>;

    /// <summary>Writes every output from the streams, the old state p and the new state s.</summary>
    static abstract void Outputs<V>(in Frame<V> x, V p, V s) where V : unmanaged, ILane<V>;

    /// <summary>The reversed recurrence δ = a ⊙ c + r, where c is the adjoint handed back by the next step.</summary>
    static abstract void AdjointCoefficients<V>(in Frame<V> x, V p, V s, out V a, out V r) where V : unmanaged, ILane<V>;

    /// <summary>δ again, and the adjoint of every differentiable stream is written.</summary>
    static abstract V Adjoint<V>(in Frame<V> x, V p, V s, V c) where V : unmanaged, ILane<V>;
}

/// <summary>Any recurrence of k states in which a channel depends on itself alone; run step by step.</summary>
public interface ISequentialBody : IBody
{
    /// <summary>Reads streams and Old, writes every New and every output.</summary>
    static abstract void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V>;

    /// <summary>Reads streams, Old, New, Carry and output adjoints; writes every Delta and every differentiable stream's adjoint.</summary>
    static abstract void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>;
}
