using System.Collections.Concurrent;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels.Dense;
using Recurve.Kernels.Gemm;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>
/// s' = A s + b with A constant over the call, for the states of a group one below the other. Results: the new states side by side, and
/// the old ones where somebody reads them. Backward λ_t = c_t + s̄_t, c_{t−1} = Aᵀ λ_t is the same recurrence against the order; b̄ = λ, and
/// Ā = Σ λ_t p_tᵀ is one product over all rows. A matrix is as many vectors under one A as it has columns, or rows: each is a sequence of its own.
/// </summary>
internal sealed unsafe class DenseStage : Stage
{
    readonly ConcurrentBag<PackedMatrix> spare = [];
    DensePowers? powers;

    /// <param name="states">The group.</param>
    /// <param name="sizes">Their sizes.</param>
    /// <param name="blocks">A row by row: what each old state gives to each new one; null: nothing.</param>
    /// <param name="offsets">b by state; null: nothing is added.</param>
    /// <param name="readsOld">Whether the old states are a result.</param>
    /// <param name="columns">Vectors side by side in one state, channel by channel.</param>
    /// <param name="rows">Vectors one after the other in one state.</param>
    public DenseStage(int[] states, int[] sizes, Signal?[] blocks, Signal?[] offsets, bool readsOld, int columns = 1, int rows = 1) : base(
        [.. blocks.OfType<Signal>(), .. offsets.OfType<Signal>()], [.. Enumerable.Repeat(sizes.Sum(), readsOld ? 2 : 1)], states)
    {
        var vectors = columns * rows;
        if (vectors > 1 && (sizes.Length > 1 || columns > 1 && rows > 1 || sizes[0] % vectors != 0))
            throw new InvalidOperationException($"{columns} columns, {rows} rows in states of {string.Join(", ", sizes)} numbers.");
        sizes = [.. sizes.Select(size => size / vectors)];
        Sizes = sizes;
        Layout = vectors == 1 ? DenseLayout.Whole : rows > 1 ? new(rows, sizes[0], 1) : new(columns, 1, columns);
        Starts = [.. sizes.Select((_, s) => sizes.Take(s).Sum())];
        var operand = 0;
        var placed = blocks.Select((block, i) => (Block: block, Row: i / sizes.Length, Column: i % sizes.Length)).Where(p => p.Block is not null);
        Blocks = [.. placed.Select(p => new Block(operand++, p.Row, p.Column))];
        Offsets = [.. offsets.Select((offset, s) => (offset, s)).Where(o => o.offset is not null).Select(o => (operand++, o.s))];
        foreach (var (index, row, column) in Blocks)
        {
            if (Operands[index].Width != (long)sizes[row] * sizes[column])
                throw new InvalidOperationException($"A matrix of {Operands[index].Width} numbers from {sizes[column]} to {sizes[row]} channels.");
        }
    }

    // the backward pass goes on with the forward one's powers
    public override bool IsRebindable => false;

    /// <summary>The vectors of a row.</summary>
    public DenseLayout Layout { get; }

    /// <summary>Channels of each state in a vector, and where they start.</summary>
    public int[] Sizes { get; }

    /// <inheritdoc cref="Sizes"/>
    public int[] Starts { get; }

    /// <summary>Channels of all states in a vector.</summary>
    public int Width => Sizes[^1] + Starts[^1];

    /// <summary>Where each matrix stands in A: its operand, and the states of its rows and columns.</summary>
    public Block[] Blocks { get; }

    /// <summary>Operand and state of each offset.</summary>
    public (int Operand, int State)[] Offsets { get; }

    /// <summary>What b is made of, where that is narrow and made by a field; filled by the recorder.</summary>
    public WrittenInput? Input { get; set; }

    /// <summary>Whether A is made of fields that are not trained; filled by the recorder.</summary>
    public bool IsConstant { get; set; }

    public override Signal[] Peeks => Input is { } input ? [input.Signal] : [];

    /// <summary>Memory for packed matrices; runs give it back.</summary>
    public PackedMatrix Take() => spare.TryTake(out var packed) ? packed : new();

