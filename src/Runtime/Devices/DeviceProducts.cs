using Recurve.Kernels;

namespace Recurve.Devices;

/// <summary>Matrix products over rows of (batch, step), in tiles; a result does not depend on anything but its own sums.</summary>
internal static class DeviceProducts
{
    const int Tile = 64, FlushRows = 256, WantedGroups = 512;

    const long MostPartNumbers = 1 << 26;

    static readonly DeviceProgram Text = DeviceProgram.Of("Gemm.cl");

    /// <summary>Set by tests: what this thread multiplies goes by Gemm.cl even where a library is there.</summary>
    [field: ThreadStatic]
    public static bool PassesOverLibraries { get; set; }

    /// <summary>c[row, columns] = a[row, inner] · B, or += with <paramref name="accumulate"/>.</summary>
    /// <param name="device">Where.</param>
    /// <param name="c">Rows written.</param>
    /// <param name="a">Rows read.</param>
    /// <param name="b">B (inner, columns), or Bᵀ (columns, inner) with <paramref name="transposed"/>; row by row.</param>
    /// <param name="space">Which rows; others are neither read nor written.</param>
    /// <param name="inner">Columns of a.</param>
    /// <param name="columns">Columns of c.</param>
    /// <param name="transposed">Whether B is given by columns.</param>
    /// <param name="accumulate">Whether c is added to.</param>
    /// <param name="bias">A row that c starts as, if it is not added to; 0: zeros.</param>
    public static void Multiply(
        this Accelerator device, Rows c, Rows a, nint b, RowSpace space, int inner, int columns, bool transposed, bool accumulate = false, nint bias = 0)
    {
        if (space.Rows == 0 || columns == 0) return;
        if ((c.Precision, a.Precision) != (Precision.Single, Precision.Single))
        {
            BFloat16Products.Multiply(device, c, a, b, space, inner, columns, transposed, accumulate, bias);
            return;
        }
        if (LibraryOf(device)?.TryMultiply(c, a, b, space, inner, columns, transposed, accumulate) == true)
        {
            if (bias != 0 && !accumulate) device.AddRows(c, new(bias, 0, 0), space, columns);
            return;
        }
        device.Launch(
            Text, transposed ? "multiply_transposed" : "multiply", new((space.Rows + Tile - 1) / Tile, Grid.GroupItems, (columns + Tile - 1) / Tile),
            c.Start, c.BatchStride, c.StepStride, a.Start, a.BatchStride, a.StepStride, b, bias, space.Lengths,
            space.Rows, space.Steps, space.First, inner, columns, accumulate ? 1 : 0);
    }

    /// <summary>total[m, n] += Σ over rows of a[row, m] · b[row, n], in extended precision: the gradient of weights.</summary>
    public static void AddTransposedProduct(this Accelerator device, nint total, Rows a, int aWidth, Rows b, int bWidth, RowSpace space)
    {
        if (space.Rows == 0 || aWidth == 0 || bWidth == 0) return;
        if ((a.Precision, b.Precision) != (Precision.Single, Precision.Single))
        {
            BFloat16Products.AddTransposedProduct(device, total, a, aWidth, b, bWidth, space);
            return;
        }
        if (LibraryOf(device) is { } library && TryByLibrary(device, library, total, a, aWidth, b, bWidth, space)) return;
        var tiles = (long)((aWidth + Tile - 1) / Tile) * ((bWidth + Tile - 1) / Tile);
        // a few rows of a small matrix would leave the device idle: rows are split, by shape alone
        var wanted = Math.Clamp(WantedGroups / tiles, 1, (space.Rows + FlushRows - 1) / FlushRows);
        var splitRows = (space.Rows + wanted - 1) / wanted;
        var splits = (space.Rows + splitRows - 1) / splitRows;
        var partials = Storage.Rent(device.Device, 2 * splits * aWidth * bWidth);
        device.Launch(
            Text, "multiply_rows", new(tiles * splits, Grid.GroupItems),
            partials, a.Start, a.BatchStride, a.StepStride, b.Start, b.BatchStride, b.StepStride, space.Lengths,
            space.Rows, space.Steps, space.First, aWidth, bWidth, splitRows);
        device.AddPartials(total, partials, splits, (long)aWidth * bWidth);
        partials.Return();
    }

    static ProductLibrary? LibraryOf(Accelerator device) => PassesOverLibraries ? null : device.Products;

    // in float over the rows of a part, in extended precision over the parts, which are larger only where they would fill the memory
    static bool TryByLibrary(Accelerator device, ProductLibrary library, nint total, Rows a, int aWidth, Rows b, int bWidth, RowSpace space)
    {
        var size = (long)aWidth * bWidth;
        var most = Math.Max(1, MostPartNumbers / size);
        var flushes = (space.Rows + FlushRows - 1) / FlushRows;
        var partRows = (flushes + most - 1) / most * FlushRows;
        var count = (space.Rows + partRows - 1) / partRows;
        var parts = Storage.Rent(device.Device, count * size);
        var isDone = library.TryMultiplyTransposed(parts.Address, a, aWidth, b, bWidth, space, partRows);
        if (isDone) device.AddFloatPartials(total, parts, count, size);
        parts.Return();
        return isDone;
    }
}
