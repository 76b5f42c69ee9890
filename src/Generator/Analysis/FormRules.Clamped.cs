using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>
/// min(hi, max(lo, a s + b)) through every operation that keeps this form. lo ≤ hi throughout, without which a negative factor could not
/// exchange the bounds.
/// </summary>
internal sealed partial class FormRules
{
    static Form? Between(Clamped? clamped) => clamped is null ? null : Form.Nonlinear(true) with { Clamped = clamped };

    Clamped? Bounded(Op op, List<Form> f) => op switch
    {
        Op.Relu => Greater(f[0].Clamped, Free(b.Literal(0))),
        Op.HardTanh => Smaller(Greater(f[0].Clamped, Free(b.Literal(-1))), Free(b.Literal(1))),
        Op.Clamp => Smaller(Greater(f[0].Clamped, f[1].Clamped), f[2].Clamped),
        Op.Min => Smaller(f[0].Clamped, f[1].Clamped),
        _ => Greater(f[0].Clamped, f[1].Clamped),
    };

    static Clamped Free(Value value) => new(null, null, value);

    // max(L, min(hi, y)) = min(max(L, hi), max(L, y))
    Clamped? Greater(Clamped? x, Clamped? y)
    {
        if (Split(x, y) is not var (of, bound)) return null;
        if (of.State is null) return Free(Max(of.B, bound)!);
        return of with { Lo = Max(of.Lo, bound), Hi = of.Hi is null ? null : Max(of.Hi, bound) };
    }

    Clamped? Smaller(Clamped? x, Clamped? y)
    {
        if (Split(x, y) is not var (of, bound)) return null;
        if (of.State is null) return Free(Min(of.B, bound)!);
        var hi = Min(of.Hi, bound);
        return of with { Lo = of.Lo is null ? null : Min(of.Lo, hi), Hi = hi };
    }

    // at least one is free: the other with it as a bound
    static (Clamped Of, Value Bound)? Split(Clamped? x, Clamped? y)
        => x is null || y is null || (x.State is not null && y.State is not null) ? null
            : y.State is null ? (x, y.B!) : (y, x.B!);

    Value Max(Value? x, Value y) => Ordered(Op.Max, x, y);

    Value Min(Value? x, Value y) => Ordered(Op.Min, x, y);

    // an absent bound bounds nothing
    Value Ordered(Op op, Value? x, Value y)
    {
        if (x is null) return y;
        if (x.Op == Op.Literal && y.Op == Op.Literal) return b.Literal(op == Op.Max ? Math.Max(x.Number, y.Number) : Math.Min(x.Number, y.Number));
        return b.Add(op, [x, y]);
    }

    Clamped? Moved(Clamped? of, Value term, bool negated) => of is null ? null : of with
    {
        B = Summed(of.B, term, negated),
        Lo = of.Lo is null ? null : Summed(NotZero(of.Lo), term, negated),
        Hi = of.Hi is null ? null : Summed(NotZero(of.Hi), term, negated),
    };

    // term − of
    Clamped? Reversed(Value term, Clamped? of) => of is null ? null : of with
    {
        A = of.A is null ? null : b.Negate(of.A),
        B = Summed(term, of.B, true),
        Lo = of.Hi is null ? null : Summed(term, NotZero(of.Hi), true),
        Hi = of.Lo is null ? null : Summed(term, NotZero(of.Lo), true),
    };

    // a bound of 0 is one of either sign, so 0 + x may be x and c · 0 may be 0
    static Value? NotZero(Value bound) => bound.IsLiteral(0) ? null : bound;

    /// <summary>
    /// · by, / by, or − (by null). A factor below 0 exchanges the bounds. At 0 they go: what is left is 0, whatever the bounds (and 0 · ∞
    /// is none).
    /// </summary>
    Clamped? Scaled(Clamped? of, Func<Value, Value> scale, Value? by)
    {
        if (of is null) return null;
        Value? Times(Value? x) => x is null ? null : scale(x);
        Value? Bound(Value? x) => x is null || NotZero(x) is null ? x : scale(x);
        var (lo, hi) = (Bound(of.Lo), Bound(of.Hi));
        var scaled = new Clamped(of.State, Times(of.A), Times(of.B));
        if (by is null) return scaled with { Lo = hi, Hi = lo };
        if (by.Op == Op.Literal) return by.Number > 0 ? scaled with { Lo = lo, Hi = hi } : by.Number < 0 ? scaled with { Lo = hi, Hi = lo } : scaled;
        return scaled with { Lo = BySign(by, lo, hi, double.NegativeInfinity), Hi = BySign(by, hi, lo, double.PositiveInfinity) };
    }

    Value BySign(Value by, Value? positive, Value? negative, double none)
    {
        var (zero, nothing) = (b.Literal(0), b.Literal(none));
        var otherwise = negative is null ? nothing : b.Where(b.Less(by, zero), negative, nothing);
        return positive is null ? otherwise : b.Where(b.Greater(by, zero), positive, otherwise);
    }

    Clamped? Chosen(Value mask, Clamped? x, Clamped? y)
    {
        if (x is null || y is null || (x.State is { } s && y.State is { } t && s != t)) return null;
        Value? Of(Value? whenTrue, Value? whenFalse, double absent)
            => whenTrue is null && whenFalse is null ? null : b.Where(mask, whenTrue ?? b.Literal(absent), whenFalse ?? b.Literal(absent));
        return new(x.State ?? y.State, Of(x.A, y.A, 0), Of(x.B, y.B, 0),
            Of(x.Lo, y.Lo, double.NegativeInfinity), Of(x.Hi, y.Hi, double.PositiveInfinity));
    }
}
