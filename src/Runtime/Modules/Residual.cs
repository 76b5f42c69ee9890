using Recurve.Onnx;

namespace Recurve;

/// <summary>x + module(x). The part is named <c>module</c>.</summary>
public sealed class Residual : Module
{
    readonly Module inner;

    /// <summary>Adds its input to what <paramref name="module"/> makes of it.</summary>
    public Residual(Module module) => inner = Register("module", module);

    internal override OnnxFlow Export(OnnxGraph graph, OnnxFlow x) => x with { Name = graph.Add("Add", [x.Name, inner.Export(graph, x).Name]) };

    internal override bool IsClosed => PartsAreClosed;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The part changes the shape.</exception>
    public override Tensor Forward(Tensor x, Sequence? sequence = null)
    {
        EnsureInitialized();
        var y = inner.Forward(x, sequence);
        if (!y.HasShape(x.Sizes))
            throw new ArgumentException($"Residual: the module makes shape {y.ShapeText} of {x.ShapeText}; both must be equal to be added.", nameof(x));
        var sum = x + y;
        if (inner.IsClosed && y.Storage != x.Storage) Autograd.Release(y);
        return sum;
    }
}
