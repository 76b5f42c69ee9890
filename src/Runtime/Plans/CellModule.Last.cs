using Recurve.Plans;

namespace Recurve;

public abstract partial class CellModule
{
    FinalState? finalState;
    bool hasFinalState;

    /// <summary>
    /// The output of the last step of each sequence, (B, outputs), where the states before it need not be computed: the state that the last step
    /// reads directly, and then that step. Null: run all steps.
    /// </summary>
    internal Tensor? ForwardLast(Tensor x, Sequence? sequence)
    {
        // of a slice of time only the whole cell knows what comes before
        if (sequence?.Slices is not null) return null;
        EnsureInitialized();
        if (!hasFinalState) (finalState, hasFinalState) = (FinalState.Of(CellPlan), true);
        if (finalState?.IsFor(x, FieldTensors, sequence) != true) return null;
        var walk = CallCheck.Walk(Definition, [x], null, sequence);
        var (batch, steps) = (walk.Batches, walk.Steps);
        var before = walk with { Lengths = [.. Enumerable.Range(0, batch).Select(b => walk.Length(b) - 1)] };
        var u = finalState.Writing is { } writing ? RunPlan(writing, [x], null, before, sequence).Outputs[0] : x;
        if (finalState.Run(u, FieldTensors, before) is not { } state) return null;

        var last = new LastStep().Forward(x, sequence).Reshape(batch, 1, x.Dim(2));
        var mask = walk.Mask is null ? null : Tensor.FromArray([.. Enumerable.Range(0, batch).Select(b => walk.IsReset(b, walk.Last(b)) ? 1f : 0f)], batch, 1);
        var (outputs, _) = RunPlan(CellPlan, [last], [state], new(batch, 1, Mask: mask), new() { Resets = mask });
        LastRun = new RunReport(CellPlan, walk, LastRun!.KeepsForBackward, LastRun.Outcomes) { RecomputedBytes = LastRun.RecomputedBytes, Note = "only the last step, from the final state of those before it" };
        // a copy: what is made of one step is released while the run may still read its own
        return new LastStep().Forward(outputs[0]);
    }
}
