using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>
/// A cell's states, (…, shape), as its plan has them: of a complex one, (…, size, 2), the real and the imaginary parts, (…, size) each; of a vector in pieces,
/// (…, size), each piece. Others are the same tensors on both sides. Gradients flow through in both directions.
/// </summary>
internal static class StatePlanes
{
    /// <summary>One tensor per plane; a state that is null has null planes.</summary>
    public static Tensor?[] Split(CellDefinition cell, IReadOnlyList<Tensor?> values) => [.. cell.States.SelectMany((s, i) => Split(s, cell.PlanesOf(s), values[i]))];

    /// <summary>One tensor per state.</summary>
    public static Tensor[] Join(CellDefinition cell, Tensor[] planes)
    {
        var joined = new Tensor[cell.States.Length];
        var next = 0;
        for (var i = 0; i < joined.Length; i++)
        {
            var count = cell.PlanesOf(cell.States[i]).Length;
            joined[i] = count == 1 ? planes[next] : Join(cell.States[i], planes[next..(next + count)]);
            next += count;
        }
        return joined;
    }

    static Tensor?[] Split(StateDefinition state, StatePlane[] planes, Tensor? value)
    {
        if (planes.Length == 1 || value is null) return planes.Length == 1 ? [value] : new Tensor?[planes.Length];
        var columns = ColumnsOf(state, planes.Select(p => p.Width));
        int[][] shapes = [.. planes.Select(p => (int[])[.. value.Shape[..(value.Rank - state.Shape.Length)], .. p.Shape])];
        var parts = Taken(value, columns, shapes);
        Autograd.Record("planes of a state", [value], parts, gradients => [Placed(gradients, columns, value.Shape)]);
        return parts;
    }

    static Tensor Join(StateDefinition state, Tensor[] planes)
    {
        var columns = ColumnsOf(state, planes.Select(p => p.Dim(-1)));
        var value = Placed(planes, columns, state.IsComplex ? [.. planes[0].Shape, 2] : [.. planes[0].Shape[..^1], columns.Sum()]);
        Autograd.Record("state of planes", planes, [value], gradients => Taken(gradients[0]!, columns, [.. planes.Select(p => p.Shape)]));
        return value;
    }

    // how many columns of a row each plane has, where the last axis is a row: a number of each part, or the pieces one behind the other
    static int[] ColumnsOf(StateDefinition state, IEnumerable<int> widths) => state.IsComplex ? [1, 1] : [.. widths];

    static Tensor[] Taken(Tensor value, int[] columns, int[][] shapes)
    {
        var (rows, from) = (value.Length / Math.Max(1, columns.Sum()), 0);
        var parts = new Tensor[columns.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Tensor.Uninitialized(value.Device, shapes[i]);
            Structure.CopyColumns(value, from, Rows(parts[i], columns[i]), 0, columns[i], rows);
            from += columns[i];
        }
        return parts;
    }

    /// <summary>Beside each other; a plane that is null is zero.</summary>
    static Tensor Placed(IReadOnlyList<Tensor?> planes, int[] columns, int[] shape)
    {
        var device = planes.First(p => p is not null)!.Device;
        var value = planes.Contains(null) ? Tensor.Zeros(device, shape) : Tensor.Uninitialized(device, shape);
        var (rows, to) = (value.Length / Math.Max(1, columns.Sum()), 0);
        for (var i = 0; i < columns.Length; i++)
        {
            if (planes[i] is { } plane) Structure.CopyColumns(Rows(plane, columns[i]), 0, value, to, columns[i], rows);
            to += columns[i];
        }
        return value;
    }

    static Tensor Rows(Tensor plane, int columns) => plane.Dim(-1) == columns ? plane : plane.WithShape([.. plane.Shape, columns]);
}
