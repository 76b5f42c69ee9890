using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>
/// One walk that gives every value its <see cref="Form"/> over the old states of one group. Products are distributed over sums, as over the
/// reals; nothing is claimed by cancelling. Coefficients are appended to the builder.
/// </summary>
internal sealed partial class FormRules(Builder b, IReadOnlyList<State> group)
{
    readonly Dictionary<Value, Form> forms = [];
    readonly Dictionary<Value, bool> perCall = [];

    public Form Of(Value value)
    {
        if (!forms.TryGetValue(value, out var form)) forms[value] = form = Derive(value);
        return form;
    }

    Form Derive(Value value)
    {
        for (var s = 0; s < group.Count; s++)
        {
            if (value == group[s].Old) return Form.Of(new(new Dictionary<int, Coefficient> { [s] = new(b.Literal(1), true) }, null));
        }
        if (value.Operands.All(o => Of(o).IsFree)) return Form.Free(value);

        var f = value.Operands.Select(Of).ToList();
        var aligned = value.Row().Family == Family.Elementwise && f.All(o => o.Aligned);
        return Known(value, f) ?? Form.Nonlinear(aligned);
    }

    /// <summary>Null where no rule says more than "some function of the state".</summary>
    Form? Known(Value value, List<Form> f)
    {
        switch (value.Op)
        {
            case Op.StopGradient:
                return f[0];
            case Op.Negate:
                return Scaled(value, f[0], c => b.Negate(c), null);
            case Op.Add:
                return Sum(value, f[0], f[1], negated: false);
            case Op.Subtract:
                return Sum(value, f[0], f[1], negated: true);
            case Op.Multiply when f[1].IsFree:
                return Scaled(value, f[0], c => b.Multiply(c, value.Operands[1]), value.Operands[1]);
            case Op.Multiply when f[0].IsFree:
                return Scaled(value, f[1], c => b.Multiply(value.Operands[0], c), value.Operands[0]);
            case Op.Divide when f[1].IsFree:
                return Scaled(value, f[0], c => b.Divide(c, value.Operands[1]), value.Operands[1]);
            case Op.Where when f[0].IsFree:
                return Chosen(value, f[1], f[2]);
            case Op.Relu or Op.HardTanh or Op.Clamp or Op.Min:
                return Between(Bounded(value.Op, f));
            case Op.Max:
                var greater = (Between(Bounded(value.Op, f)) ?? Form.Nonlinear(true)) with { MaxPlus = Joined(value, f, o => o.MaxPlus) };
                return greater.Level == 3 ? greater : null;
            case Op.LogAddExp:
                return Joined(value, f, o => o.LogPlus) is { } joined ? Form.Nonlinear(true) with { LogPlus = joined } : null;
            case Op.MatVec or Op.Sum or Op.Broadcast when MixedBy(value, f) is { } matrix && f[f.Count - 1].Affine is { } of:
                return Form.Of(Product(value, matrix, of));
            case Op.MatMat when f[0].IsFree && PerCall(value.Operands[0]) && f[1].Affine is { } columns:
                return Form.Of(Product(value, value.Operands[0], columns));
            case Op.MatMat when f[1].IsFree && PerCall(value.Operands[1]) && f[0].Affine is { } rows:
                return Form.Of(Product(value, b.Add(Op.Transpose, [value.Operands[1]]), rows, onRows: true));
            case Op.MatVec or Op.VecMat or Op.MatMat or Op.Outer when f[0].IsFree || f[1].IsFree:
                return Mixed([.. f.Where(o => !o.IsFree)], value.Operands[f[0].IsFree ? 0 : 1]);
            case Op.Sum or Op.Broadcast or Op.AlongRows or Op.AlongColumns or Op.Slice or Op.Concat or Op.Flip or Op.Transpose or Op.Diagonal or Op.Flatten:
                return Mixed(f, null);
            default:
                return null;
        }
    }

    // · Free, / Free, −: of an affine form, or of a clamped one (the bounds may change places)
    Form? Scaled(Value value, Form of, Func<Value, Value> scale, Value? by)
    {
        var free = by is null || PerCall(by);
        if (of.Affine is { HasMatrix: true } mixed) return Form.Of(free ? Scaled(value, mixed, scale, by) : Matrix([mixed], free));
        if (of.Affine is { } affine)
        {
            var coefficients = affine.Coefficients.ToDictionary(c => c.Key, c => new Coefficient(scale(c.Value.Elementwise!), c.Value.PerCall && free));
            return Form.Of(new(coefficients, affine.R is null ? null : scale(affine.R)));
        }
        return Between(Scaled(of.Clamped, scale, by));
    }

