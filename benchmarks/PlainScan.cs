using Recurve.Contracts;

namespace Recurve.Benchmarks;

/// <summary>h = a h + b: the scan with no arithmetic but its own.</summary>
struct PlainScan : IScanBody
{
    public static BodySignature Signature { get; } = new(
        2, 0, 1, [true, true], AdjointReadsNew: false, RecurrenceReadsStates: false, AdjointReads: [true, false], RecurrenceReads: [true, false]);

    public static void Coefficients<V>(in Frame<V> x, out V a, out V b) where V : unmanaged, ILane<V> => (a, b) = (x.Stream(0), x.Stream(1));

    public static void Outputs<V>(in Frame<V> x, V p, V s) where V : unmanaged, ILane<V> { }

    public static void AdjointCoefficients<V>(in Frame<V> x, V p, V s, out V a, out V r) where V : unmanaged, ILane<V>
        => (a, r) = (x.Stream(0), V.Create(0));

    public static V Adjoint<V>(in Frame<V> x, V p, V s, V c) where V : unmanaged, ILane<V>
    {
        x.Adjoint(0, c * p);
        x.Adjoint(1, c);
        return x.Stream(0) * c;
    }
}
