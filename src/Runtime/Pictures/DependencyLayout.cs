namespace Recurve;

/// <summary>A box of the dependency picture: an input, a state or an output.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Column">From the left: inputs, then states by what they read, then outputs.</param>
/// <param name="Row">From the top; each state and each output has one of its own, so that an arrow along it meets no other box.</param>
/// <param name="State">What was decided of it; null: an input or an output.</param>
sealed record DependencyBox(string Name, int Column, double Row, StateInfo? State);

/// <summary>Which box stands where.</summary>
sealed class DependencyLayout
{
    readonly CellInfo info;
    readonly Dictionary<string, int> levels;

    public DependencyLayout(CellInfo info)
    {
        this.info = info;
        levels = info.States.ToDictionary(s => s.Name, _ => 0);
        // as many rounds as a chain of states is long
        foreach (StateInfo _ in info.States) Raise();

        List<StateInfo> ordered = [.. info.States.Select((s, i) => (State: s, Index: i)).OrderBy(s => levels[s.State.Name]).ThenBy(s => FirstOfGroup(s.State.Name)).ThenBy(s => s.Index).Select(s => s.State)];
        States = ordered.Select((s, row) => new DependencyBox(s.Name, levels[s.Name] + 1, row, s)).ToDictionary(b => b.Name);
        int last = levels.Values.DefaultIfEmpty(-1).Max() + 2;
        string[] inputs = [.. Names(d => d.Kind is DependencyKind.Input or DependencyKind.Direct, d => d.From)];
        string[] outputs = [.. Names(d => d.Kind is DependencyKind.Output or DependencyKind.Direct, d => d.To)];
        Columns = last + 1;
        Rows = Math.Max(ordered.Count + outputs.Length, inputs.Length);
        Inputs = inputs.Select((name, i) => new DependencyBox(name, 0, i, null)).ToDictionary(b => b.Name);
        Outputs = outputs.Select((name, i) => new DependencyBox(name, last, ordered.Count + i, null)).ToDictionary(b => b.Name);
    }

    public IReadOnlyDictionary<string, DependencyBox> Inputs { get; }

    public IReadOnlyDictionary<string, DependencyBox> States { get; }

    public IReadOnlyDictionary<string, DependencyBox> Outputs { get; }

    public int Columns { get; }

    public int Rows { get; }

    public (DependencyBox From, DependencyBox To) Ends(Dependency arrow) => arrow.Kind switch
    {
        DependencyKind.Input => (Inputs[arrow.From], States[arrow.To]),
        DependencyKind.Direct => (Inputs[arrow.From], Outputs[arrow.To]),
        DependencyKind.Output => (States[arrow.From], Outputs[arrow.To]),
        _ => (States[arrow.From], States[arrow.To]),
    };

    // a state stands right of those it is fed by, and beside those of its group
    void Raise()
    {
        foreach (Dependency d in info.Dependencies)
        {
            if (d.Kind == DependencyKind.Earlier) levels[d.To] = Math.Max(levels[d.To], levels[d.From] + 1);
            else if (d.Kind is DependencyKind.Linear or DependencyKind.Nonlinear) levels[d.To] = levels[d.From] = Math.Max(levels[d.To], levels[d.From]);
        }
    }

    int FirstOfGroup(string state)
    {
        HashSet<string> group = [state];
        for (int before = 0; before < group.Count;)
        {
            before = group.Count;
            foreach (Dependency d in info.Dependencies.Where(d => d.Kind is DependencyKind.Linear or DependencyKind.Nonlinear))
                if (group.Contains(d.From) || group.Contains(d.To)) group.UnionWith([d.From, d.To]);
        }
        return info.States.Select((s, i) => (s.Name, Index: i)).First(s => group.Contains(s.Name)).Index;
    }

    IEnumerable<string> Names(Func<Dependency, bool> isMeant, Func<Dependency, string> name) => info.Dependencies.Where(isMeant).Select(name).Distinct();
}
