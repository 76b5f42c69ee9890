namespace Recurve.Samples;

/// <summary>Stacks of recurrent layers.</summary>
public static class Layers
{
    /// <summary>(B, T, inputs) through layers of one kind to (B, T, <see cref="Width"/>).</summary>
    /// <param name="count">Layers.</param>
    /// <param name="inputs">Size of a step.</param>
    /// <param name="units">Size of each layer, in each direction.</param>
    /// <param name="create">Makes a layer from the sizes of its input and output.</param>
    /// <param name="bidirectional">Whether each layer is walked in both directions, with weights of its own for each.</param>
    public static Sequential Stack(int count, int inputs, int units, Func<int, int, Module> create, bool bidirectional)
        => new([.. Enumerable.Range(0, count).Select(layer =>
        {
            int size = layer == 0 ? inputs : Width(units, bidirectional);
            return bidirectional ? new Bidirectional(create(size, units), create(size, units)) : create(size, units);
        })]);

    /// <summary>Features of a layer's output.</summary>
    public static int Width(int units, bool bidirectional) => bidirectional ? 2 * units : units;
}
