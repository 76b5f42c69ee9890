namespace Recurve.Contracts;

/// <summary>What the definition of a cell takes over from a part: a field of it that is another cell.</summary>
public static class Parts
{
    /// <summary>The part's weights and constants under the owner's names.</summary>
    public static IEnumerable<FieldDefinition> Fields(string name, CellModule part)
        => part.Definition.Fields.Select((f, i) => f with { Name = $"{name}.{f.Name}", Part = (part, i) });

    /// <summary>The part's states under the owner's names.</summary>
    public static IEnumerable<StateDefinition> States(string name, CellModule part)
        => part.Definition.States.Select((s, i) => s with { Name = $"{name}.{s.Name}", Part = (part, i) });

    /// <summary>The size of one axis of a part's state, weight or constant.</summary>
    /// <exception cref="InvalidOperationException">The part has no such field.</exception>
    public static int SizeOf(CellModule part, string name, int axis)
        => (part.Definition.States.FirstOrDefault(s => s.Name == name)?.Shape ?? part.Definition.Fields.First(f => f.Name == name).Shape)[axis];
}
