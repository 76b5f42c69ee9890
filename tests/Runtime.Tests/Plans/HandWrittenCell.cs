using Recurve.Contracts;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>States of a hand-written cell.</summary>
internal sealed record ListedStates(Tensor[] List) : CellStates
{
    protected override IReadOnlyList<Tensor> Components => List;
}

/// <summary>What the compiler will write, written by hand: fields, states, Step and plan of a cell.</summary>
internal abstract class HandWrittenCell : CellModule
{
    readonly List<FieldDefinition> fields = [];
    readonly List<StateDefinition> states = [];
    readonly Dictionary<string, Vec> values = [];

    protected abstract (string, int)[] Inputs { get; }

    protected abstract (string, int)[] Outputs { get; }

    protected Mat Weight(string name, int rows, int columns)
    {
        var m = new Mat(rows, columns);
        fields.Add(new(name, true) { Matrix = m });
        return m;
    }

    protected Vec Weight(string name, int size, Init init = Init.Default, double value = 0)
    {
        var v = new Vec(size);
        fields.Add(new(name, true) { Vector = v, Init = init, InitValue = value });
        return v;
    }

    protected Vec Constant(string name, int size, Func<int, double> value)
    {
        var v = new Vec(size, value);
        fields.Add(new(name, false) { Vector = v });
        return v;
    }

    protected void State(string name, int size, bool trained = false)
    {
        values[name] = new Vec(size);
        states.Add(new(name, size, trained, () => values[name], v => values[name] = v));
    }

    protected Vec this[string state]
    {
        get => values[state];
        set => values[state] = value;
    }

    protected abstract void Step(Vec[] x, Vec[] y);

    protected abstract void Plan(PlanBuilder plan);

    protected override CellDefinition Define() => new()
    {
        Info = new(GetType().Name, [], [], ""),
        Inputs = Inputs,
        Outputs = Outputs,
        Fields = [.. fields],
        States = [.. states],
        Step = Step,
        Plan = Plan,
        WrapStates = tensors => new ListedStates(tensors),
    };

    public CellStates Initial(int batch) => CreateInitialStates(batch);
}