    public void Give(PackedMatrix packed) => spare.Add(packed);

    /// <summary>The powers of a matrix: those of the last call if it was the same.</summary>
    public DensePowers PowersOf(float* matrix) => KnownPowersOf(matrix) ?? (powers = new(matrix, Width));

    /// <summary>The powers of a matrix if it was that of the last call that needed any.</summary>
    public DensePowers? KnownPowersOf(float* matrix) => powers is { } last && last.AreOf(matrix) ? last : null;

    public override string Describe() => $"Dense scan over {(Layout.Vectors > 1 ? $"{Layout.Vectors} vectors of " : "")}{Width} channels";

    public override void Export(OnnxPlan plan)
    {
        var g = plan.Graph;
        var scan = plan.BeginScan();
        string[] old = [.. States.Select(s => scan.Carry(plan.StartOf(s)))];
        var terms = old.Select(_ => new List<string>()).ToArray();
        foreach (var (operand, row, column) in Blocks)
        {
            var matrix = g.Add("Reshape", [plan.ValueOf(Operands[operand]), g.Integers(Sizes[row], Sizes[column])]);
            var transposed = g.Add("Transpose", [matrix], new OnnxAttribute("perm", new long[] { 1, 0 }));
            string Of(params long[] shape) => Layout.Vectors == 1 ? old[column] : scan.Body.Add("Reshape", [old[column], g.Integers([0, .. shape])]);
            var product = Layout.Stride == 1 ? scan.Body.Add("MatMul", [Of(Layout.Vectors, Sizes[column]), transposed])
                : scan.Body.Add("MatMul", [matrix, Of(Sizes[column], Layout.Vectors)]);
            terms[row].Add(Layout.Vectors == 1 ? product : scan.Body.Add("Reshape", [product, g.Integers(0, Sizes[row] * Layout.Vectors)]));
        }
        foreach (var (operand, state) in Offsets) terms[state].Add(plan.IsPerStep(Operands[operand]) ? scan.Each(plan.ValueOf(Operands[operand])) : plan.ValueOf(Operands[operand]));
        // a state that nothing is given to becomes zero
        string[] next = [.. terms.Select((t, s) => t.Count == 0 ? scan.Body.Add("Sub", [old[s], old[s]]) : t.Aggregate((a, b) => scan.Body.Add("Add", [a, b])))];
        var sequences = scan.Close(next, Results.Length > 1 ? [.. next, .. old] : next);
        foreach (var (i, result) in Results.Index()) plan.Set(result, g.Add("Concat", sequences[(i * old.Length)..((i + 1) * old.Length)], new OnnxAttribute("axis", -1L)));
    }

    public override StageRun Bind(Run run) => new DenseRun(this, run);

    public override StageRun Bind(Run run, Accelerator device) => new DenseOnDevice(this, run, device);

    internal readonly record struct Block(int Operand, int Row, int Column);
}

