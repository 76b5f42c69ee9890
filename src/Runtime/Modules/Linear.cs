using Recurve.Devices;
using Recurve.Kernels;
using Recurve.Kernels.Gemm;
using Recurve.Onnx;

namespace Recurve;

/// <summary>y = W x + b on the last axis. Parameters: <c>weight</c> (outputs, inputs), <c>bias</c> (outputs).</summary>
/// <remarks>Starts as in PyTorch, both uniform in ±1/√inputs. Steps past the sequence's Lengths give 0.</remarks>
public sealed unsafe class Linear : Module
{
    const int BlockRows = 192;

    readonly Tensor weight, bias;

    /// <summary>A layer from <paramref name="inputs"/> to <paramref name="outputs"/> features.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public Linear(int inputs, int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        (Inputs, Outputs) = (inputs, outputs);
        weight = Register("weight", Tensor.Zeros(outputs, inputs));
        bias = Register("bias", Tensor.Zeros(outputs));
    }

    /// <summary>Features in.</summary>
    public int Inputs { get; }

    /// <summary>Features out.</summary>
    public int Outputs { get; }

    internal override OnnxFlow Export(OnnxGraph graph, OnnxFlow x)
    {
        string transposed = graph.Add("Transpose", [graph.Constant("weight", weight.ToArray(), Outputs, Inputs)], new OnnxAttribute("perm", new long[] { 1, 0 }));
        return x with { Name = graph.Add("Add", [graph.Add("MatMul", [x.Name, transposed]), graph.Constant("bias", bias.ToArray(), Outputs)]) };
    }

    internal override bool IsClosed => true;

    /// <summary>(…, inputs) to (…, outputs).</summary>
    /// <exception cref="ArgumentException">The last axis has another size.</exception>
    public override Tensor Forward(Tensor x, Sequence? sequence = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        EnsureInitialized();
        if (x.Rank == 0 || x.Dim(-1) != Inputs)
            throw new ArgumentException($"Linear: the last axis of x must have size {Inputs}, but x has shape {x.ShapeText}.", nameof(x));
        Device.RequireSame(nameof(Linear), x, weight);
        var rows = RowRange.Of(x, sequence);
        var y = RowRange.Result(x.Device, rows, [.. x.Sizes[..^1], Outputs]);
        if (x.Accelerator is { } device)
        {
            using var space = DeviceRowSpace.Of(device, x, sequence);
            device.Multiply(space.Rows(y), space.Rows(x), weight.Address, space.Space, Inputs, Outputs, transposed: true, bias: bias.Address);
            KeepAlive(x, y);
            Autograd.Record(nameof(Linear), [x, weight, bias], [y], gradients => Differentiate(device, x, sequence, rows, gradients[0]!));
            return y;
        }
        var packed = PackedMatrix.PackTransposed(weight.Pointer, Inputs, Outputs, Inputs);
        foreach (var (start, count) in rows)
        {
            Multiply(x.Pointer + start * Inputs, packed, y.Pointer + start * Outputs, count);
        }
        KeepAlive(x, y);
        Autograd.Record(nameof(Linear), [x, weight, bias], [y], gradients => Differentiate(x, rows, gradients[0]!));
        return y;
    }

    // Many rows: a block of them starts as the bias and is multiplied while it is near. A row does not depend on how rows are grouped.
    void Multiply(float* x, PackedMatrix packed, float* y, long rows)
    {
        if (rows < 8 * BlockRows)
        {
            StartAsBias(y, rows);
            MatrixProduct.MultiplyParallel(x, Inputs, packed, y, Outputs, rows, accumulate: true);
            return;
        }
        Workers.For(checked((int)((rows + BlockRows - 1) / BlockRows)), block =>
        {
            var first = (long)block * BlockRows;
            var count = Math.Min(BlockRows, rows - first);
            var target = y + first * Outputs;
            StartAsBias(target, count);
            MatrixProduct.Multiply(x + first * Inputs, Inputs, packed, target, Outputs, count, accumulate: true);
        });
    }

    void StartAsBias(float* y, long rows)
    {
        for (long row = 0; row < rows; row++) new ReadOnlySpan<float>(bias.Pointer, Outputs).CopyTo(new Span<float>(y + row * Outputs, Outputs));
    }

    private protected override void InitializeOwn(Func<string, RandomSource> random)
    {
        random("weight").FillUniform(weight, 1 / Math.Sqrt(Inputs));
        random("bias").FillUniform(bias, 1 / Math.Sqrt(Inputs));
    }

    Tensor?[] Differentiate(Tensor x, RowRange[] rows, Tensor dy)
    {
        Tensor? dx = null;
        if (x.RequiresGrad)
        {
            dx = RowRange.Result(x.Device, rows, x.Shape);
            var packed = PackedMatrix.Pack(weight.Pointer, Inputs, Outputs, Inputs);
            foreach (var (start, count) in rows)
                MatrixProduct.MultiplyParallel(dy.Pointer + start * Outputs, Outputs, packed, dx.Pointer + start * Inputs, Inputs, count);
        }
        using var weights = new GradientSum(Outputs, Inputs);
        using var biases = new GradientSum(Outputs);
        foreach (var (start, count) in rows)
        {
            float* xs = x.Pointer + start * Inputs, dys = dy.Pointer + start * Outputs;
            if (weight.RequiresGrad) MatrixProduct.AddTransposedParallel(dys, Outputs, xs, Inputs, weights.Pointer, Inputs, count, Outputs, Inputs);
            biases.AddRows(dys, count);
        }
        KeepAlive(x, dy);
        return [dx, weights.ToTensor(), biases.ToTensor()];
    }

    Tensor?[] Differentiate(Accelerator device, Tensor x, Sequence? sequence, RowRange[] rows, Tensor dy)
    {
        using var space = DeviceRowSpace.Of(device, x, sequence);
        var dx = x.RequiresGrad ? RowRange.Result(x.Device, rows, x.Shape) : null;
        if (dx is not null) device.Multiply(space.Rows(dx), space.Rows(dy), weight.Address, space.Space, Outputs, Inputs, transposed: false);
        using var weights = new GradientSum(x.Device, Outputs, Inputs);
        using var biases = new GradientSum(x.Device, Outputs);
        device.AddTransposedProduct(weights.Address, space.Rows(dy), Outputs, space.Rows(x), Inputs, space.Space);
        device.AddRowSums(biases.Address, space.Rows(dy), space.Space, Outputs);
        KeepAlive(x, dy);
        return [dx, weights.ToTensor(), biases.ToTensor()];
    }

    void KeepAlive(Tensor x, Tensor y)
    {
        GC.KeepAlive(x);
        GC.KeepAlive(y);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
    }
}
