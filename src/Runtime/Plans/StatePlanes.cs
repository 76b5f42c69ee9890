using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>
/// A cell's states, (…, shape), as its plan has them: of a complex one, (…, size, 2), the real and the imaginary parts, (…, size) each. Real
/// states are the same tensors on both sides. Gradients flow through in both directions.
/// </summary>
internal static class StatePlanes
{
    /// <summary>One tensor per plane; a state that is null has null planes.</summary>
    public static Tensor?[] Split(StateDefinition[] states, IReadOnlyList<Tensor?> values)
        => [.. states.SelectMany((s, i) => s.Planes.Length == 1 ? [values[i]] : values[i] is { } value ? Split(value) : new Tensor?[2])];

    /// <summary>One tensor per state.</summary>
    public static Tensor[] Join(StateDefinition[] states, Tensor[] planes)
    {
        var joined = new Tensor[states.Length];
        var next = 0;
        for (var i = 0; i < states.Length; i++)
        {
            joined[i] = states[i].Planes.Length == 1 ? planes[next] : Join(planes[next], planes[next + 1]);
            next += states[i].Planes.Length;
        }
        return joined;
    }

    static Tensor[] Split(Tensor pairs)
    {
        Tensor[] planes = [Plane(pairs, 0), Plane(pairs, 1)];
        Autograd.Record("complex state", [pairs], planes, gradients => [Pairs(gradients[0], gradients[1], pairs.Shape)]);
        return planes;
    }

    static Tensor Join(Tensor real, Tensor imaginary)
    {
        var pairs = Pairs(real, imaginary, [.. real.Shape, 2]);
        Autograd.Record("complex state", [real, imaginary], [pairs], gradients => [Plane(gradients[0]!, 0), Plane(gradients[0]!, 1)]);
        return pairs;
    }

    // the last axis has the parts: columns of rows of two
    static Tensor Plane(Tensor pairs, int part)
    {
        var plane = Tensor.Uninitialized(pairs.Device, pairs.Shape[..^1]);
        Structure.CopyColumns(pairs, part, plane.WithShape([.. plane.Shape, 1]), 0, 1, plane.Length);
        return plane;
    }

    /// <summary>Side by side; a plane that is null is zero.</summary>
    static Tensor Pairs(Tensor? real, Tensor? imaginary, int[] shape)
    {
        var device = (real ?? imaginary)!.Device;
        var pairs = real is null || imaginary is null ? Tensor.Zeros(device, shape) : Tensor.Uninitialized(device, shape);
        foreach (var (plane, part) in new[] { (real, 0), (imaginary, 1) })
        {
            if (plane is not null) Structure.CopyColumns(plane.WithShape([.. plane.Shape, 1]), 0, pairs, part, 1, plane.Length);
        }
        return pairs;
    }
}
