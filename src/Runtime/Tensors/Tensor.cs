using Recurve.Devices;

namespace Recurve;

/// <summary>
/// A dense row-major array of floats that remembers how it was computed. Sequences are (batch, time, feature), states (batch, size).
/// Its memory is freed by the garbage collector; nobody must dispose of it.
/// </summary>
public sealed unsafe partial class Tensor
{
    readonly int[] shape;

    internal Tensor(Storage storage, int[] shape)
    {
        Storage = storage;
        this.shape = shape;
    }

    /// <summary>The memory; views share it.</summary>
    internal Storage Storage { get; private set; }

    /// <summary>The device that computes with it; null: the processor.</summary>
    internal Accelerator? Accelerator => Storage.Accelerator;

    /// <summary>First element, on the processor. The caller keeps the tensor alive while it computes (<c>GC.KeepAlive</c>).</summary>
    internal float* Pointer => Storage.Pointer;

    /// <summary>First element, wherever it is.</summary>
    internal nint Address => Storage.Address;

    /// <summary>Number of elements, which may exceed 2³¹.</summary>
    internal long Length => Storage.Length;

    /// <summary>Number of axes.</summary>
    internal int Rank => shape.Length;

    /// <summary>Size of each axis; a fresh copy. A scalar has none.</summary>
    public int[] Shape => (int[])shape.Clone();

    /// <summary>The shape without a copy.</summary>
    internal ReadOnlySpan<int> Sizes => shape;

    /// <summary>Where it is.</summary>
    public Device Device => Storage.Device;

    /// <summary>Copies <paramref name="data"/> (row-major) into a new tensor; without a shape, into a vector.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the number of elements, or an axis is negative.</exception>
    public static Tensor FromArray(float[] data, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Copied(data, shape, "array");
    }

    /// <summary>The same from any memory: an array's part, a <see cref="Memory{T}"/>'s <c>Span</c>.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the number of elements, or an axis is negative.</exception>
    public static Tensor FromSpan(ReadOnlySpan<float> data, params int[] shape) => Copied(data, shape, "span");

    static Tensor Copied(ReadOnlySpan<float> data, int[] shape, string what)
    {
        ArgumentNullException.ThrowIfNull(shape);
        int[] sizes = shape.Length == 0 ? [data.Length] : [.. shape];
        var length = TensorShape.Length(sizes);
        if (length != data.Length)
            throw new ArgumentException($"Shape {TensorShape.Text(sizes)} has {length} elements, but the {what} has {data.Length}.", nameof(data));
        var tensor = new Tensor(Storage.Rent(length), sizes);
        tensor.CopyFrom(data);
        return tensor;
    }

    /// <summary>A tensor without axes.</summary>
    internal static Tensor Scalar(Device device, float value)
    {
        var tensor = Uninitialized(device);
        Elementwise.Fill(tensor, value);
        return tensor;
    }

    /// <summary>A tensor of zeros.</summary>
    /// <exception cref="ArgumentException">An axis is negative.</exception>
    public static Tensor Zeros(params int[] shape) => Zeros(Device.Cpu, shape);

    /// <summary>A tensor of zeros on a device.</summary>
    internal static Tensor Zeros(Device device, params int[] shape) => Create(device, shape, clear: true);

    /// <summary>A tensor with arbitrary contents, for an operation that writes every element.</summary>
    internal static Tensor Uninitialized(params int[] shape) => Uninitialized(Device.Cpu, shape);

    /// <summary>The same on a device.</summary>
    internal static Tensor Uninitialized(Device device, params int[] shape) => Create(device, shape, clear: false);

    /// <summary>Size of axis <paramref name="axis"/>; negative counts from the end.</summary>
    internal int Dim(int axis) => shape[axis < 0 ? axis + shape.Length : axis];

    /// <summary>The elements in row-major order.</summary>
    /// <exception cref="InvalidOperationException">There are more than an array can hold.</exception>
    public float[] ToArray()
    {
        if (Length > Array.MaxLength)
            throw new InvalidOperationException($"A tensor of shape {ShapeText} has {Length} elements, more than an array can hold ({Array.MaxLength}).");
        var data = new float[Length];
        CopyTo(data);
        return data;
    }

    /// <summary>The same into memory that is there, from wherever the tensor is.</summary>
    /// <exception cref="ArgumentException">It is of another length.</exception>
    public void CopyTo(Span<float> target)
    {
        if (target.Length != Length) throw new ArgumentException($"A tensor of shape {ShapeText} has {Length} elements, but the span has {target.Length}.", nameof(target));
        fixed (float* start = target)
        {
            if (Accelerator is { } accelerator) accelerator.Read(Address, start, Length * sizeof(float));
            else new ReadOnlySpan<float>(Pointer, target.Length).CopyTo(target);
        }
        GC.KeepAlive(this);
    }

    /// <summary>The same memory without history: no gradient flows through it.</summary>
    public Tensor Detach() => new(Storage, shape);

    /// <summary>This tensor on <paramref name="device"/>; itself if it is there already. Gradients flow back to where it was.</summary>
    /// <exception cref="DeviceOutOfMemoryException">The device has not the memory.</exception>
    public Tensor To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Equals(Device)) return this;
        var moved = new Tensor(StorageOn(device), shape);
        var before = Device;
        Autograd.Record(nameof(To), [this], [moved], gradients => [gradients[0]?.To(before)]);
        return moved;
    }

    /// <summary>Moves a leaf itself, with its gradient, so that everybody who holds it sees it on the device.</summary>
    internal void Move(Device device)
    {
        gradient?.Move(device);
        if (device.Equals(Device)) return;
        var moved = StorageOn(device);
        // a graph that was recorded before is stale
        Storage.Changes++;
        Storage = moved;
    }

    Storage StorageOn(Device device)
    {
        var storage = Storage.Rent(device, Length);
        storage.CopyFrom(Storage);
        return storage;
    }

    /// <summary>The shape and, where it is not the processor, the device: <c>Tensor (2, 3)</c>, <c>Tensor (2, 3) on cuda:0</c>.</summary>
    public override string ToString() => Accelerator is null ? $"Tensor {ShapeText}" : $"Tensor {ShapeText} on {Device}";

    /// <summary>The shape for messages: <c>(2, 3)</c>.</summary>
    internal string ShapeText => TensorShape.Text(shape);

    /// <summary>The same elements under another shape of the same length; shares memory and has no history.</summary>
    internal Tensor WithShape(int[] other) => new(Storage, other);

    /// <summary>A new tensor with the same elements and no history.</summary>
    internal Tensor Copy() => new(StorageOn(Device), shape);

    /// <summary>Overwrites the elements; counts as a change in place.</summary>
    internal void CopyFrom(ReadOnlySpan<float> data)
    {
        if (data.Length != Length) throw new ArgumentException($"{data.Length} elements for a tensor of shape {ShapeText}.", nameof(data));
        fixed (float* start = data)
        {
            if (Accelerator is { } accelerator) accelerator.Write(Address, start, Length * sizeof(float));
            else data.CopyTo(new Span<float>(Pointer, data.Length));
        }
        Storage.Changes++;
        GC.KeepAlive(this);
    }

    internal bool HasShape(params ReadOnlySpan<int> other) => other.SequenceEqual(shape);

    static Tensor Create(Device device, int[] shape, bool clear)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new Tensor(Storage.Rent(device, TensorShape.Length(shape), clear), [.. shape]);
    }
}
