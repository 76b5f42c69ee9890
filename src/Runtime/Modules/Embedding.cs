using Recurve.Devices;
using Recurve.Onnx;

namespace Recurve;

/// <summary>A trained vector for each of <c>count</c> ids. Parameter: <c>weight</c> (count, size), standard normal at first.</summary>
public sealed unsafe class Embedding : Module
{
    readonly Tensor weight;

    /// <summary>A table of <paramref name="count"/> vectors of <paramref name="size"/> numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the count is above 2²⁴, beyond which floats skip ids.</exception>
    public Embedding(int count, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1 << 24);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        (Count, Size) = (count, size);
        weight = Register("weight", Tensor.Zeros(count, size));
    }

    /// <summary>Number of ids.</summary>
    public int Count { get; }

    /// <summary>Numbers per id.</summary>
    public int Size { get; }

    internal override OnnxFlow Export(OnnxGraph graph, OnnxFlow x)
        => x with { Name = graph.Add("Gather", [graph.Constant("weight", weight.ToArray(), Count, Size), graph.Add("Cast", [x.Name], new OnnxAttribute("to", OnnxGraph.Int64))], new OnnxAttribute("axis", 0L)) };

    internal override bool IsClosed => true;

    /// <summary>Ids (B, T), whole numbers in 0 … count − 1, to (B, T, size); any other rank likewise. Steps past Lengths give 0.</summary>
    /// <exception cref="ArgumentException">An id is not a whole number in range.</exception>
    public override Tensor Forward(Tensor x, Sequence? sequence = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        EnsureInitialized();
        Device.RequireSame(nameof(Embedding), x, weight);
        var ids = Ids(x, sequence);
        if (x.Accelerator is { } device) return OnDevice(device, x, ids);
        var y = Tensor.Zeros([.. x.Sizes, Size]);
        for (long i = 0; i < ids.Length; i++)
        {
            if (ids[i] >= 0) Row(weight, ids[i]).CopyTo(Row(y, i));
        }
        GC.KeepAlive(y);
        Autograd.Record(nameof(Embedding), [weight], [y], gradients =>
        {
            using var sum = new GradientSum(Count, Size);
            for (long i = 0; i < ids.Length; i++)
            {
                if (ids[i] < 0) continue;
                var row = Row(gradients[0]!, i);
                var target = sum.Pointer + (long)ids[i] * Size;
                for (var j = 0; j < row.Length; j++) target[j] += row[j];
            }
            GC.KeepAlive(gradients[0]);
            return [sum.ToTensor()];
        });
        return y;
    }

    Tensor OnDevice(Accelerator device, Tensor x, int[] ids)
    {
        var y = Tensor.Zeros(x.Device, [.. x.Sizes, Size]);
        var rows = device.Upload([.. ids.Select(id => (long)id)]);
        device.Launch(Elementwise.Text, "gather_rows", Grid.Over(y.Length), y, weight, rows, Size, (long)ids.Length);
        Autograd.Record(nameof(Embedding), [weight], [y], gradients =>
        {
            var (starts, members) = Positions(ids);
            var sum = Tensor.Uninitialized(x.Device, Count, Size);
            device.Launch(
                Elementwise.Text, "sum_listed_rows", Grid.Over(sum.Length),
                sum, gradients[0], device.Upload(starts), device.Upload(members), Size, (long)Count);
            return [sum];
        });
        return y;
    }

    /// <summary>The positions of each id in their order, all ids one after the other, and where each id's start.</summary>
    (long[] Starts, long[] Members) Positions(int[] ids)
    {
        var starts = new long[Count + 1];
        foreach (var id in ids)
        {
            if (id >= 0) starts[id + 1]++;
        }
        for (var id = 0; id < Count; id++) starts[id + 1] += starts[id];
        var members = new long[starts[Count]];
        var next = (long[])starts.Clone();
        for (long i = 0; i < ids.Length; i++)
        {
            if (ids[i] >= 0) members[next[ids[i]]++] = i;
        }
        return (starts, members);
    }

    private protected override void InitializeOwn(Func<string, RandomSource> random) => random("weight").FillNormal(weight);

    /// <summary>One id per position; −1 past the lengths.</summary>
    int[] Ids(Tensor x, Sequence? sequence)
    {
        var values = x.ToArray();
        var ids = new int[values.Length];
        ids.AsSpan().Fill(-1);
        RowRange[] ranges = sequence?.Lengths is { } lengths && x.Rank == 2
            ? RowRange.Of(lengths, x.Dim(0), x.Dim(1))
            : [new(0, values.Length)];
        foreach (var (start, count) in ranges)
        {
            for (var i = start; i < start + count; i++)
            {
                var value = values[i];
                if (!(value >= 0 && value < Count && value == MathF.Floor(value)))
                    throw new ArgumentException($"Embedding: id {i} of x {x.ShapeText} is {value}; expected a whole number in 0 … {Count - 1}.", nameof(x));
                ids[i] = (int)value;
            }
        }
        return ids;
    }

    static Span<float> Row(Tensor tensor, long row) => new(tensor.Pointer + row * tensor.Dim(-1), tensor.Dim(-1));
}
