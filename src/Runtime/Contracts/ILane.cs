namespace Recurve.Contracts;

/// <summary>
/// One SIMD register of single-precision channels: what generated bodies and kernel skeletons compute with.
/// A comparison gives a lane of all-ones or all-zero bits, to be used by <see cref="Select"/> and the logical operators only.
/// </summary>
/// <typeparam name="V">The implementing type.</typeparam>
public unsafe partial interface ILane<V> where V : unmanaged, ILane<V>
{
    /// <summary>Number of channels in one lane: 1, 4, 8 or 16.</summary>
    static abstract int Width { get; }

    /// <summary>The same number in every channel.</summary>
    static abstract V Create(float value);

    /// <summary>Reads <see cref="Width"/> floats; no alignment is required.</summary>
    static abstract V Load(float* source);

    /// <summary>Writes <see cref="Width"/> floats; no alignment is required.</summary>
    static abstract void Store(V value, float* target);

    /// <summary>Writes past the caches; <paramref name="target"/> is aligned to the lane.</summary>
    static abstract void StoreNonTemporal(V value, float* target);

    /// <summary>Sum over the channels, in a fixed order.</summary>
    static abstract float Sum(V value);

    /// <summary>A literal in every channel.</summary>
    static abstract implicit operator V(float value);

#pragma warning disable CS1591 // the operators mean what they say
    static abstract V operator +(V left, V right);
    static abstract V operator -(V left, V right);
    static abstract V operator *(V left, V right);
    static abstract V operator /(V left, V right);
    static abstract V operator -(V value);
    static abstract V operator <(V left, V right);
    static abstract V operator >(V left, V right);
    static abstract V operator <=(V left, V right);
    static abstract V operator >=(V left, V right);
    static abstract V operator &(V left, V right);
    static abstract V operator |(V left, V right);
    static abstract V operator ~(V mask);
#pragma warning restore CS1591

    /// <summary>mask ? whenTrue : whenFalse, bit by bit: a NaN in the branch not taken has no effect.</summary>
    static abstract V Select(V mask, V whenTrue, V whenFalse);

    /// <summary>left * right + addend, rounded once where the machine can.</summary>
    static abstract V FusedMultiplyAdd(V left, V right, V addend);

    /// <summary>All-ones bits where the numbers are equal (a NaN equals nothing).</summary>
    static abstract V AreEqual(V left, V right);

    /// <summary>Whether any channel of a mask is set.</summary>
    static abstract bool Any(V mask);

    /// <summary>left &lt; right ? left : right; where either is NaN, right.</summary>
    static abstract V SmallerElseRight(V left, V right);

    /// <summary>left &gt; right ? left : right; where either is NaN, right.</summary>
    static abstract V GreaterElseRight(V left, V right);
}
