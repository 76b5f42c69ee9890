using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>
/// A cell's states, (…, shape), as its plan has them: of a complex one, (…, size, 2), the real and the imaginary parts, (…, size) each. Real
/// states are the same tensors on both sides. Gradients flow through in both directions.
/// </summary>
internal static unsafe class StatePlanes
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

    static Tensor Plane(Tensor pairs, int part)
    {
        var plane = Tensor.Uninitialized(pairs.Shape[..^1]);
        for (long i = 0; i < plane.Length; i++) plane.Pointer[i] = pairs.Pointer[2 * i + part];
        GC.KeepAlive(pairs);
        return plane;
    }

    /// <summary>Side by side; a plane that is null is zero.</summary>
    static Tensor Pairs(Tensor? real, Tensor? imaginary, int[] shape)
    {
        var pairs = Tensor.Uninitialized(shape);
        for (long i = 0; i < pairs.Length / 2; i++)
        {
            pairs.Pointer[2 * i] = real is null ? 0 : real.Pointer[i];
            pairs.Pointer[2 * i + 1] = imaginary is null ? 0 : imaginary.Pointer[i];
        }
        GC.KeepAlive(real);
        GC.KeepAlive(imaginary);
        return pairs;
    }
}
