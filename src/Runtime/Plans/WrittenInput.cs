using Recurve.Contracts;
using Recurve.Kernels.Dense;

namespace Recurve.Plans;

/// <summary>u of a dense recurrence m = A m + B u, where A and B are fields and u, narrower than m, does not read m: what chunks write is then known from u alone.</summary>
/// <param name="Stage">The recurrence.</param>
/// <param name="A">Field.</param>
/// <param name="B">Field.</param>
/// <param name="Signal">u.</param>
internal sealed record WrittenInput(DenseStage Stage, int A, int B, Signal Signal)
{
    DenseImpulse? impulse;

    /// <summary>Null: the recurrence is not of this form.</summary>
    public static WrittenInput? Of(Plan plan, DenseStage dense)
    {
        if (dense is not { Offsets.Length: 1, Blocks.Length: 1, Sizes.Length: 1, Layout.Vectors: 1 }) return null;
        var offset = dense.Operands[dense.Offsets[0].Operand];
        if (plan.PerStep.OfType<ProjectStage>().FirstOrDefault(p => p.Results[0].Id == offset.Id) is not { } project) return null;
        var (start, matrix) = (0, 0);
        while (matrix < project.Count && start < offset.Start) start += project.RowsOf(matrix++);
        if (start != offset.Start || matrix == project.Count || project.RowsOf(matrix) != offset.Width) return null;
        if (FieldOf(dense.Operands[0]) is not { } a || FieldOf(project.Operands[matrix + 1]) is not { } b) return null;
        var u = project.Operands[0];
        return 2 * u.Width <= dense.Width ? new(dense, a, b, u) : null;

        int? FieldOf(Signal signal) => plan.SlotOf(signal) is { Kind: SlotKind.Field } slot && signal == slot.Whole ? slot.Index : null;
    }

    /// <summary>What 2^<paramref name="exponent"/> steps of u make of m: that of the last call if nothing has changed.</summary>
    public unsafe DenseImpulse ImpulseOf(Tensor[] fields, int exponent)
    {
        var (last, a, b) = (impulse, fields[A], fields[B]);
        if (last?.IsOf(a.Pointer, b.Pointer, exponent) != true) impulse = last = new(Stage.PowersOf(a.Pointer), a.Pointer, b.Pointer, Stage.Width, Signal.Width, exponent);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return last;
    }
}
