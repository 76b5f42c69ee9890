using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>What an arrow of the dependency graph says; the same names as <c>Recurve.DependencyKind</c>.</summary>
internal enum DependencyKind { Input, Earlier, Linear, Nonlinear, Output, Direct }

/// <summary>
/// Who reads whom, as a graph of inputs, states and outputs. Inside a group an arrow leads from a state's old value to a new one, whatever lies between;
/// everywhere else from what is read to where it is read first.
/// </summary>
internal static class Dependencies
{
    /// <summary>In the order of states and outputs; a complex state is one, and so is a vector in pieces.</summary>
    public static IReadOnlyList<(string From, string To, DependencyKind Kind)> Of(Classification classification)
    {
        var program = classification.Program;
        var found = new List<(string From, string To, DependencyKind Kind)>();
        foreach (var group in classification.Groups.Select(g => g.States))
        {
            foreach (var state in group.Where(s => s.New is not null))
            {
                foreach (var read in Reads(program, state.New!, state))
                {
                    if (read is Value input) found.Add((input.Name, state.Field, DependencyKind.Input));
                    else if (read is State other && !group.Contains(other)) found.Add((other.Field, state.Field, Before(program, other, state)));
                }
            }
            found.AddRange(Within(program, group));
        }
        foreach (var (name, value) in program.Outputs)
        {
            found.AddRange(Reads(program, value, null).Select(read => read is Value input
                ? (input.Name, name, DependencyKind.Direct)
                : (((State)read).Field, name, DependencyKind.Output)));
        }
        // the parts of a complex state may differ: the harder one is what the state is
        return [.. found.GroupBy(d => (d.From, d.To, d.Kind is DependencyKind.Nonlinear ? DependencyKind.Linear : d.Kind))
            .Select(same => same.First() with { Kind = same.Max(d => d.Kind) })];
    }

    // planes of one state, in groups of their own, are that state's past
    static DependencyKind Before(Program program, State from, State to)
        => from.Field != to.Field ? DependencyKind.Earlier : Form(program, [from], to).Level <= 2 ? DependencyKind.Linear : DependencyKind.Nonlinear;

    /// <summary>An arrow is linear where the new state is affine in that old one, the others held fixed, unless it is a product of several.</summary>
    static IEnumerable<(string, string, DependencyKind)> Within(Program program, IReadOnlyList<State> group)
    {
        foreach (var to in group.Where(s => s.New is not null))
        {
            var arrows = group.Select(from => (From: from, Form: Form(program, [from], to))).Where(a => !a.Form.IsFree).ToList();
            // a step between bounds, or of another semiring, composes with others only where it is of one state
            var linear = arrows.Select(a => a.Form.Level <= (group.Count == 1 ? 3 : 2)).ToList();
            var product = linear.All(l => l) && group.Count > 1 && Form(program, group, to).Affine is null;
            foreach (var (arrow, isLinear) in arrows.Zip(linear, (a, l) => (a, l)))
                yield return (arrow.From.Field, to.Field, isLinear && !product ? DependencyKind.Linear : DependencyKind.Nonlinear);
        }
    }

    static Form Form(Program program, IReadOnlyList<State> of, State to) => new FormRules(new(program.Values), of).Of(to.New!);

    /// <summary>Inputs (a <see cref="Value"/>) and states (a <see cref="State"/>) that a value is made of, without looking behind the new value of a state.</summary>
    /// <param name="itself">The state whose new value it is; null: an output.</param>
    static IEnumerable<object> Reads(Program program, Value root, State? itself)
    {
        var seen = new HashSet<Value>();
        var open = new Stack<Value>([root]);
        var found = new HashSet<object>();
        while (open.Count > 0)
        {
            var value = open.Pop();
            if (!seen.Add(value)) continue;
            var state = program.States.FirstOrDefault(s => s.Old == value || s.New == value && !value.IsLeaf && s != itself && (value != root || itself is null));
            if (state is not null) found.Add(state);
            else if (value.Op == Op.Input) found.Add(value);
            else foreach (var operand in value.Operands) open.Push(operand);
        }
        return [.. program.Values.Where(found.Contains), .. program.States.Where(found.Contains)];
    }
}
