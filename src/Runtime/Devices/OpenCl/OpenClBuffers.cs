namespace Recurve.Devices.OpenCl;

/// <summary>
/// Addresses for buffers, which in OpenCL 1.2 are handles without one: the number of a buffer from bit 40 on, below it a distance in bytes.
/// </summary>
internal sealed class OpenClBuffers
{
    const int Shift = 40;

    /// <summary>The greatest buffer that has addresses: a terabyte.</summary>
    public const long MaxBytes = 1L << Shift;

    readonly Lock gate = new();
    readonly Stack<int> free = [];
    // number 0 is not given: address 0 is nothing
    nint[] handles = new nint[64];
    int count = 1;

    /// <summary>The address of a buffer's first byte.</summary>
    public nint Add(nint handle)
    {
        lock (gate)
        {
            if (!free.TryPop(out var number)) number = count++;
            if (number == handles.Length) Array.Resize(ref handles, 2 * handles.Length);
            handles[number] = handle;
            return (nint)((long)number << Shift);
        }
    }

    /// <summary>Forgets the buffer at an address and gives its handle.</summary>
    public nint Remove(nint address)
    {
        lock (gate)
        {
            var number = (int)(address >> Shift);
            var handle = handles[number];
            handles[number] = 0;
            free.Push(number);
            return handle;
        }
    }

    /// <summary>The buffer that an address lies in, and where; nothing for 0.</summary>
    /// <exception cref="InvalidOperationException">There is none: the address is of the processor, or of memory that was freed.</exception>
    public (nint Handle, long Offset) Find(nint address)
    {
        if (address == 0) return (0, 0);
        var number = address >> Shift;
        lock (gate)
        {
            if (number > 0 && number < count && handles[number] is not 0 and var handle) return (handle, address & (MaxBytes - 1));
        }
        throw new InvalidOperationException($"0x{address:x} is no address of this device.");
    }
}
