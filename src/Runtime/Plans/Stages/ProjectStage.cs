using System.Collections.Concurrent;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;
using Recurve.Kernels.Gemm;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>
/// [m0; m1; …] · x for matrices that are constant over the call: one product of all rows with the stacked weights.
/// x̄ = ȳ M and M̄ = Σ ȳ xᵀ over all rows, the latter in one product at the end also inside a loop.
/// </summary>
internal sealed class ProjectStage(Signal x, Signal[] matrices) : Stage([x, .. matrices], [matrices.Sum(m => m.Width / x.Width)])
{
    readonly ConcurrentBag<PackedMatrix> spare = [];

    /// <summary>Memory for packed weights; runs give it back, so that a training loop does not allocate.</summary>
    public PackedMatrix Take() => spare.TryTake(out var packed) ? packed : new();

    public void Give(PackedMatrix packed) => spare.Add(packed);

    /// <summary>Channels of x.</summary>
    public int Columns => Operands[0].Width;

    /// <summary>Rows of all matrices.</summary>
    public int Rows => ResultWidths[0];

    /// <summary>Number of matrices.</summary>
    public int Count => Operands.Length - 1;

    /// <summary>Rows of a matrix.</summary>
    public int RowsOf(int matrix) => Operands[matrix + 1].Width / Columns;

    public override bool TakesEveryPrecision => true;

    public override string Describe() => $"Project {Columns} → {string.Join(" + ", Enumerable.Range(0, Count).Select(RowsOf))} channels";

    public override void Export(OnnxPlan plan)
    {
        var g = plan.Graph;
        string[] matrices = [.. Enumerable.Range(0, Count).Select(i => g.Add("Reshape", [plan.ValueOf(Operands[i + 1]), g.Integers(RowsOf(i), Columns)]))];
        var stack = Count == 1 ? matrices[0] : g.Add("Concat", matrices, new OnnxAttribute("axis", 0L));
        plan.Set(Results[0], g.Add("MatMul", [plan.ValueOf(Operands[0]), g.Add("Transpose", [stack], new OnnxAttribute("perm", new long[] { 1, 0 }))]));
    }

    public override StageRun Bind(Run run) => new ProjectRun(this, run);

    public override StageRun Bind(Run run, Accelerator device) => new ProjectOnDevice(this, run, device);
}

internal sealed unsafe class ProjectRun(ProjectStage stage, Run run) : StageRun
{
    readonly Walk walk = run.WalkOf(stage.Rate);
    readonly Rows x = run.ValueOf(stage.Operands[0]), y = run.ValueOf(stage.Results[0]);
    PackedMatrix? weights, transposed;
    Rows adjoint;
    AdjointTarget target;

    public override void BeginForward()
    {
        var stack = Stack();
        weights = stage.Take();
        weights.FillTransposed(stack.Pointer, stage.Columns, stage.Rows, stage.Columns);
        stack.Return();
    }

    public override void Forward(in Window window) => Multiply(x, weights!, y, window, accumulate: false);

    public override void BeginBackward(int groups)
    {
        adjoint = run.AdjointOf(stage, 0);
        target = run.TargetOf(stage, 0);
        if (target.Mode == StoreMode.Discard) return;
        var stack = Stack();
        transposed = stage.Take();
        transposed.Fill(stack.Pointer, stage.Columns, stage.Rows, stage.Columns);
        stack.Return();
    }

    public override void Backward(in Window window)
    {
        if (target.IsRows) Multiply(adjoint, transposed!, target.Rows, window, target.Mode == StoreMode.Add);
        else if (target.IsSum) AddToTotal();
    }

