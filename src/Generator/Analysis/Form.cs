using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>The factor of one state: elementwise, or a matrix as soon as channels move or mix.</summary>
/// <param name="PerCall">Made of weights and constants only.</param>
internal sealed record Coefficient(Value? Elementwise, bool PerCall)
{
    /// <summary>The matrix; null where it is not derived, because it moves channels or changes over time. Then neither is what is added.</summary>
    public Value? Matrix { get; init; }

    /// <summary>Of a state that is a matrix: the channels that mix are those of each row (m · A, so that this is Aᵀ), not of each column (A · m).</summary>
    public bool OnRows { get; init; }
}

/// <summary>Σ C_s · s + R; a state that does not occur has no entry; R is null where nothing is added.</summary>
internal sealed record Affine(IReadOnlyDictionary<int, Coefficient> Coefficients, Value? R)
{
    public bool HasMatrix => Coefficients.Values.Any(c => c.Elementwise is null);

    public bool PerCall => Coefficients.Values.All(c => c.PerCall);
}

/// <summary>min(Hi, max(Lo, A · s + B)) of one state s, elementwise, with Lo ≤ Hi; null: a factor or term of zero, no bound.</summary>
/// <param name="State">s; null: the value is B, free of the group.</param>
internal sealed record Clamped(int? State, Value? A, Value? B, Value? Lo = null, Value? Hi = null);

/// <summary>max(s + A, B), or logaddexp(s + A, B), of one state s; null: nothing is added, s + A alone.</summary>
internal sealed record Tropical(int State, Value? A, Value? B = null);

/// <summary>How a value depends on the old states of one group: every representation that is proved of it (compiler: "Groups and their form").</summary>
/// <param name="Affine">As an affine form, if it is one; without coefficients: free of the group.</param>
/// <param name="Clamped">As one state's affine form between free bounds.</param>
/// <param name="MaxPlus">As the greater of one state plus a term, and a term.</param>
/// <param name="LogPlus">As the log-sum-exp of these.</param>
/// <param name="Aligned">Each channel depends on the same channel of the states only.</param>
internal sealed record Form(Affine? Affine, Clamped? Clamped, Tropical? MaxPlus, Tropical? LogPlus, bool Aligned)
{
    public bool IsFree => Affine is { Coefficients.Count: 0 };

    /// <summary>Order of trouble: 0 free, 1 affine, 2 affine with a matrix, 3 clamped or tropical, 4 pointwise, 5 coupled.</summary>
    public int Level => Affine is { } affine ? (IsFree ? 0 : affine.HasMatrix ? 2 : 1)
        : Clamped is not null || MaxPlus is not null || LogPlus is not null ? 3 : Aligned ? 4 : 5;

    public static Form Free(Value value) => Of(new Affine(new Dictionary<int, Coefficient>(), value));

    public static Form Nonlinear(bool aligned) => new(null, null, null, null, aligned);

    /// <summary>An affine form with what else it is: of one state alone it is clamped by nothing, and s + r is tropical.</summary>
    public static Form Of(Affine affine)
    {
        if (affine.Coefficients.Count == 0) return new(affine, new(null, null, affine.R), null, null, true);
        if (affine.Coefficients.Count > 1 || affine.HasMatrix) return new(affine, null, null, null, !affine.HasMatrix);
        var (state, factor) = (affine.Coefficients.Keys.Single(), affine.Coefficients.Values.Single().Elementwise!);
        var tropical = factor.IsLiteral(1) ? new Tropical(state, affine.R) : null;
        return new(affine, new(state, factor, affine.R), tropical, tropical, true);
    }
}
