using Recurve.Generator.IR;

namespace Recurve.Generator.Transform;

/// <summary>
/// Linear values → adjoints. Before: tangents made by <see cref="Linearize"/> from Op.Tangent leaves, and the adjoint that arrives at each. After:
/// the adjoint of each leaf. An adjoint that is exactly zero is absent.
/// </summary>
internal static class Transpose
{
    /// <param name="outputs">Tangents with their adjoints; a null on either side contributes nothing.</param>
    /// <returns>Adjoints by tangent leaf; leaves that nothing reaches are missing.</returns>
    public static IReadOnlyDictionary<Value, Value> Run(Builder b, IEnumerable<(Value? Tangent, Value? Adjoint)> outputs)
    {
        var adjoints = new Dictionary<Value, Value>();
        foreach (var (tangent, adjoint) in outputs)
        {
            if (tangent is not null && adjoint is not null) Accumulate(tangent, adjoint);
        }
        var linear = new HashSet<Value>();
        foreach (var value in Reach.From(adjoints.Keys))
        {
            if (value.Op == Op.Tangent || value.Operands.Any(linear.Contains)) linear.Add(value);
        }

        foreach (var value in linear.OrderByDescending(v => v.Id))
        {
            if (value.Op != Op.Tangent && adjoints.TryGetValue(value, out var adjoint)) Backward(value, adjoint);
        }
        return adjoints.Where(a => a.Key.Op == Op.Tangent).ToDictionary(a => a.Key, a => a.Value);

        void Accumulate(Value value, Value adjoint)
            => adjoints[value] = adjoints.TryGetValue(value, out var before) ? b.Add(before, adjoint) : adjoint;

        void Backward(Value value, Value adjoint)
        {
            for (var i = 0; i < value.Operands.Count; i++)
            {
                if (!linear.Contains(value.Operands[i])) continue;
                var other = value.Operands.Count == 2 ? value.Operands[1 - i] : null;
                Accumulate(value.Operands[i], value.Op switch
                {
                    Op.Add => adjoint,
                    Op.Subtract => i == 0 ? adjoint : b.Negate(adjoint),
                    Op.Negate => b.Negate(adjoint),
                    Op.Multiply when !linear.Contains(other!) => b.Multiply(other!, adjoint),
                    Op.Divide when i == 0 => b.Divide(adjoint, other!),
                    Op.Where when i == 1 => b.Where(value.Operands[0], adjoint, b.Literal(0)),
                    Op.Where when i == 2 => b.Where(value.Operands[0], b.Literal(0), adjoint),
                    _ => throw new InvalidOperationException($"{value.Op} is not linear in operand {i}."),
                });
            }
        }
    }
}
