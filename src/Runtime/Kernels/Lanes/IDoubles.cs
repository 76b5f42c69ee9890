namespace Recurve.Kernels.Lanes;

/// <summary>A register of double-precision numbers over floats in memory: what a recurrence of few channels is computed in.</summary>
/// <typeparam name="D">The implementing type.</typeparam>
unsafe interface IDoubles<D> where D : unmanaged, IDoubles<D>
{
    /// <summary>Numbers in one register: 2, 4 or 8.</summary>
    static abstract int Width { get; }

    /// <summary>The same number everywhere.</summary>
    static abstract D Create(double value);

    /// <summary>Reads <see cref="Width"/> doubles.</summary>
    static abstract D Load(double* source);

    /// <summary>Writes <see cref="Width"/> doubles.</summary>
    static abstract void Store(D value, double* target);

    /// <summary>Reads <see cref="Width"/> floats.</summary>
    static abstract D Widen(float* source);

    /// <summary>Writes <see cref="Width"/> floats, rounded.</summary>
    static abstract void Narrow(D value, float* target);

    /// <summary>left * right.</summary>
    static abstract D Multiply(D left, D right);

    /// <summary>left * right + addend.</summary>
    static abstract D FusedMultiplyAdd(D left, D right, D addend);

    /// <summary>The <see cref="Width"/> numbers from <paramref name="start"/> on (1, 2, 4, or as many from the end) of <paramref name="low"/> followed by <paramref name="high"/>.</summary>
    static abstract D Window(D low, D high, int start);

    /// <summary>The first <paramref name="count"/> numbers (1 or 2), over and over.</summary>
    static abstract D RepeatFirst(D value, int count);

    /// <summary>The last <paramref name="count"/> numbers (1 or 2), over and over.</summary>
    static abstract D RepeatLast(D value, int count);
}
