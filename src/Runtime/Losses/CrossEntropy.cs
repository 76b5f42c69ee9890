using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve;

public static unsafe partial class Loss
{
    /// <summary>A class that counts for nothing: padding. PyTorch's <c>ignore_index</c>.</summary>
    public const int Ignored = -100;

    const int TileRows = 64, GroupItems = 64;

    static readonly DeviceProgram Text = DeviceProgram.Of("Reductions.cl", "Losses.cl");

    /// <summary>
    /// Mean of −log softmax(logits)[class] over the rows whose class is not <see cref="Ignored"/>; NaN if there is none.
    /// </summary>
    /// <param name="logits">(N, C) or (B, T, C): any shape with the classes on its last axis.</param>
    /// <param name="classes">One class for each row, in row-major order.</param>
    /// <exception cref="ArgumentException">The number of rows differs, or a class is outside 0 … C − 1.</exception>
    public static Tensor CrossEntropy(Tensor logits, int[] classes)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(classes);
        var counted = RequireClasses(logits, classes);
        var width = logits.Dim(-1);
        return logits.Accelerator is { } device ? OnDevice(device, logits, classes, width, counted) : OnHost(logits, classes, width, counted);
    }

    static Tensor OnHost(Tensor logits, int[] classes, int width, int counted)
    {
        var losses = new double[classes.Length];
        var normalizers = new double[classes.Length];
        Rows(classes, row =>
        {
            var x = logits.Pointer + (long)row * width;
            normalizers[row] = LogSumExp(x, width);
            losses[row] = normalizers[row] - x[classes[row]];
        });
        var loss = Tensor.Scalar(Device.Cpu, (float)(losses.Sum() / counted));
        GC.KeepAlive(logits);
        Autograd.Record(nameof(CrossEntropy), [logits], [loss], gradients =>
        {
            var factor = (float)(gradients[0]!.Item() / (double)counted);
            var dx = Tensor.Zeros(logits.Shape);
            Rows(classes, row =>
            {
                float* x = logits.Pointer + (long)row * width, d = dx.Pointer + (long)row * width;
                for (var i = 0; i < width; i++) d[i] = factor * MathF.Exp((float)(x[i] - normalizers[row]));
                d[classes[row]] -= factor;
            });
            GC.KeepAlive(logits);
            return [dx];
        });
        return loss;
    }

    static Tensor OnDevice(Accelerator device, Tensor logits, int[] classes, int width, int counted)
    {
        var rows = classes.Length;
        Storage chosen = device.Upload(classes), losses = Storage.Rent(logits.Device, 2L * rows), normalizers = Storage.Rent(logits.Device, 2L * rows);
        device.Launch(Text, "class_losses", new(rows, GroupItems), losses, normalizers, logits, chosen, width, Ignored);
        var loss = device.Reduce("sum_extended", rows, 1.0 / counted, losses);
        losses.Return();
        Autograd.Record(nameof(CrossEntropy), [logits], [loss], gradients =>
        {
            var dx = Tensor.Uninitialized(logits.Device, logits.Shape);
            device.Launch(
                Text, "class_gradient", Grid.Over(dx.Length),
                dx, 1.0 / counted, gradients[0], logits, chosen, normalizers, width, Ignored, (long)rows);
            return [dx];
        });
        return loss;
    }

    /// <summary>The number of rows that count.</summary>
    static int RequireClasses(Tensor logits, int[] classes)
    {
        var rows = logits.Rank < 2 ? -1 : TensorShape.Length(logits.Sizes[..^1]);
        if (rows != classes.Length)
            throw new ArgumentException($"CrossEntropy: logits of shape {logits.ShapeText} have {(rows < 0 ? "no class axis" : $"{rows} rows")}, but there are {classes.Length} classes given.", nameof(classes));
        var counted = 0;
        for (var row = 0; row < classes.Length; row++)
        {
            if (classes[row] == Ignored) continue;
            counted++;
            if (classes[row] < 0 || classes[row] >= logits.Dim(-1))
                throw new ArgumentException($"CrossEntropy: class {classes[row]} of row {row} is outside 0 … {logits.Dim(-1) - 1}.", nameof(classes));
        }
        return counted;
    }

    /// <summary>Every row that counts, on all cores.</summary>
    static void Rows(int[] classes, Action<int> body) => Workers.For((classes.Length + TileRows - 1) / TileRows, task =>
    {
        var end = Math.Min(classes.Length, (task + 1) * TileRows);
        for (var row = task * TileRows; row < end; row++)
        {
            if (classes[row] != Ignored) body(row);
        }
    });

    /// <summary>log Σ exp(x), with the largest taken out.</summary>
    static double LogSumExp(float* x, int width)
    {
        var largest = float.NegativeInfinity;
        for (var i = 0; i < width; i++) largest = MathF.Max(largest, x[i]);
        if (!float.IsFinite(largest)) return largest;
        double sum = 0;
        for (var i = 0; i < width; i++) sum += MathF.Exp(x[i] - largest);
        return largest + Math.Log(sum);
    }
}
