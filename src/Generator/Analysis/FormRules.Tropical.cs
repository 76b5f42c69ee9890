using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>max(s + a, b) and logaddexp(s + a, b): closed under themselves, under free operands and under adding a term.</summary>
internal sealed partial class FormRules
{
    // max(max(s + a, b), max(s + c, d)) = max(s + max(a, c), max(b, d)), and the same of logaddexp
    Tropical? Joined(Value value, List<Form> f, Func<Form, Tropical?> part)
    {
        Tropical? joined = null;
        Value? free = null;
        foreach (var (operand, form) in value.Operands.Zip(f, (o, form) => (o, form)))
        {
            if (form.IsFree) free = operand;
            else if (part(form) is not { } next || (joined is not null && joined.State != next.State)) return null;
            else joined = joined is null ? next : joined with { A = Terms(joined.A, next.A), B = Operands(joined.B, next.B) };
        }
        return joined! with { B = Operands(joined.B, free) };

        Value? Operands(Value? x, Value? y) => x is null ? y : y is null ? x : b.Add(value.Op, [x, y]);

        // max(0, 0) is 0, logaddexp(0, 0) is not
        Value? Terms(Value? x, Value? y)
            => x is null && y is null && value.Op == Op.Max ? null : b.Add(value.Op, [x ?? b.Literal(0), y ?? b.Literal(0)]);
    }

    Tropical? Moved(Tropical? of, Value term, bool negated) => of is null ? null : of with
    {
        A = Summed(of.A, term, negated),
        B = of.B is null ? null : Summed(NotZero(of.B), term, negated),
    };
}
