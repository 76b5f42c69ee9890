namespace Recurve.Devices.OpenCl;

/// <summary>Memory behind buffers that nobody may write to, and whether a kernel did: for tests. (A driver's compiler can be wrong where the kernel's text is right.)</summary>
internal sealed unsafe class OpenClGuards(OpenClAccelerator device)
{
    /// <summary>Behind each buffer that is guarded.</summary>
    public const int Bytes = 1024;

    // a small number, so that one added to it is seen, which of NaN it is not
    const byte Untouched = 0xa5;

    readonly Dictionary<nint, long> guarded = [];

    /// <summary>Nothing is guarded.</summary>
    public bool IsEmpty => guarded.Count == 0;

    /// <summary>A new buffer has so many bytes, and <see cref="Bytes"/> more.</summary>
    public void Add(nint buffer, long bytes)
    {
        var pattern = Untouched;
        device.Check(OpenClApi.clEnqueueFillBuffer(device.Queue, buffer, &pattern, 1, (nuint)bytes, Bytes, 0, null, null), "filling a guard");
        guarded[buffer] = bytes;
    }

    /// <summary>Forgets a buffer, guarded or not.</summary>
    public void Remove(nint buffer) => guarded.Remove(buffer);

    /// <summary>Waits for a kernel that was queued, and looks behind each of its arguments.</summary>
    /// <exception cref="InvalidOperationException">It wrote there.</exception>
    public void Check(string kernel, ReadOnlySpan<Argument> arguments)
    {
        var guard = stackalloc byte[Bytes];
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Kind != ArgumentKind.Address) continue;
            var buffer = device.Find((nint)arguments[i].Bits).Handle;
            if (!guarded.TryGetValue(buffer, out var bytes)) continue;
            device.Check(
                OpenClApi.clEnqueueReadBuffer(device.Queue, buffer, OpenClApi.True, (nuint)bytes, Bytes, guard, 0, null, null), $"reading behind argument {i} of {kernel}");
            var first = new ReadOnlySpan<byte>(guard, Bytes).IndexOfAnyExcept(Untouched);
            if (first >= 0) throw new InvalidOperationException($"{kernel} wrote behind argument {i}: at byte {bytes + first} of {bytes}.");
        }
    }
}
