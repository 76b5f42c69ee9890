using System.Runtime.InteropServices;

namespace Recurve.Devices.Cuda;

/// <summary>
/// The calls of CUDA's driver (11.2 and later) that are used, under their own names. Handles and addresses are <c>nint</c>; what comes back is a status, 0 for success.
/// </summary>
internal static unsafe partial class CudaApi
{
    const string Library = NativeLibraries.Cuda;

    /// <summary>An event that only orders, without a time.</summary>
    public const uint DisableTiming = 2;

    /// <summary>Attributes of a kernel: shared memory that a launch may ask for, and how many percent of a multiprocessor's memory it takes from the cache.</summary>
    public const int MostDynamicSharedBytes = 8, SharedCarveout = 9;

    /// <summary>Of a stream, while other threads, and memory, go on as before.</summary>
    public const int RelaxedCapture = 2;

    /// <summary>A stream that does not wait for the null stream.</summary>
    public const uint NonBlocking = 1;

    [LibraryImport(Library)]
    public static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    public static partial int cuDriverGetVersion(int* version);

    [LibraryImport(Library)]
    public static partial int cuGetErrorName(int status, byte** name);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetCount(int* count);

    [LibraryImport(Library)]
    public static partial int cuDeviceGet(int* device, int index);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetAttribute(int* value, int attribute, int device);

    [LibraryImport(Library)]
    public static partial int cuDeviceTotalMem_v2(nuint* bytes, int device);

    [LibraryImport(Library)]
    public static partial int cuDevicePrimaryCtxRetain(nint* context, int device);

    [LibraryImport(Library)]
    public static partial int cuDevicePrimaryCtxReset_v2(int device);

    [LibraryImport(Library)]
    public static partial int cuCtxSetCurrent(nint context);

    [LibraryImport(Library)]
    public static partial int cuMemAlloc_v2(nint* address, nuint bytes);

    [LibraryImport(Library)]
    public static partial int cuMemFree_v2(nint address);

    [LibraryImport(Library)]
    public static partial int cuMemHostAlloc(void** memory, nuint bytes, uint flags);

    [LibraryImport(Library)]
    public static partial int cuMemFreeHost(void* memory);

    [LibraryImport(Library)]
    public static partial int cuMemcpyHtoDAsync_v2(nint target, void* source, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial int cuMemcpyDtoHAsync_v2(void* target, nint source, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial int cuMemcpyDtoDAsync_v2(nint target, nint source, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial int cuMemsetD8Async(nint target, byte value, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial int cuStreamCreate(nint* stream, uint flags);

    [LibraryImport(Library)]
    public static partial int cuStreamSynchronize(nint stream);

    [LibraryImport(Library)]
    public static partial int cuEventCreate(nint* made, uint flags);

    [LibraryImport(Library)]
    public static partial int cuEventRecord(nint recorded, nint stream);

    [LibraryImport(Library)]
    public static partial int cuEventSynchronize(nint recorded);

    [LibraryImport(Library)]
    public static partial int cuModuleLoadData(nint* module, void* image);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int cuModuleGetFunction(nint* function, nint module, string name);

    [LibraryImport(Library)]
    public static partial int cuStreamBeginCapture_v2(nint stream, int mode);

    [LibraryImport(Library)]
    public static partial int cuStreamEndCapture(nint stream, nint* graph);

    [LibraryImport(Library)]
    public static partial int cuGraphLaunch(nint executable, nint stream);

    [LibraryImport(Library)]
    public static partial int cuGraphDestroy(nint graph);

    [LibraryImport(Library)]
    public static partial int cuGraphExecDestroy(nint executable);

    [LibraryImport(Library)]
    public static partial int cuOccupancyMaxPotentialBlockSize(int* groups, int* items, nint function, nint sharedBytesOf, nuint sharedBytes, int mostItems);

    [LibraryImport(Library)]
    public static partial int cuFuncSetAttribute(nint function, int attribute, int value);

    [LibraryImport(Library)]
    public static partial int cuLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** parameters, void** extra);
}
