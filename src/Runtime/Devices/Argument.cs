using System.Runtime.CompilerServices;

namespace Recurve.Devices;

/// <summary>
/// One argument of a kernel. An address is <c>ADDRESS(x)</c> in the kernel's text: one parameter, or two where devices have buffers instead of addresses; a number is one of its type:
/// <c>int</c>, <c>index</c>, <c>real</c>, <c>extended</c>, <c>word</c>.
/// </summary>
internal readonly struct Argument
{
    readonly object? owner;

    Argument(ArgumentKind kind, long bits, object? owner = null) => (Kind, Bits, this.owner) = (kind, bits, owner);

    public ArgumentKind Kind { get; }

    /// <summary>The number's bits, or the address.</summary>
    public long Bits { get; }

    public static implicit operator Argument(nint address) => new(ArgumentKind.Address, address);

    public static implicit operator Argument(int value) => new(ArgumentKind.Int, value);

    public static implicit operator Argument(long value) => new(ArgumentKind.Long, value);

    public static implicit operator Argument(ulong value) => new(ArgumentKind.Long, (long)value);

    public static implicit operator Argument(float value) => new(ArgumentKind.Float, BitConverter.SingleToInt32Bits(value));

    public static implicit operator Argument(double value) => new(ArgumentKind.Extended, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Where memory starts, which lives until the kernel is in the queue; null: nothing.</summary>
    public static implicit operator Argument(Storage? storage) => new(ArgumentKind.Address, storage?.Address ?? 0, storage);

    /// <summary>Where a tensor's memory starts; null: nothing.</summary>
    public static implicit operator Argument(Tensor? tensor) => tensor?.Storage;

    /// <summary>Until here the memory of every argument is held.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void KeepAlive(ReadOnlySpan<Argument> arguments)
    {
        foreach (ref readonly var argument in arguments) GC.KeepAlive(argument.owner);
    }
}

internal enum ArgumentKind
{
    Address,
    Int,
    Long,
    Float,

    /// <summary>A double, which an accelerator rounds to what it has (<see cref="Accelerator.ExtendedBytes"/>).</summary>
    Extended,
}
