using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>The factor of one state. Elementwise, or a matrix as soon as channels move or mix (then its value is not derived).</summary>
/// <param name="PerCall">Made of weights and constants only.</param>
internal sealed record Coefficient(Value? Elementwise, bool PerCall);

/// <summary>Σ C_s · s + R; a state that does not occur has no entry; R is null where nothing is added, or the form has a matrix.</summary>
internal sealed record Affine(IReadOnlyDictionary<int, Coefficient> Coefficients, Value? R)
{
    public bool HasMatrix => Coefficients.Values.Any(c => c.Elementwise is null);

    public bool PerCall => Coefficients.Values.All(c => c.PerCall);
}

/// <summary>How a value depends on the old states of one group: every representation that is proved of it (compiler: "Groups and their form").</summary>
/// <param name="Affine">As an affine form, if it is one; without coefficients: free of the group.</param>
/// <param name="IsClamped">min(hi, max(lo, Affine)) of one state, elementwise, with free bounds.</param>
/// <param name="MaxPlus">max(s + a, b): whether a term is added to the state; null: not of that form.</param>
/// <param name="LogPlus">logaddexp(s + a, b), likewise.</param>
/// <param name="Aligned">Each channel depends on the same channel of the states only.</param>
internal sealed record Form(Affine? Affine, bool IsClamped, bool? MaxPlus, bool? LogPlus, bool Aligned)
{
    public bool IsFree => Affine is { Coefficients.Count: 0 };

    /// <summary>Order of trouble: 0 free, 1 affine, 2 affine with a matrix, 3 clamped or tropical, 4 pointwise, 5 coupled.</summary>
    public int Level => Affine is { } affine ? (IsFree ? 0 : affine.HasMatrix ? 2 : 1)
        : IsClamped || MaxPlus is not null || LogPlus is not null ? 3 : Aligned ? 4 : 5;

    public static Form Free(Value value) => Of(new Affine(new Dictionary<int, Coefficient>(), value));

    public static Form Nonlinear(bool aligned) => new(null, false, null, null, aligned);

    /// <summary>An affine form with what else it is: of one state alone it is clamped by nothing, and s + r is tropical.</summary>
    public static Form Of(Affine affine)
    {
        var free = affine.Coefficients.Count == 0;
        var single = affine.Coefficients.Count == 1 && !affine.HasMatrix;
        bool? added = single && affine.Coefficients.Values.Single().Elementwise!.IsLiteral(1) ? affine.R is not null : null;
        return new(affine, free || single, added, added, !affine.HasMatrix);
    }
}