    Form? Sum(Value value, Form left, Form right, bool negated)
    {
        if (left.Affine is { } l && right.Affine is { } r) return Form.Of(Summed(l, r, negated));
        if (!left.IsFree && !right.IsFree) return null;

        var (of, term) = left.IsFree ? (right, left.Affine!.R!) : (left, right.Affine!.R!);
        var reversed = of == right && negated; // x − max(…) is no maximum
        var form = (Between(reversed ? Reversed(term, of.Clamped) : Moved(of.Clamped, term, negated)) ?? Form.Nonlinear(of.Aligned)) with
        {
            MaxPlus = reversed ? null : Moved(of.MaxPlus, term, negated),
            LogPlus = reversed ? null : Moved(of.LogPlus, term, negated),
        };
        return form.Level == 3 ? form : null;
    }

    Affine Summed(Affine l, Affine r, bool negated)
    {
        var coefficients = new Dictionary<int, Coefficient>();
        foreach (var s in l.Coefficients.Keys.Union(r.Coefficients.Keys).OrderBy(s => s))
        {
            l.Coefficients.TryGetValue(s, out var x);
            r.Coefficients.TryGetValue(s, out var y);
            var perCall = x?.PerCall != false && y?.PerCall != false;
            coefficients[s] = x?.Elementwise is null && x is not null || y?.Elementwise is null && y is not null
                ? new(null, perCall) { Matrix = SummedMatrix(s, x, y, negated), OnRows = x?.OnRows == true || y?.OnRows == true }
                : new(Summed(x?.Elementwise, y?.Elementwise, negated), perCall);
        }
        return new(coefficients, Summed(l.R, r.R, negated));
    }

    Value? Summed(Value? x, Value? y, bool negated)
        => y is null ? x : x is null ? (negated ? b.Negate(y) : y) : negated ? b.Subtract(x, y) : b.Add(x, y);

    Form? Chosen(Value value, Form whenTrue, Form whenFalse)
    {
        if (whenTrue.Affine is { } x && whenFalse.Affine is { } y)
        {
            var mask = value.Operands[0];
            if (x.HasMatrix || y.HasMatrix) return Form.Of(Matrix([x, y], PerCall(mask)));
            var coefficients = x.Coefficients.Keys.Union(y.Coefficients.Keys).OrderBy(s => s)
                .ToDictionary(s => s, s => Chosen(mask, x.Coefficients.GetOrNull(s), y.Coefficients.GetOrNull(s)));
            return Form.Of(new(coefficients, x.R is null && y.R is null ? null : Chosen(mask, x.R, y.R)));
        }
        return Between(Chosen(value.Operands[0], whenTrue.Clamped, whenFalse.Clamped));
    }

    Coefficient Chosen(Value mask, Coefficient? x, Coefficient? y)
        => new(Chosen(mask, x?.Elementwise, y?.Elementwise), PerCall(mask) && x?.PerCall != false && y?.PerCall != false);

    Value Chosen(Value mask, Value? x, Value? y) => b.Where(mask, x ?? b.Literal(0), y ?? b.Literal(0));

    // channels move or mix
    Form? Mixed(List<Form> f, Value? by)
        => f.All(o => o.Affine is not null) ? Form.Of(Matrix(f.Select(o => o.Affine!), by is null || PerCall(by))) : null;

    static Affine Matrix(IEnumerable<Affine> parts, bool perCall) => new(
        parts.SelectMany(p => p.Coefficients).GroupBy(c => c.Key)
            .ToDictionary(c => c.Key, c => new Coefficient(null, perCall && c.All(p => p.Value.PerCall))), null);

    bool PerCall(Value value)
    {
        if (!perCall.TryGetValue(value, out var known))
        {
            perCall[value] = known = value.IsLeaf
                ? value.Op is Op.Field or Op.Fixed or Op.FixedMask or Op.Literal
                : value.Operands.All(PerCall);
        }
        return known;
    }
}

internal static class DictionaryExtensions
{
    public static V? GetOrNull<K, V>(this IReadOnlyDictionary<K, V> from, K key) where V : class
        => from.TryGetValue(key, out var value) ? value : null;
}
