using Recurve.Contracts;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>The rows of one state before, after and between steps, for stages that carry it themselves.</summary>
internal sealed unsafe class StateCells(Run run, int state)
{
    readonly int width = run.StateOf(state).Width;
    readonly SlicedCarry? carried = run.Slices is null ? null : new(run, state);
    readonly Rows end = run.Memory.EndOf(state);
    readonly Storage zeros = Storage.Rent(run.StateOf(state).Width, clear: true);
    Rows givenAdjoint, endAdjoint, startAdjoint;
    Sums? initialSums;

    /// <summary>The row a reset returns to.</summary>
    public float* Initial => run.Memory.InitialOf(state) is not 0 and var row ? (float*)row : zeros.Pointer;

    /// <summary>The row before the first step.</summary>
    public float* Start(int batch) => FirstRows.IsNull ? Initial : FirstRows.At(batch, 0);

    /// <summary>The row before the first step of the whole sequence, of which this is a slice.</summary>
    public float* Given(int batch) => run.Memory.StartOf(state) is { IsNull: false } given ? given.At(batch, 0) : Initial;

    /// <summary>What came to the slice, for stages that carry it themselves.</summary>
    public SlicedCarry? Carried => carried;

    /// <summary>The row after the last step.</summary>
    public float* End(int batch) => end.At(batch, 0);

    // a later slice starts from what was carried to it
    Rows FirstRows => carried is { IsFirst: false } ? carried.Start : run.Memory.StartOf(state);

    /// <summary>
    /// Of a slice of a sequence, before it runs: <paramref name="leave"/> writes what the slice leaves behind for a batch, and says whether what comes to it
    /// is added.
    /// </summary>
    public void CarryForward(Func<int, nint, bool> leave) => Carry(isBackward: false, b => (nint)Given(b), leave);

    /// <summary>The same against the order, for adjoints.</summary>
    public void CarryBackward(Func<int, nint, bool> leave) => Carry(isBackward: true, b => (nint)(givenAdjoint.IsNull ? zeros.Pointer : givenAdjoint.At(b, 0)), leave);

    // a row that nothing is left in is one of zeros
    void Carry(bool isBackward, Func<int, nint> given, Func<int, nint, bool> leave)
    {
        if (carried is null) return;
        var batches = run.WalkOf(Rate.PerStep).Batches;
        Storage carry = Storage.Rent((long)batches * width), left = Storage.Rent((long)batches * width, clear: true);
        var adds = new bool[batches];
        for (var b = 0; b < batches; b++)
        {
            RowMath.Copy(carry.Pointer + (long)b * width, (float*)given(b), width);
            adds[b] = leave(b, (nint)(left.Pointer + (long)b * width));
        }
        carried.Fold(isBackward, carry, left, adds);
        carry.Return();
        left.Return();
    }

    public void BeginBackward(int groups)
    {
        (givenAdjoint, startAdjoint) = (run.EndAdjointOf(state), run.StartAdjointOf(state));
        endAdjoint = carried?.EndAdjoint ?? givenAdjoint;
        initialSums = run.InitialTotalOf(state) == 0 ? null : new(groups, width);
    }

    /// <summary>What arrives at the row after the last step of the whole sequence; null: nothing.</summary>
    public float* GivenAdjoint(int batch) => givenAdjoint.IsNull ? null : givenAdjoint.At(batch, 0);

    /// <summary>What arrives at the row after the last step; null: nothing.</summary>
    public float* EndAdjoint(int batch) => endAdjoint.IsNull ? null : endAdjoint.At(batch, 0);

    /// <summary>Stores what leaves at the row before the first step (null: zero); it belongs to the initial state where no start was given.</summary>
    public void SetStartAdjoint(int group, int batch, float* row)
    {
        if (carried is { IsFirst: false }) return;
        if (FirstRows.IsNull)
        {
            if (row != null) AddInitial(group, row);
        }
        else if (row == null) RowMath.Clear(startAdjoint.At(batch, 0), width);
        else RowMath.Copy(startAdjoint.At(batch, 0), row, width);
    }

    /// <summary>Adds to the gradient of the initial state, in a sum of the group's own.</summary>
    public void AddInitial(int group, float* row) => initialSums?.Add(group, row);

    /// <summary>Gives the adjoint of one row of the new value to whoever wants it.</summary>
    public void AddTo(AdjointTarget target, int batch, int step, float* row)
    {
        if (target.IsSum) RowMath.AddTo(target.Total, row, width);
        else if (!target.IsRows) return;
        else if (target.Mode == StoreMode.Add) RowMath.Add(target.Rows.At(batch, step), row, width);
        else RowMath.Copy(target.Rows.At(batch, step), row, width);
    }

    public void EndBackward() => initialSums?.Complete((double*)run.InitialTotalOf(state));
}
