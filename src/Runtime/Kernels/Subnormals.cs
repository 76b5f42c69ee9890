using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recurve.Kernels;

/// <summary>
/// Numbers below 1.2·10⁻³⁸ are zeros inside plans on the processor. A state or an adjoint that decays ends as such a number and stays one for the rest of
/// the sequence, and on many processors every operation on it takes a hundred times as long. Where the processor's mode cannot be set this does nothing.
/// </summary>
internal static unsafe class Subnormals
{
    static readonly delegate* unmanaged[SuppressGCTransition]<void*, int> restore = SetterOf(out ordinary, out flushing);
    static readonly nint ordinary, flushing;

    [ThreadStatic] static bool areFlushed;

    /// <summary>Whether they are zeros on this thread. Set by workers alone; others call <see cref="Flush"/>.</summary>
    public static bool AreFlushed
    {
        get => areFlushed;
        set
        {
            if (value == areFlushed) return;
            areFlushed = value;
            if (restore != null) restore((void*)(value ? flushing : ordinary));
        }
    }

    /// <summary>A thread begins as the one that started it is; afterwards this one is as others are.</summary>
    public static void Begin()
    {
        areFlushed = false;
        if (restore != null) restore((void*)ordinary);
    }

    /// <summary>A scope in which nothing changes.</summary>
    public static Scope Unchanged => new(AreFlushed);

    /// <summary>They are zeros on this thread until the result is disposed. Meanwhile it should start no thread, which would begin so too.</summary>
    public static Scope Flush()
    {
        Scope before = new(AreFlushed);
        AreFlushed = true;
        return before;
    }

    public readonly ref struct Scope(bool before)
    {
        public void Dispose() => AreFlushed = before;
    }

    // The environment of C99's fenv.h as the x86-64 libraries of Linux lay it out, glibc and musl alike: the x87 state, then MXCSR.
    static delegate* unmanaged[SuppressGCTransition]<void*, int> SetterOf(out nint ordinary, out nint flushing)
    {
        const int Bytes = 32, ControlAt = 28;
        const uint FlushToZero = 1u << 15, DenormalsAreZero = 1u << 6;
        (ordinary, flushing) = (0, 0);
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) return null;
        if (!NativeLibrary.TryLoad("libm.so.6", out var library) && !NativeLibrary.TryLoad("libc.musl-x86_64.so.1", out library)) return null;
        if (!NativeLibrary.TryGetExport(library, "fegetenv", out var get) || !NativeLibrary.TryGetExport(library, "fesetenv", out var set)) return null;

        var memory = (byte*)NativeMemory.AllocZeroed(2 * Bytes);
        var setter = (delegate* unmanaged[SuppressGCTransition]<void*, int>)set;
        _ = ((delegate* unmanaged[SuppressGCTransition]<void*, int>)get)(memory);
        Buffer.MemoryCopy(memory, memory + Bytes, Bytes, Bytes);
        *(uint*)(memory + Bytes + ControlAt) |= FlushToZero | DenormalsAreZero;
        // seen to work, or not used
        var before = Half(1.5e-38f);
        _ = setter(memory + Bytes);
        var inside = Half(1.5e-38f);
        _ = setter(memory);
        if (before == 0 || inside != 0 || Half(1.5e-38f) != before) return null;
        (ordinary, flushing) = ((nint)memory, (nint)(memory + Bytes));
        return setter;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static float Half(float number) => number * 0.5f;
}
