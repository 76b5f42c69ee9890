namespace Recurve;

public sealed unsafe partial class Tensor
{
    bool requiresGrad;
    Tensor? gradient;

    /// <summary>The operation this tensor came from, and which of its outputs it is; null for a leaf.</summary>
    internal Node? Source { get; private set; }

    internal int SourceOutput { get; private set; }

    /// <summary>Whether gradients flow to this tensor: asked for on a leaf, or inherited from an operand.</summary>
    /// <exception cref="InvalidOperationException">Switched off on a tensor that is not a leaf; use <see cref="Detach"/>.</exception>
    public bool RequiresGrad
    {
        get => requiresGrad || Source is not null;
        set
        {
            if (!value && Source is not null)
                throw new InvalidOperationException($"This tensor is a result of {Source.Name}, not a leaf; use Detach.");
            requiresGrad = value;
        }
    }

    /// <summary>The sum of the gradients that arrived at this leaf since it was last set to null; null if none did.</summary>
    /// <exception cref="ArgumentException">A gradient of another shape is assigned.</exception>
    public Tensor? Grad
    {
        get => gradient;
        set
        {
            if (value is not null && !value.HasShape(shape))
                throw new ArgumentException($"A gradient of shape {value.ShapeText} does not fit a tensor of shape {ShapeText}.", nameof(value));
            gradient = value;
        }
    }

    /// <summary>Adds the derivative of this scalar to <see cref="Grad"/> of every leaf it was computed from, and frees the graph.</summary>
    /// <exception cref="InvalidOperationException">It has more than one element, no history, or the graph was used already.</exception>
    public void Backward()
    {
        if (Length != 1)
            throw new InvalidOperationException($"Backward without a gradient starts at a scalar, not at shape {ShapeText}; reduce it to a loss or pass a gradient.");
        Backward(Scalar(Device, 1f).WithShape(shape));
    }

    /// <summary>The same from any tensor, with the derivative of some scalar with respect to it.</summary>
    /// <exception cref="ArgumentException">The gradient has another shape or device.</exception>
    /// <exception cref="InvalidOperationException">This tensor has no history, or the graph was used already.</exception>
    public void Backward(Tensor gradient) => Backward(gradient, completed: null);

    /// <summary>The same; <paramref name="completed"/> is called for every leaf as soon as its gradient is final, while others are still computed.</summary>
    internal void Backward(Tensor gradient, Action<Tensor>? completed)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        if (!RequiresGrad)
            throw new InvalidOperationException("Nothing this tensor was computed from requires a gradient (or it was computed inside NoGrad).");
        if (!gradient.HasShape(shape))
            throw new ArgumentException($"The gradient has shape {gradient.ShapeText}, the tensor {ShapeText}.", nameof(gradient));
        Device.RequireSame(nameof(Backward), this, gradient);
        BackwardPass.Run(this, gradient, completed);
    }

    internal void SetSource(Node node, int output)
    {
        Source = node;
        SourceOutput = output;
    }
}
