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

    readonly WrittenInput input;

    FinalState(WrittenInput input, Plan? writing) => (this.input, Writing) = (input, writing);

    /// <summary>From the cell's input to u; null: the input is u.</summary>
    public Plan? Writing { get; }

    /// <summary>Null: the cell is not of this form.</summary>
    public static FinalState? Of(Plan plan)
    {
        var definition = plan.Definition;
        if (definition.Inputs.Length != 1 || definition.Outputs.Length != 1 || definition.States is not [{ Trained: false }] || definition.Planes.Length != 1) return null;
        if (plan.PerStep.Where(s => s.States.Length > 0).ToList() is not [DenseStage dense] || WrittenInput.Of(plan, dense) is not { } input) return null;
        if (plan.SlotOf(input.Signal) is { Kind: SlotKind.Input } given && input.Signal == given.Whole) return new(input, writing: null);
        if (StagesBefore(plan, input.Signal) is not { } stages) return null;
        var writing = new CellDefinition
        {
            Info = definition.Info,
            Inputs = definition.Inputs,
            Outputs = [("u", input.Signal.Width)],
            Fields = definition.Fields,
            States = [],
            Step = definition.Step,
            Plan = definition.Plan,
            WrapStates = definition.WrapStates,
        };
        return new(input, new(plan.Slots, plan.PerCall, stages, [input.Signal], writing) { StageCount = plan.StageCount });
    }

    /// <summary>Whether a call of this size is faster so, and nobody wants the gradients of A and B.</summary>
    public bool IsFor(Tensor x, Tensor[] fields, Sequence? sequence)
        => x.Accelerator is null && Planner.Forced != Course.Serial && x.Rank == 3 && x.Dim(0) > 0 && x.Dim(1) >= FewestSteps && sequence is not { Reverse: true }
            && sequence?.Lengths?.Contains(0) != true && !Autograd.Wants(fields[input.A], fields[input.B]);

    /// <summary>From u (B, T, columns) to the states behind its steps (B, size); null: they must be run step by step.</summary>
    public Tensor? Run(Tensor u, Tensor[] fields, Walk walk)
    {
        var responses = input.ImpulseOf(fields, DenseImpulse.LongestExponent(input.Stage.Width, u.Dim(2)));
        var (batches, columns, steps) = (walk.Batches, u.Dim(2), responses.Steps);
        var firsts = Enumerable.Range(0, batches).Select(FirstOf).ToArray();
        var chunks = Math.Max(1, Enumerable.Range(0, batches).Max(i => (walk.Length(i) - firsts[i] + steps - 1) / steps));
        var inputs = Storage.Rent((long)chunks * batches * steps * columns);
        for (var batch = 0; batch < batches; batch++) ClearBefore(batch);
        Place((from, to, count) => RowMath.Copy(to, from, count), u, inputs);
        var last = Tensor.Uninitialized(batches, input.Stage.Width);
        var isTame = responses.Forward(inputs.Pointer, last.Pointer, batches, chunks);
        inputs.Return();
        GC.KeepAlive(u);
        if (!isTame) return null;
        Autograd.Record("Final state", [u], [last], gradients =>
        {
            var adjoint = Tensor.Zeros(u.Shape);
            var scratch = Storage.Rent((long)chunks * batches * steps * columns);
            responses.Backward(gradients[0]!.Pointer, scratch.Pointer, batches, chunks);
            Place((to, from, count) => RowMath.Copy(to, from, count), adjoint, scratch);
            scratch.Return();
            GC.KeepAlive(gradients[0]);
            return [adjoint];
        });
        return last;

        // what lies before the last reset is forgotten
        int FirstOf(int batch)
        {
            if (walk.Resets == 0) return 0;
            var first = walk.Length(batch);
            while (first > 0 && !walk.IsReset(batch, first - 1)) first--;
            return Math.Max(0, first - 1);
        }

        // the steps of a batch's chunks that come before its first one
        void ClearBefore(int batch)
        {
            var ahead = chunks * steps - walk.Length(batch) + firsts[batch];
            for (int step = 0, count; step < ahead; step += count)
            {
                count = Math.Min(steps, ahead - step);
                RowMath.Clear(inputs.Pointer + ((long)(step / steps) * batches + batch) * steps * columns, count * columns);
            }
        }

        // the rows of u that lie in one chunk, with their place there: the last step is at the end of the last chunk
        void Place(Copying copy, Tensor rows, Storage placed)
        {
            for (var batch = 0; batch < batches; batch++)
            {
                var ahead = chunks * steps - walk.Length(batch);
                for (int t = firsts[batch], count; t < walk.Length(batch); t += count)
                {
                    var (chunk, step) = Math.DivRem(ahead + t, steps);
                    count = Math.Min(steps - step, walk.Length(batch) - t);
                    copy(rows.Pointer + ((long)batch * walk.Steps + t) * columns, placed.Pointer + (((long)chunk * batches + batch) * steps + step) * columns, count * columns);
                }
            }
        }
    }

    delegate void Copying(float* one, float* other, int count);

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
