using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Dense;

namespace Recurve.Plans;

/// <summary>
/// The state of a cell before its last step, without the states before that: for cells with one dense state m = A m + B u, where A and B are fields
/// and u, narrower than m, does not read m.
/// </summary>
internal sealed unsafe class FinalState
{
    // two steps' worth of products
    const int FewestSteps = 64;

    readonly DenseStage stage;
    readonly int a, b;
    DenseImpulse? impulse;

    FinalState(DenseStage stage, int a, int b, Plan writing) => (this.stage, this.a, this.b, Writing) = (stage, a, b, writing);

    /// <summary>From the cell's input to u.</summary>
    public Plan Writing { get; }

    /// <summary>Null: the cell is not of this form.</summary>
    public static FinalState? Of(Plan plan)
    {
        var definition = plan.Definition;
        if (definition.Inputs.Length != 1 || definition.Outputs.Length != 1 || definition.States is not [{ Trained: false, Planes.Length: 1 }]) return null;
        if (plan.PerStep.Where(s => s.States.Length > 0).ToList() is not [DenseStage { Offsets.Length: 1, Layout.Vectors: 1 } dense]) return null;
        var offset = dense.Operands[dense.Offsets[0].Operand];
        if (plan.PerStep.OfType<ProjectStage>().FirstOrDefault(p => p.Results[0].Id == offset.Id) is not { } project) return null;
        var (start, matrix) = (0, 0);
        while (matrix < project.Count && start < offset.Start) start += project.RowsOf(matrix++);
        if (start != offset.Start || matrix == project.Count || project.RowsOf(matrix) != offset.Width) return null;
        if (FieldOf(dense.Operands[0]) is not { } a || FieldOf(project.Operands[matrix + 1]) is not { } b) return null;
        var u = project.Operands[0];
        if (2 * u.Width > dense.Width || StagesBefore(plan, u) is not { } stages) return null;
        var writing = new CellDefinition
        {
            Info = definition.Info,
            Inputs = definition.Inputs,
            Outputs = [("u", u.Width)],
            Fields = definition.Fields,
            States = [],
            Step = definition.Step,
            Plan = definition.Plan,
            WrapStates = definition.WrapStates,
        };
        return new(dense, a, b, new(plan.Slots, plan.PerCall, stages, [u], writing) { StageCount = plan.StageCount });

        int? FieldOf(Signal signal) => plan.SlotOf(signal) is { Kind: SlotKind.Field } slot && signal == slot.Whole ? slot.Index : null;
    }

    /// <summary>Whether a call of this size is faster so, and nobody wants the gradients of A and B.</summary>
    public bool IsFor(Tensor x, Tensor[] fields, Sequence? sequence)
        => x.Accelerator is null && Planner.Forced != Course.Serial && x.Rank == 3 && x.Dim(0) > 0 && x.Dim(1) >= FewestSteps && sequence is not { Reverse: true }
            && sequence?.Lengths?.Contains(0) != true && !Autograd.Wants(fields[a], fields[b]);

    /// <summary>From u (B, T, columns) to the states behind its steps (B, size); null: they must be run step by step.</summary>
    public Tensor? Run(Tensor u, Tensor[] fields, Walk walk)
    {
        var (batches, columns, steps) = (walk.Batches, u.Dim(2), Prepare(fields[a], fields[b], u.Dim(2)).Steps);
        var firsts = Enumerable.Range(0, batches).Select(FirstOf).ToArray();
        var chunks = Math.Max(1, Enumerable.Range(0, batches).Max(i => (walk.Length(i) - firsts[i] + steps - 1) / steps));
        var inputs = Storage.Rent((long)chunks * batches * steps * columns, clear: true);
        ForEachRow((from, to) => new ReadOnlySpan<float>((float*)from, columns).CopyTo(new((float*)to, columns)), u, inputs);
        var last = Tensor.Uninitialized(batches, stage.Width);
        var responses = impulse!;
        var isTame = responses.Forward(inputs.Pointer, last.Pointer, batches, chunks);
        inputs.Return();
        GC.KeepAlive(u);
        if (!isTame) return null;
        Autograd.Record("Final state", [u], [last], gradients =>
        {
            var adjoint = Tensor.Zeros(u.Shape);
            var scratch = Storage.Rent((long)chunks * batches * steps * columns);
            responses.Backward(gradients[0]!.Pointer, scratch.Pointer, batches, chunks);
            ForEachRow((to, from) => new ReadOnlySpan<float>((float*)from, columns).CopyTo(new((float*)to, columns)), adjoint, scratch);
            scratch.Return();
            GC.KeepAlive(gradients[0]);
            return [adjoint];
        });
        return last;

        // what lies before the last reset is forgotten
        int FirstOf(int batch)
        {
            var first = walk.Length(batch);
            while (first > 0 && !walk.IsReset(batch, first - 1)) first--;
            return Math.Max(0, first - 1);
        }

        // each row of u with its place among the chunks, the last step at the end of the last one
        void ForEachRow(Action<nint, nint> body, Tensor rows, Storage placed)
        {
            for (var batch = 0; batch < batches; batch++)
            {
                for (var t = firsts[batch]; t < walk.Length(batch); t++)
                {
                    var place = chunks * steps - walk.Length(batch) + t;
                    body((nint)(rows.Pointer + ((long)batch * walk.Steps + t) * columns),
                        (nint)(placed.Pointer + (((long)(place / steps) * batches + batch) * steps + place % steps) * columns));
                }
            }
        }
    }

    DenseImpulse Prepare(Tensor matrix, Tensor written, int columns)
    {
        var last = impulse;
        if (last?.IsOf(matrix.Pointer, written.Pointer) == true) return last;
        return impulse = new(stage.PowersOf(matrix.Pointer), matrix.Pointer, written.Pointer, stage.Width, columns);
    }

    /// <summary>The stages that a signal is made by, in order; null: a state is among them.</summary>
    static Stage[]? StagesBefore(Plan plan, Signal signal)
    {
        var needed = new HashSet<int> { signal.Id };
        var stages = new List<Stage>();
        foreach (var stage in plan.PerStep.Reverse().Where(s => s.Results.Any(r => needed.Contains(r.Id))))
        {
            if (stage.States.Length > 0) return null;
            stages.Insert(0, stage);
            needed.UnionWith(stage.Operands.Select(o => o.Id));
        }
        return [.. stages];
    }
}
