using ILGPU;

namespace Recurve.Ilgpu.Kernels;

/// <summary>States.cl.</summary>
static unsafe class States
{
    public static void OldStates(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal old = call.Signal(), next = call.Signal();
        var start = new Start(ref call);
        var order = new Order(ref call);
        var space = order.Space(ref call);
        if (!space.TryRow(call.Item / order.Width, out var batch, out var step)) return;
        var i = call.Item % order.Width;
        old.At(batch, step)[i] = order.IsReset(batch, step) ? start.Initial(batch, i)
            : step == order.First(batch) ? start.At(batch, i, order.Width) : next.At(batch, step - order.Stride)[i];
    }

    public static void EndStates(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* end = call.Floats();
        var next = call.Signal();
        var start = new Start(ref call);
        var order = new Order(ref call);
        var batches = order.Batches(ref call);
        long batch = call.Item / order.Width, i = call.Item % order.Width;
        if (batch < batches) end[call.Item] = order.Length(batch) == 0 ? start.At(batch, i, order.Width) : next.At(batch, order.Last(batch))[i];
    }

    public static void NextAdjoints(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        Signal target = call.Signal(), old = call.Signal();
        float* end = call.Floats();
        var add = call.Flag();
        var order = new Order(ref call);
        var space = order.Space(ref call);
        if (!space.TryRow(call.Item / order.Width, out var batch, out var step)) return;
        var i = call.Item % order.Width;
        var arriving = step == order.Last(batch) ? (end == null ? 0f : end[batch * order.Width + i])
            : order.IsReset(batch, step + order.Stride) ? 0f : old.At(batch, step + order.Stride)[i];
        float* to = target.At(batch, step) + i;
        *to = add ? *to + arriving : arriving;
    }

    public static void StartAdjoints(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* target = call.Floats();
        var old = call.Signal();
        float* end = call.Floats();
        var order = new Order(ref call);
        var batches = order.Batches(ref call);
        long batch = call.Item / order.Width, i = call.Item % order.Width;
        if (batch >= batches) return;
        target[call.Item] = order.Length(batch) == 0 ? (end == null ? 0f : end[call.Item])
            : order.IsReset(batch, order.First(batch)) ? 0f : old.At(batch, order.First(batch))[i];
    }

    public static void Hold(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        var held = call.Signal();
        float* end = call.Floats();
        var start = new Start(ref call);
        var order = new Order(ref call);
        var batches = order.Batches(ref call);
        long batch = call.Item / order.Width, i = call.Item % order.Width;
        if (batch >= batches) return;
        var value = start.At(batch, i, order.Width);
        var step = order.First(batch);
        for (long n = 0; n < order.Length(batch); n++)
        {
            if (order.IsReset(batch, step)) value = start.Initial(batch, i);
            held.At(batch, step)[i] = value;
            step += order.Stride;
        }
        end[call.Item] = value;
    }

    public static void HoldAdjoint(Index1D index, ArrayView<long> words)
    {
        var call = new Call(index, words);
        float* target = call.Floats();
        double* initialSums = call.Doubles();
        var held = call.Signal();
        float* end = call.Floats();
        var order = new Order(ref call);
        var batches = order.Batches(ref call);
        long batch = call.Item / order.Width, i = call.Item % order.Width;
        if (batch >= batches) return;
        double carry = end == null ? 0f : end[call.Item], initial = 0.0;
        var step = order.Last(batch);
        for (long n = 0; n < order.Length(batch); n++)
        {
            carry += held.At(batch, step)[i];
            if (order.IsReset(batch, step)) (initial, carry) = (initial + carry, 0.0);
            step -= order.Stride;
        }
        target[call.Item] = (float)carry;
        initialSums[call.Item] = initial;
    }

    /// <summary>What a sequence starts from.</summary>
    readonly struct Start
    {
        readonly float* start;
        readonly float* initial;
        readonly long initialBatch;

        public Start(ref Call call)
        {
            start = call.Floats();
            initial = call.Floats();
            initialBatch = call.Long();
        }

        public float Initial(long batch, long i) => initial == null ? 0f : initial[batch * initialBatch + i];

        public float At(long batch, long i, int width) => start == null ? Initial(batch, i) : start[batch * width + i];
    }

    /// <summary>The order of the steps of all sequences.</summary>
    struct Order
    {
        readonly float* resets;
        readonly int vectors;
        readonly bool isReverse;
        readonly long allSteps;
        int* lengths;

        public Order(ref Call call)
        {
            resets = call.Floats();
            vectors = call.Int();
            isReverse = call.Flag();
            allSteps = call.Long();
            Width = call.Int();
            lengths = null;
        }

        public int Width { get; }

        public readonly int Stride => isReverse ? -1 : 1;

        public Space Space(ref Call call)
        {
            lengths = call.Ints();
            return new(lengths, call.Long(), call.Long(), call.Long());
        }

        public long Batches(ref Call call)
        {
            lengths = call.Ints();
            return call.Long();
        }

        public readonly long Length(long batch) => lengths == null ? allSteps : lengths[batch];

        public readonly long First(long batch) => isReverse ? Length(batch) - 1 : 0;

        public readonly long Last(long batch) => isReverse ? 0 : Length(batch) - 1;

        public readonly bool IsReset(long batch, long step) => resets != null && resets[batch / vectors * allSteps + step] != 0f;
    }
}
