using Recurve.Generator.Support;

namespace Recurve.Generator.IR;

/// <summary>What must hold of every Program between two passes.</summary>
internal static class Verifier
{
    /// <summary>Faults in words; empty: none.</summary>
    public static IReadOnlyList<string> Check(Program program)
    {
        var faults = new List<string>();
        var seen = new HashSet<Value>();
        var lastId = -1;
        foreach (var value in program.Values)
        {
            if (value.Id <= lastId) faults.Add($"{value} comes after %{lastId}.");
            lastId = value.Id;
            foreach (var operand in value.Operands.Where(o => !seen.Contains(o))) faults.Add($"{value} uses {operand} before it is there.");
            faults.AddRange(Faults(value).Select(fault => $"{value} = {value.Op}: {fault}"));
            seen.Add(value);
        }

        foreach (var state in program.States)
        {
            if (state.Old.Op != Op.OldState || state.Old.Name != state.Name) faults.Add($"State {state.Name} has {state.Old.Op} {state.Old.Name} as its leaf.");
            if (!state.Old.Shape.Count.Equals(state.Size)) faults.Add($"State {state.Name} has size {state.Size}, its leaf {state.Old.Shape}.");
            if (state.New is not { } next) continue;
            if (!seen.Contains(next)) faults.Add($"The new value of {state.Name} is not in the program.");
            if (!next.Shape.Equals(state.Old.Shape)) faults.Add($"State {state.Name} has shape {state.Old.Shape}, its new value {next.Shape}.");
        }

        foreach (var (name, value) in program.Outputs)
        {
            if (!seen.Contains(value)) faults.Add($"Output {name} is not in the program.");
            if (value.Shape.Rank != 1 || value.Element != Element.Real) faults.Add($"Output {name} is not a vector: {value.Shape} {value.Element}.");
        }
        return faults;
    }

    /// <exception cref="InvalidOperationException">There are faults.</exception>
    public static Program Verified(this Program program, string pass)
        => Check(program) is { Count: > 0 } faults
            ? throw new InvalidOperationException($"After {pass}: {string.Join(" ", faults)}")
            : program;

    static IEnumerable<string> Faults(Value value)
    {
        var row = value.Row();
        if (row.Family == Family.Leaf)
        {
            if (value.Operands.Count > 0) yield return "a leaf has no operands.";
            if (value.Op is not Op.Literal && value.Name == "") yield return "a leaf has a name.";
            yield break;
        }
        if (row.Arity >= 0 ? value.Operands.Count != row.Arity : value.Operands.Count == 0)
        {
            yield return $"{row.Arity} operands expected, {value.Operands.Count} found.";
            yield break;
        }

        var sizes = new Comparing();
        var shape = row.Shape([.. value.Operands.Select(o => o.Shape)], value.Sizes, sizes);
        if (sizes.Differ || !value.Shape.Equals(shape)) yield return $"shape {value.Shape}, by the rule {shape?.ToString() ?? "none"}.";

        var masks = value.Op is Op.And or Op.Or or Op.Not ? value.Operands : value.Op == Op.Where ? value.Operands.Take(1) : [];
        if (masks.Any(m => m.Element != Element.Mask)) yield return "a mask expected.";
        if (row.Family is not Family.Structure && value.Operands.Except(masks).Any(o => o.Element == Element.Mask && value.Op != Op.Where))
            yield return "a real operand expected.";
        if (value.Element != (row.Result ?? value.Operands[value.Op == Op.Where ? 1 : 0].Element)) yield return $"element {value.Element}.";
    }

    sealed class Comparing : ISizes
    {
        public bool Differ { get; private set; }

        public Size? Same(Size a, Size b)
        {
            Differ |= !a.Equals(b);
            return a;
        }

        public Size? Aligned(Size a, Size b) => Same(a, b);

        public bool Fits(Size start, Size length, Size whole) => true;

        public void Mismatch(Shape a, Shape b) => Differ = true;
    }
}
