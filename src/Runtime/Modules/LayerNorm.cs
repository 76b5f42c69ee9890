using System.Numerics;
using Recurve.Devices;
using Recurve.Kernels;
using Recurve.Onnx;

namespace Recurve;

/// <summary>
/// (x − mean) / √(variance + ε) on the last axis, times a gain plus an offset (Ba et al. 2016). Parameters: <c>weight</c> (size) of
/// ones, <c>bias</c> (size) of zeros, as in PyTorch.
/// </summary>
public sealed unsafe class LayerNorm : Module
{
    const int TileRows = 256, GroupItems = 64;
    static readonly int Width = Vector<float>.Count;

    static readonly DeviceProgram Text = DeviceProgram.Of("Reductions.cl", "Modules.cl");

    readonly double epsilon;
    readonly Tensor weight, bias;

    /// <summary>Normalizes vectors of <paramref name="size"/> numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive, or epsilon negative.</exception>
    public LayerNorm(int size, double epsilon = 1e-5)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        Size = size;
        this.epsilon = epsilon;
        weight = Register("weight", Tensor.Zeros(size));
        bias = Register("bias", Tensor.Zeros(size));
    }

    /// <summary>Size of the last axis.</summary>
    public int Size { get; }

    internal override OnnxFlow Export(OnnxGraph graph, OnnxFlow x)
    {
        string normalized = OnnxRows.Normalized(graph, x.Name, epsilon, centred: true), scaled = graph.Add("Mul", [normalized, graph.Constant("weight", weight.ToArray(), Size)]);
        return x with { Name = graph.Add("Add", [scaled, graph.Constant("bias", bias.ToArray(), Size)]) };
    }

    internal override bool IsClosed => true;

    /// <summary>(…, size) to the same shape. Steps past Lengths give 0.</summary>
    /// <exception cref="ArgumentException">The last axis has another size.</exception>
    public override Tensor Forward(Tensor x, Sequence? sequence = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        EnsureInitialized();
        if (x.Rank == 0 || x.Dim(-1) != Size)
            throw new ArgumentException($"LayerNorm: the last axis of x must have size {Size}, but x has shape {x.ShapeText}.", nameof(x));
        Device.RequireSame(nameof(LayerNorm), x, weight);
        var rows = RowRange.Of(x, sequence);
        var y = RowRange.Result(x.Device, rows, x.Shape);
        if (x.Accelerator is { } device)
        {
            using var space = DeviceRowSpace.Of(device, x, sequence);
            device.Launch(Text, "normalize_rows", new(space.Space.Rows, GroupItems), y, x, weight, bias, space.Space.Lengths, space.Space.Steps, Size, epsilon);
            Autograd.Record(nameof(LayerNorm), [x, weight, bias], [y], gradients => Differentiate(device, x, sequence, rows, gradients[0]!));
            return y;
        }
        var tiles = Tiles(rows);
        Workers.For(tiles.Length, task =>
        {
            var (start, count) = tiles[task];
            for (var row = start; row < start + count; row++) NormalizeRow(x.Pointer + row * Size, y.Pointer + row * Size);
        });
        GC.KeepAlive(x);
        Autograd.Record(nameof(LayerNorm), [x, weight, bias], [y], gradients => Differentiate(x, rows, tiles, gradients[0]!));
        return y;
    }

    private protected override void InitializeOwn(Func<string, RandomSource> random)
    {
        Elementwise.Fill(weight, 1f);
        Elementwise.Fill(bias, 0f);
        weight.Storage.Changes++;
        bias.Storage.Changes++;
    }

    void NormalizeRow(float* x, float* y)
    {
        float* g = weight.Pointer, b = bias.Pointer;
        var (mean, scale) = Moments(x);
        var i = 0;
        for (; i <= Size - Width; i += Width)
            ((Vector.Load(x + i) - new Vector<float>(mean)) * scale * Vector.Load(g + i) + Vector.Load(b + i)).Store(y + i);
        for (; i < Size; i++) y[i] = (x[i] - mean) * scale * g[i] + b[i];
    }

    Tensor?[] Differentiate(Tensor x, RowRange[] rows, RowRange[] tiles, Tensor dy)
    {
        var dx = RowRange.Result(x.Device, rows, x.Shape);
        // one row of partial sums per tile, so that the order of addition does not depend on the threads
        var partial = Storage.Rent(2L * Size * tiles.Length, clear: true);
        Workers.For(tiles.Length, task =>
        {
            var gains = partial.Pointer + 2L * Size * task;
            var (start, count) = tiles[task];
            for (var row = start; row < start + count; row++)
                DifferentiateRow(x.Pointer + row * Size, dy.Pointer + row * Size, dx.Pointer + row * Size, gains, gains + Size);
        });
        using GradientSum gain = new(Size), offset = new(Size);
        for (var task = 0; task < tiles.Length; task++)
        {
            gain.AddTile(partial.Pointer + 2L * Size * task);
            offset.AddTile(partial.Pointer + 2L * Size * task + Size);
        }
        partial.Return();
        GC.KeepAlive(x);
        GC.KeepAlive(dy);
        return [dx, gain.ToTensor(), offset.ToTensor()];
    }

    Tensor?[] Differentiate(Accelerator device, Tensor x, Sequence? sequence, RowRange[] rows, Tensor dy)
    {
        using var space = DeviceRowSpace.Of(device, x, sequence);
        Tensor dx = RowRange.Result(x.Device, rows, x.Shape), products = Tensor.Uninitialized(x.Device, x.Shape);
        device.Launch(
            Text, "normalize_rows_gradient", new(space.Space.Rows, GroupItems),
            dx, products, x, weight, dy, space.Space.Lengths, space.Space.Steps, Size, epsilon);
        using GradientSum gain = new(x.Device, Size), offset = new(x.Device, Size);
        device.AddRowSums(gain.Address, space.Rows(products), space.Space, Size);
        device.AddRowSums(offset.Address, space.Rows(dy), space.Space, Size);
        products.Storage.Return();
        GC.KeepAlive(dy);
        return [dx, gain.ToTensor(), offset.ToTensor()];
    }

    /// <summary>With x̂ the normalized row and ḡ = g ⊙ ȳ: x̄ = scale (ḡ − mean(ḡ) − x̂ mean(ḡ ⊙ x̂)).</summary>
    void DifferentiateRow(float* x, float* dy, float* dx, float* gains, float* offsets)
    {
        var g = weight.Pointer;
        var (mean, scale) = Moments(x);
        Vector<float> center = new(mean), sums = default, products = default;
        var i = 0;
        for (; i <= Size - Width; i += Width)
        {
            Vector<float> arriving = Vector.Load(dy + i), normalized = (Vector.Load(x + i) - center) * scale, weighted = arriving * Vector.Load(g + i);
            (Vector.Load(gains + i) + arriving * normalized).Store(gains + i);
            (Vector.Load(offsets + i) + arriving).Store(offsets + i);
            sums += weighted;
            products += weighted * normalized;
        }
        double sum = Vector.Sum(sums), product = Vector.Sum(products);
        for (; i < Size; i++)
        {
            var normalized = (x[i] - mean) * scale;
            gains[i] += dy[i] * normalized;
            offsets[i] += dy[i];
            sum += dy[i] * g[i];
            product += (double)(dy[i] * g[i]) * normalized;
        }
        float meanSum = (float)(sum / Size), meanProduct = (float)(product / Size) * scale;
        for (i = 0; i <= Size - Width; i += Width)
        {
            var weighted = Vector.Load(dy + i) * Vector.Load(g + i);
            ((weighted - new Vector<float>(meanSum) - (Vector.Load(x + i) - center) * meanProduct) * scale).Store(dx + i);
        }
        for (; i < Size; i++) dx[i] = scale * (dy[i] * g[i] - meanSum - (x[i] - mean) * meanProduct);
    }

    /// <summary>Mean and 1/√(variance + ε), with the variance of deviations: no cancellation.</summary>
    (float Mean, float Scale) Moments(float* x)
    {
        var mean = (float)(Sum(x, 0f, squares: false) / Size);
        return (mean, (float)(1 / Math.Sqrt(Sum(x, mean, squares: true) / Size + epsilon)));
    }

    double Sum(float* x, float center, bool squares)
    {
        Vector<float> sums = default;
        var i = 0;
        for (; i <= Size - Width; i += Width)
        {
            var value = Vector.Load(x + i) - new Vector<float>(center);
            sums += squares ? value * value : value;
        }
        double sum = Vector.Sum(sums);
        for (; i < Size; i++) sum += squares ? (double)(x[i] - center) * (x[i] - center) : x[i];
        return sum;
    }

    static RowRange[] Tiles(RowRange[] ranges)
    {
        List<RowRange> tiles = [];
        foreach (var (start, count) in ranges)
        {
            for (long row = 0; row < count; row += TileRows) tiles.Add(new(start + row, Math.Min(TileRows, count - row)));
        }
        return [.. tiles];
    }
}
