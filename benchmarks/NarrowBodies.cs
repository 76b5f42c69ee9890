using Recurve.Contracts;

namespace Recurve.Benchmarks;

/// <summary>minGRU from pre-activations, with biases: z = σ(u₀ + u₂), h = (1 − z) h + z (u₁ + u₃).</summary>
struct GatedScan : IScanBody
{
    public static BodySignature Signature { get; } = new(4, 0, 1, [true, true, true, true], AdjointReadsNew: false, Arithmetic: 20);

    public static void Coefficients<V>(in Frame<V> x, out V a, out V b) where V : unmanaged, ILane<V>
    {
        V z = V.Sigmoid(x.Stream(0) + x.Stream(2));
        (a, b) = (1f - z, z * (x.Stream(1) + x.Stream(3)));
    }

    public static void Outputs<V>(in Frame<V> x, V p, V s) where V : unmanaged, ILane<V> { }

    public static void AdjointCoefficients<V>(in Frame<V> x, V p, V s, out V a, out V r) where V : unmanaged, ILane<V>
        => (a, r) = (1f - V.Sigmoid(x.Stream(0) + x.Stream(2)), 0f);

    public static V Adjoint<V>(in Frame<V> x, V p, V s, V c) where V : unmanaged, ILane<V>
    {
        V z = V.Sigmoid(x.Stream(0) + x.Stream(2));
        V gate = c * z * (1f - z) * (x.Stream(1) + x.Stream(3) - p);
        x.Adjoint(0, gate);
        x.Adjoint(1, c * z);
        x.Adjoint(2, gate);
        x.Adjoint(3, c * z);
        return (1f - z) * c;
    }
}

/// <summary>y = σ(x + b).</summary>
struct SigmoidMap : IMapBody
{
    public static BodySignature Signature { get; } = new(2, 1, 0, [true, true]);

    public static void Forward<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.Output(0, V.Sigmoid(x.Stream(0) + x.Stream(1)));

    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        V y = V.Sigmoid(x.Stream(0) + x.Stream(1));
        V inner = x.OutputAdjoint(0) * y * (1f - y);
        x.Adjoint(0, inner);
        x.Adjoint(1, inner);
    }
}
