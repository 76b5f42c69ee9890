namespace Recurve;

/// <summary>What a user needs between modules; everything is recorded for <see cref="Backward()"/>.</summary>
public sealed partial class Tensor
{
    /// <summary>Elementwise sum of equal shapes.</summary>
    /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
    public static Tensor operator +(Tensor left, Tensor right) => left.Combine(nameof(Add), right, 1f);

    /// <summary>Elementwise difference of equal shapes.</summary>
    /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
    public static Tensor operator -(Tensor left, Tensor right) => left.Combine(nameof(Subtract), right, -1f);

    /// <summary>Elementwise product of equal shapes.</summary>
    /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
    public static Tensor operator *(Tensor left, Tensor right) => left.Multiply(right);

    /// <summary>Every element times a number.</summary>
    public static Tensor operator *(Tensor left, double factor) => left.Scale(factor);

    /// <summary>Every element times a number.</summary>
    public static Tensor operator *(double factor, Tensor right) => right.Scale(factor);

    /// <summary>Elementwise sum of equal shapes.</summary>
    public Tensor Add(Tensor other) => this + other;

    /// <summary>Elementwise difference of equal shapes.</summary>
    public Tensor Subtract(Tensor other) => this - other;

    /// <summary>Elementwise product of equal shapes.</summary>
    public Tensor Multiply(Tensor other)
    {
        RequireSameShape(nameof(Multiply), other);
        var result = Uninitialized(Device, shape);
        Elementwise.Multiply(result, 1f, this, other);
        Autograd.Record(nameof(Multiply), [this, other], [result], gradients =>
            [RequiresGrad ? Product(gradients[0], other) : null, other.RequiresGrad ? Product(gradients[0], this) : null]);
        return result;
    }

    /// <summary>Every element times a number.</summary>
    public Tensor Scale(double factor)
    {
        var result = Product(this, null, factor);
        Autograd.Record(nameof(Scale), [this], [result], gradients => [Product(gradients[0], null, factor)]);
        return result;
    }

    /// <summary>The same elements in row-major order under another shape; one axis may be −1, which is inferred. Shares memory.</summary>
    /// <exception cref="ArgumentException">The number of elements differs.</exception>
    public Tensor Reshape(params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        int[] sizes = [.. shape];
        var inferred = Array.IndexOf(sizes, -1);
        if (inferred >= 0)
        {
            sizes[inferred] = 1;
            var rest = TensorShape.Length(sizes);
            sizes[inferred] = rest == 0 || Length % rest != 0 ? -1 : checked((int)(Length / rest));
            if (sizes[inferred] < 0) throw new ArgumentException($"Axis {inferred} of {TensorShape.Text(shape)} cannot be inferred for {ShapeText}.", nameof(shape));
        }
        if (TensorShape.Length(sizes) != Length)
            throw new ArgumentException($"Shape {ShapeText} has {Length} elements, {TensorShape.Text(sizes)} has {TensorShape.Length(sizes)}.", nameof(shape));
        var result = WithShape(sizes);
        Autograd.Record(nameof(Reshape), [this], [result], gradients => [gradients[0]?.WithShape(this.shape)]);
        return result;
    }

    /// <summary>Sum of all elements, a scalar; summed in float64.</summary>
    public Tensor Sum() => Reduce(nameof(Sum), 1.0);

    /// <summary>Mean of all elements, a scalar; summed in float64. NaN for an empty tensor.</summary>
    public Tensor Mean() => Reduce(nameof(Mean), 1.0 / Length);

    /// <summary>The only element.</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one.</exception>
    public float Item()
    {
        if (Length != 1) throw new InvalidOperationException($"A tensor of shape {ShapeText} is not one number.");
        return ToArray()[0];
    }

    internal void RequireSameShape(string operation, Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!HasShape(other.shape)) throw new ArgumentException($"{operation}: shapes {ShapeText} and {other.ShapeText} differ.");
        Device.RequireSame(operation, this, other);
    }

    Tensor Combine(string name, Tensor other, float sign)
    {
        RequireSameShape(name, other);
        var result = Uninitialized(Device, shape);
        Elementwise.Combine(result, 1f, this, sign, other);
        Autograd.Record(name, [this, other], [result], gradients =>
            [gradients[0], sign == 1f || !other.RequiresGrad ? gradients[0] : Product(gradients[0], null, sign)]);
        return result;
    }

    Tensor Reduce(string name, double factor)
    {
        var result = Elementwise.Sum(this, factor);
        Autograd.Record(name, [this], [result], gradients =>
        {
            var gradient = Uninitialized(Device, shape);
            Elementwise.FillScaled(gradient, factor, gradients[0]!);
            return [gradient];
        });
        return result;
    }

    static Tensor? Product(Tensor? gradient, Tensor? other) => gradient is null ? null : Product(gradient, other, 1);

    static Tensor Product(Tensor? a, Tensor? b, double factor)
    {
        var result = Uninitialized(a!.Device, a.shape);
        Elementwise.Multiply(result, (float)factor, a, b);
        return result;
    }
}
