namespace Recurve.Generator.IR;

/// <summary>What values are made of.</summary>
internal static class Reach
{
    /// <summary>Everything the roots are made of, themselves included, operands first.</summary>
    public static IReadOnlyList<Value> From(IEnumerable<Value> roots)
    {
        var found = new HashSet<Value>();
        var open = new Stack<Value>(roots);
        while (open.Count > 0)
        {
            var value = open.Pop();
            if (!found.Add(value)) continue;
            foreach (var operand in value.Operands) open.Push(operand);
        }
        // ids grow along a program, so they are an order in which operands come first
        return [.. found.OrderBy(v => v.Id)];
    }

    /// <summary>The roots of a program: new states and outputs.</summary>
    public static IEnumerable<Value> Roots(this Program program)
        => program.States.Select(s => s.New).OfType<Value>().Concat(program.Outputs.Select(o => o.Value));
}