    /// <summary>Gradients of all matrices in one product, which reads and packs x once.</summary>
    public override void EndBackward()
    {
        AdjointTarget[] weights = [.. Enumerable.Range(1, stage.Count).Select(i => run.TargetOf(stage, i))];
        if (!weights.Any(w => w.IsSum)) return;
        if (stage.Count == 1)
        {
            AddWeights(weights[0].Total);
            return;
        }
        var sums = Storage.Rent(2L * stage.Rows * stage.Columns, clear: true);
        AddWeights((double*)sums.Pointer);
        for (var (i, start) = (0, 0L); i < stage.Count; start += stage.Operands[++i].Width)
        {
            var size = stage.Operands[i + 1].Width;
            if (weights[i].IsSum) RowMath.AddTo(weights[i].Total, (double*)sums.Pointer + start, size);
        }
        sums.Return();
    }

    void AddWeights(double* sums)
    {
        foreach (var (b, rows, stride, xStride) in Runs(adjoint, x))
        {
            MatrixProduct.AddTransposedParallel(
                adjoint.At(b, 0), stride, x.At(b, 0), xStride, sums, stage.Columns, rows, stage.Rows, stage.Columns);
        }
    }

    public override void Release()
    {
        if (weights is not null) stage.Give(weights);
        if (transposed is not null) stage.Give(transposed);
        weights = transposed = null;
    }

    // only for a product that is itself constant over the call
    void AddToTotal()
    {
        var row = Storage.Rent(stage.Columns);
        MatrixProduct.Multiply(adjoint.At(0, 0), 0, transposed!, row.Pointer, 0, 1);
        RowMath.AddTo(target.Total, row.Pointer, stage.Columns);
        row.Return();
    }

    void Multiply(Rows from, PackedMatrix by, Rows to, in Window window, bool accumulate)
    {
        if (!window.IsWhole)
        {
            MultiplyStep(from, by, to, window, accumulate);
            return;
        }
        foreach (var (b, rows, stride, toStride) in Runs(from, to))
            MatrixProduct.MultiplyParallel(from.At(b, 0), stride, by, to.At(b, 0), toStride, rows, accumulate);
    }

    // one step of some batches: neighbouring batches that are still running are one product, which a group that has the cores to itself divides
    void MultiplyStep(Rows from, PackedMatrix by, Rows to, in Window window, bool accumulate)
    {
        var t = window.T0;
        for (var b = window.B0; b < window.B1;)
        {
            var end = b;
            while (end < window.B1 && walk.IsActive(end, t)) end++;
            if (end > b) MatrixProduct.MultiplyParallel(from.At(b, t), from.BatchStride, by, to.At(b, t), to.BatchStride, end - b, accumulate);
            b = end + 1;
        }
    }

    /// <summary>All rows as few runs of equally spaced ones.</summary>
    IEnumerable<RowRun> Runs(Rows one, Rows other)
    {
        var (batches, steps) = (walk.Batches, walk.Steps);
        if (walk.Lengths is null && one.BatchStride == one.StepStride * steps && other.BatchStride == other.StepStride * steps)
        {
            yield return new(0, (long)batches * steps, one.StepStride, other.StepStride);
            yield break;
        }
        if (walk.Lengths is null && one.StepStride == one.BatchStride * batches && other.StepStride == other.BatchStride * batches)
        {
            yield return new(0, (long)batches * steps, one.BatchStride, other.BatchStride);
            yield break;
        }
        for (var b = 0; b < batches; b++) yield return new(b, walk.Length(b), one.StepStride, other.StepStride);
    }

    /// <summary>Rows from the first step of a batch on.</summary>
    readonly record struct RowRun(int Batch, long Rows, long Stride, long OtherStride);

    /// <summary>The matrices one below the other.</summary>
    Storage Stack()
    {
        var stack = Storage.Rent((long)stage.Rows * stage.Columns);
        for (var (i, start) = (0, 0L); i < stage.Count; start += stage.Operands[++i].Width)
        {
            var size = stage.Operands[i + 1].Width;
            RowMath.Copy(stack.Pointer + start, run.ValueOf(stage.Operands[i + 1]).At(0, 0), size);
        }
        return stack;
    }
}
