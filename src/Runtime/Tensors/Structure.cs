using Recurve.Devices;

namespace Recurve;

/// <summary>Operations that only move elements.</summary>
internal static unsafe class Structure
{
    /// <summary>(…, m) and (…, n) side by side: (…, m + n).</summary>
    /// <exception cref="ArgumentException">Another axis differs.</exception>
    public static Tensor ConcatenateFeatures(Tensor a, Tensor b)
    {
        Device.RequireSame("Concatenate", a, b);
        if (a.Rank == 0 || a.Rank != b.Rank || !a.Sizes[..^1].SequenceEqual(b.Sizes[..^1]))
            throw new ArgumentException($"Concatenate: shapes {a.ShapeText} and {b.ShapeText} may differ in the last axis only.");
        int m = a.Dim(-1), n = b.Dim(-1);
        var rows = TensorShape.Length(a.Sizes[..^1]);
        var y = Tensor.Uninitialized(a.Device, [.. a.Sizes[..^1], checked(m + n)]);
        CopyColumns(a, 0, y, 0, m, rows);
        CopyColumns(b, 0, y, m, n, rows);
        Autograd.Record("Concatenate", [a, b], [y], gradients =>
        {
            Tensor da = Tensor.Uninitialized(a.Device, a.Shape), db = Tensor.Uninitialized(b.Device, b.Shape);
            CopyColumns(gradients[0]!, 0, da, 0, m, rows);
            CopyColumns(gradients[0]!, m, db, 0, n, rows);
            return [da, db];
        });
        return y;
    }

    /// <summary>Columns of rows to columns of rows; the last axis is that of the columns.</summary>
    public static void CopyColumns(Tensor source, int from, Tensor target, int to, int count, long rows)
    {
        int sourceWidth = source.Dim(-1), targetWidth = target.Dim(-1);
        if (target.Accelerator is { } device)
        {
            if (count > 0) device.Launch(Elementwise.Text, "copy_columns", Grid.Over(rows * count), target, targetWidth, to, source, sourceWidth, from, count, rows);
            return;
        }
        for (long row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(source.Pointer + row * sourceWidth + from, count)
                .CopyTo(new Span<float>(target.Pointer + row * targetWidth + to, count));
        }
        GC.KeepAlive(source);
        GC.KeepAlive(target);
    }
}
