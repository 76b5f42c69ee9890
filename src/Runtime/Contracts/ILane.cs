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

    /// <summary>Square root, correctly rounded.</summary>
    static abstract V Sqrt(V value);

    /// <summary>Nearest integer, ties to even.</summary>
    static abstract V Round(V value);

    /// <summary>value · 2^exponent, rounded once; exponent is an integer in [−252, 252].</summary>
    static abstract V Scale(V value, V exponent);

    /// <summary>The nearest 32-bit integer as a bit pattern.</summary>
    static abstract V ToIntegerBits(V value);

    /// <summary>A bit pattern read as a 32-bit integer, converted to a number.</summary>
    static abstract V FromIntegerBits(V bits);

    /// <summary>The same bit pattern in every channel.</summary>
    static abstract V CreateBits(int bits);

    /// <summary>Sum of two bit patterns read as 32-bit integers.</summary>
    static abstract V AddBits(V left, V right);

    /// <summary>Bits moved left; zeros enter.</summary>
    static abstract V ShiftBitsLeft(V bits, int count);

    /// <summary>Bits moved right; the sign enters.</summary>
    static abstract V ShiftBitsRight(V bits, int count);

    /// <summary>Exclusive or of two bit patterns.</summary>
    static abstract V XorBits(V left, V right);
}
