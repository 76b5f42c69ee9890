using System.Runtime.CompilerServices;
using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

/// <summary>A number and what rounding has taken from it so far; both go through the same linear recurrence.</summary>
internal struct Rounded<V>(V number, V lost) where V : unmanaged, ILane<V>
{
    public V Number = number, Lost = lost;

    /// <summary>The best there is in one float: the number alone where the loss is not finite.</summary>
    public readonly V Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => V.Select(V.AreEqual(Lost - Lost, 0f), Number + Lost, Number);
    }

    /// <summary>a · this + b. The loss is exact to the rounding of b, which is small beside a number that has grown from many of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(V a, V b)
    {
        var next = V.FusedMultiplyAdd(a, Number, b);
        Lost = V.FusedMultiplyAdd(a, Lost, V.FusedMultiplyAdd(a, Number, -next) + b);
        Number = next;
    }

    /// <summary>this + b, under the same condition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(V b)
    {
        var next = Number + b;
        Lost += b - (next - Number);
        Number = next;
    }
}

/// <summary>A row of such numbers, in three parts: values, numbers, losses.</summary>
internal readonly unsafe struct RoundedRow(float* values, nint width)
{
    public static long Floats(int width) => 3L * width;

    public float* Values => values;

    public static RoundedRow operator +(RoundedRow row, nint channels) => new(row.Values + channels, row.Width);

    nint Width => width;

    /// <summary>Makes the values the numbers, of which nothing has been lost.</summary>
    public void Begin()
    {
        new Span<float>(values, (int)width).CopyTo(new(values + width, (int)width));
        new Span<float>(values + 2 * width, (int)width).Clear();
    }

    /// <summary>The same with other values.</summary>
    public void Begin(float* row)
    {
        new Span<float>(row, (int)width).CopyTo(new(values, (int)width));
        Begin();
    }

    public void CopyTo(RoundedRow target) => new Span<float>(values, (int)Floats((int)width)).CopyTo(new(target.Values, (int)Floats((int)width)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Rounded<V> Load<V>(nint channel) where V : unmanaged, ILane<V> => new(V.Load(values + width + channel), V.Load(values + 2 * width + channel));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<V>(Rounded<V> number, nint channel) where V : unmanaged, ILane<V>
    {
        V.Store(number.Value, values + channel);
        V.Store(number.Number, values + width + channel);
        V.Store(number.Lost, values + 2 * width + channel);
    }
}
