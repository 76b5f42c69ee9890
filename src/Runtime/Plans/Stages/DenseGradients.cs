using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Gemm;

namespace Recurve.Plans;

/// <summary>What the adjoints λ of all new states give: b̄ = λ, Ā = Σ λ_t p_tᵀ, and to the initial states what resets take, Σ (Aᵀ λ_t + p̄_t).</summary>
internal sealed unsafe class DenseGradients(DenseStage stage, Run run, StateCells[] states, Rows lambda)
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly DenseLayout layout = stage.Layout;

    public void AddOffsets()
    {
        foreach (var (operand, state) in stage.Offsets)
        {
            var (target, start, width) = (run.TargetOf(stage, operand), stage.Starts[state], stage.Sizes[state] * layout.Vectors);
            if (target.IsRows)
            {
                ForEachStep((b, t) =>
                {
                    var scratch = Scratch.OfTask();
                    states[state].AddTo(target, b, t, RowOf(b, t, scratch.Take<float>(stage.ResultWidths[0])) + start);
                });
            }
            else if (target.IsSum)
            {
                var scratch = Storage.Rent(stage.ResultWidths[0]);
                for (var b = 0; b < walk.Batches; b++)
                {
                    for (var t = 0; t < walk.Length(b); t++) RowMath.AddTo(target.Total, RowOf(b, t, scratch.Pointer) + start, width);
                }
                scratch.Return();
            }
        }
    }

    // λ of a batch as a row of its states
    float* RowOf(int b, int t, float* scratch)
    {
        if (layout.Vectors == 1) return lambda.At(b, t);
        for (var v = 0; v < layout.Vectors; v++) layout.Put(scratch, v, lambda.At(b * layout.Vectors + v, t), stage.Width);
        return scratch;
    }

    public void AddBlocks()
    {
        if (!stage.Blocks.Any(block => run.TargetOf(stage, block.Operand).IsSum)) return;
        var width = stage.Width;
        var storage = Storage.Rent((long)Sequences * walk.Steps * width);
        var old = new Rows(storage.Pointer, (long)walk.Steps * width, width);
        ForEachStep((b, t) =>
        {
            for (var v = 0; v < layout.Vectors; v++) CopyOld(b, t, v, old.At(b * layout.Vectors + v, t));
        });
        foreach (var (operand, row, column) in stage.Blocks)
        {
            if (run.TargetOf(stage, operand) is not { IsSum: true } target) continue;
            var (rows, columns) = (stage.Sizes[row], stage.Sizes[column]);
            foreach (var (sequence, count) in Runs())
            {
                MatrixProduct.AddTransposedParallel(
                    lambda.At(sequence, 0) + stage.Starts[row], width, old.At(sequence, 0) + stage.Starts[column], width, target.Total, columns, count, rows, columns);
            }
        }
        storage.Return();
    }

    /// <summary>The matrix is linear: the sum goes through it once.</summary>
    public void AddInitial(float* matrix)
    {
        if (walk.Resets == 0 || !stage.States.Any(s => run.InitialTotalOf(s) != 0)) return;
        var adjoint = stage.Results.Length > 1 ? run.AdjointOf(stage, 1) : default;
        for (var v = 0; v < layout.Vectors; v++)
        {
            double[] sums = new double[stage.Width], taken = new double[stage.Width];
            for (var b = 0; b < walk.Batches; b++)
            {
                for (var t = 0; t < walk.Length(b); t++)
                {
                    if (!walk.IsReset(b, t)) continue;
                    for (var i = 0; i < sums.Length; i++)
                    {
                        sums[i] += lambda.At(b * layout.Vectors + v, t)[i];
                        if (!adjoint.IsNull) taken[i] += adjoint.At(b, t)[layout.IndexOf(v, i)];
                    }
                }
            }
            for (var i = 0; i < sums.Length; i++)
            {
                for (var j = 0; j < sums.Length; j++) taken[j] += matrix[(long)i * sums.Length + j] * sums[i];
            }
            for (var s = 0; s < states.Length; s++)
            {
                var total = (double*)run.InitialTotalOf(stage.States[s]);
                for (var i = 0; i < stage.Sizes[s] && total != null; i++) total[layout.IndexOf(v, i)] += taken[stage.Starts[s] + i];
            }
        }
    }

    void CopyOld(int b, int t, int vector, float* channels)
    {
        var (first, reset) = (t == walk.First(b), walk.IsReset(b, t));
        if (!first && !reset)
        {
            layout.Take(channels, run.ValueOf(stage.Results[0]).At(b, t - walk.Stride), vector, stage.Width);
            return;
        }
        for (var s = 0; s < states.Length; s++)
            layout.Take(channels + stage.Starts[s], reset ? states[s].Initial : states[s].Start(b), vector, stage.Sizes[s]);
    }

    void ForEachStep(Action<int, int> body) => new RowTiles(walk).Run(tile =>
    {
        for (var b = tile.B0; b < tile.B1; b++)
        {
            var end = Math.Min(tile.T1, walk.Length(b));
            for (var t = tile.T0; t < end; t++) body(b, t);
        }
    });

    /// <summary>Runs of rows without padding between them.</summary>
    IEnumerable<(int Sequence, long Rows)> Runs() => walk.Lengths is null
        ? [(0, (long)Sequences * walk.Steps)]
        : Enumerable.Range(0, Sequences).Select(n => (n, (long)walk.Length(n / layout.Vectors)));

    int Sequences => walk.Batches * layout.Vectors;
}