internal sealed unsafe class DenseRun(DenseStage stage, Run run) : StageRun
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly StateCells[] states = [.. stage.States.Select(s => new StateCells(run, s))];
    readonly List<PackedMatrix> packed = [];
    Storage? assembled;
    float* matrix;
    PackedMatrix step = null!;
    DenseSequences? stream;
    Storage? lambda;

    public override void BeginForward()
    {
        // one matrix of one state is read where it lies
        matrix = stage is { Blocks.Length: 1, Sizes.Length: 1 } ? run.ValueOf(stage.Operands[0]).At(0, 0) : (assembled = Assemble()).Pointer;
        step = Pack(matrix, transposed: true);
    }

    public override void Forward(in Window window)
    {
        if (window.IsWhole) ForwardWhole();
        else (stream ??= new(new DenseForward(stage, run, states), [.. Enumerable.Range(0, Sequences)])).RunHere(step);
    }

    // apart, so that a step of a stream makes no closure
    void ForwardWhole()
    {
        var input = walk.Resets == 0 ? stage.Input : null;
        Run(new DenseForward(stage, run, states), isBackward: false, scan => Scan(scan, step, transposed: true, input));
    }

    public override void BeginBackward(int groups)
    {
        foreach (var state in states) state.BeginBackward(groups: 1);
        lambda = Storage.Rent((long)Sequences * walk.Steps * stage.Width);
    }

    public override void Backward(in Window window)
    {
        var scan = new DenseBackward(stage, run, states, Lambda);
        var by = Pack(matrix, transposed: false);
        Run(scan, isBackward: true, one => Scan(one, by, transposed: false, input: null));
        scan.Complete();
    }

    public override void EndBackward()
    {
        var sums = new DenseGradients(stage, run, states, Lambda);
        sums.AddOffsets();
        sums.AddBlocks();
        sums.AddInitial(matrix);
        foreach (var state in states) state.EndBackward();
        lambda!.Return();
    }

    public override void Release()
    {
        foreach (var one in packed) stage.Give(one);
        packed.Clear();
        assembled?.Return();
        stream?.Release();
    }

    int Sequences => walk.Batches * stage.Layout.Vectors;

    // of sequence n, vector n mod V of batch n / V
    Kernels.Rows Lambda => new(lambda!.Pointer, (long)walk.Steps * stage.Width, stage.Width);

    /// <summary>All of the sequences, or the slice that is here.</summary>
    void Run(DenseStateWalk scan, bool isBackward, Action<DenseWalk> body)
    {
        if (run.Slices is null) body(scan);
        else
        {
            new SlicedDense(stage.PowersOf(matrix), new(run.Slices, walk.Reverse), Sequences, stage.Width)
                .Run(new DenseOnProcessor(stage, states, scan, isBackward, body), isBackward);
        }
    }

    void Scan(DenseWalk scan, PackedMatrix by, bool transposed, WrittenInput? input)
    {
        var exponent = DenseSplit.Of(Sequences, walk.Steps, stage.Width, sweeps: input is null ? 2 : 1, stage.IsConstant).Exponent;
        if (exponent > 0)
        {
            var powers = stage.PowersOf(matrix);
            exponent = powers.ExponentAtMost(exponent);
            if (exponent > 0) DenseScan.RunSplit(scan, by, powers.Packed(exponent, transposed), 1 << exponent, input is null ? null : InputOf(input, exponent));
        }
        if (exponent == 0) DenseScan.RunSerial(scan, by);
    }

    DenseInput InputOf(WrittenInput input, int exponent)
    {
        var (rows, columns) = (run.ValueOf(input.Signal), input.Signal.Width);
        return new(input.ImpulseOf(run.Memory.Fields, exponent), columns, (batch, first, steps, row) =>
        {
            if (!walk.Reverse) RowMath.CopyRows(row, rows, batch, first, steps, columns);
            else for (var step = first; step < first + steps; step++, row += columns) RowMath.Copy(row, rows.At(batch, walk.RowOf(batch, step)), columns);
        });
    }

    /// <summary>Rows times Aᵀ (forward), or times A.</summary>
    PackedMatrix Pack(float* values, bool transposed)
    {
        if (stage.KnownPowersOf(values) is { } known) return known.Packed(exponent: 0, transposed);
        var taken = stage.Take();
        if (transposed) taken.FillTransposed(values, stage.Width, stage.Width, stage.Width);
        else taken.Fill(values, stage.Width, stage.Width, stage.Width);
        packed.Add(taken);
        return taken;
    }

    Storage Assemble()
    {
        var storage = Storage.Rent((long)stage.Width * stage.Width, clear: true);
        foreach (var (operand, row, column) in stage.Blocks)
        {
            var (rows, columns) = (stage.Sizes[row], stage.Sizes[column]);
            var block = run.ValueOf(stage.Operands[operand]).At(0, 0);
            var target = storage.Pointer + (long)stage.Starts[row] * stage.Width + stage.Starts[column];
            for (var i = 0; i < rows; i++) RowMath.Copy(target + (long)i * stage.Width, block + (long)i * columns, columns);
        }
        return storage;
    }
}
