using ILGPU;

namespace Recurve.Ilgpu.Kernels;

/// <summary>
/// What an item of a kernel knows: which it is, and the arguments of the launch, a word each, read one after the other in the order of the parameters in
/// Devices/Kernels.
/// </summary>
/// <remarks>Every kernel has these two parameters, so that one way of launching serves all.</remarks>
unsafe struct Call
{
    /// <summary>Items along x, items of a group, where a body's signature stands among the words (0: there is no body), and the words' own address.</summary>
    public const int Header = 4;

    readonly ArrayView<long> words;
    int next;

    public Call(Index1D index, ArrayView<long> words)
    {
        this.words = words;
        next = Header;
        var across = words[0];
        Row = (int)(index / across);
        Item = index - Row * across;
    }

    /// <summary>Among the items along x.</summary>
    public long Item { get; }

    /// <summary>Along y.</summary>
    public int Row { get; }

    public readonly long Group => Item / words[1];

    /// <summary>Within the group.</summary>
    public readonly int Lane => (int)(Item % words[1]);

    /// <summary>Where the signature of the kernel's body starts.</summary>
    public readonly long* Signature => (long*)(words[3] + sizeof(long) * words[2]);

    public long Long() => words[next++];

    public int Int() => (int)words[next++];

    public bool Flag() => words[next++] != 0;

    public float Float() => Interop.IntAsFloat((uint)words[next++]);

    public double Double() => Interop.IntAsFloat((ulong)words[next++]);

    public float* Floats() => (float*)words[next++];

    public double* Doubles() => (double*)words[next++];

    public int* Ints() => (int*)words[next++];

    public long* Longs() => (long*)words[next++];

    /// <summary>A signal with rows of its own per step.</summary>
    public Signal Signal() => new(Floats(), Long(), Long());

    /// <summary>A signal that says its precision.</summary>
    public Numbers Numbers() => new(Floats(), Long(), Long(), Flag());

    /// <summary>Which rows of (batch, step) count.</summary>
    public Space Space() => new(Ints(), Long(), Long(), Long());
}

/// <summary>Where the rows of a signal lie; without a start there is none.</summary>
readonly unsafe struct Signal(float* start, long batch, long step)
{
    public readonly float* Start = start;
    readonly long batch = batch, step = step;

    public float* At(long batch, long step) => Start + batch * this.batch + step * this.step;
}

/// <summary>Rows of (batch, step): `steps` of each batch from `first` on, of which those before the batch's length count (all without lengths).</summary>
readonly unsafe struct Space(int* lengths, long rows, long steps, long first)
{
    public readonly long Rows = rows;
    readonly int* lengths = lengths;
    readonly long steps = steps, first = first;

    public bool TryRow(long row, out long batch, out long step)
    {
        (batch, step) = (0, 0);
        if (row >= Rows) return false;
        batch = row / steps;
        step = first + row % steps;
        return lengths == null || step < lengths[batch];
    }
}
