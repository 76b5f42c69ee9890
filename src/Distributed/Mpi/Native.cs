using System.Reflection;
using System.Runtime.InteropServices;

namespace Recurve.Distributed.Mpi;

/// <summary>The functions of MPI that are used, of whichever library <see cref="Load"/> found. Handles are <see cref="nint"/>; where one comes out, it starts as zero, because MPICH writes its lower half only.</summary>
internal static unsafe partial class Native
{
    const string Library = "mpi";
    const int ErrorTextBytes = 8192;

    static nint loaded;

    static Native() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, (name, _, _) => name == Library ? loaded : 0);

    /// <summary>Loads the first of the launcher's libraries that is there.</summary>
    /// <exception cref="MpiException">None is.</exception>
    public static Convention Load(Launcher launcher)
    {
        foreach (var file in launcher.Libraries)
        {
            if (NativeLibrary.TryLoad(file, Assembly.GetExecutingAssembly(), DllImportSearchPath.SafeDirectories, out loaded)) return Convention.Of(loaded, file);
        }
        throw new MpiException($"{launcher.Name} started this process, but none of its libraries was found ({string.Join(", ", launcher.Libraries)}). {World.HowToInstall}");
    }

    /// <summary>Turns MPI's answer into an exception with MPI's own text.</summary>
    /// <exception cref="MpiException">The answer is not 0.</exception>
    public static void Check(int code, string call)
    {
        if (code == 0) return;
        var text = stackalloc byte[ErrorTextBytes];
        var said = ErrorString(code, text, out int length) == 0 ? Marshal.PtrToStringUTF8((nint)text, length) : "unknown error";
        throw new MpiException(call, code, said);
    }

    /// <summary>A function that only some libraries have; 0: this one has not.</summary>
    public static nint FunctionOf(string name) => NativeLibrary.TryGetExport(loaded, name, out var address) ? address : 0;

    /// <summary>The library's name and version, in its own words.</summary>
    public static string Version()
    {
        var text = stackalloc byte[ErrorTextBytes];
        Check(LibraryVersion(text, out int length), "MPI_Get_library_version");
        return Marshal.PtrToStringUTF8((nint)text, length).Split('\n', '\0')[0].Replace('\t', ' ');
    }

    [LibraryImport(Library, EntryPoint = "MPI_Init_thread")]
    public static partial int InitThread(nint argc, nint argv, int required, out int provided);

    [LibraryImport(Library, EntryPoint = "MPI_Initialized")]
    public static partial int Initialized(out int flag);

    [LibraryImport(Library, EntryPoint = "MPI_Finalize")]
    public static partial int Shutdown();

    [LibraryImport(Library, EntryPoint = "MPI_Abort")]
    public static partial int Abort(nint comm, int code);

    [LibraryImport(Library, EntryPoint = "MPI_Error_string")]
    private static partial int ErrorString(int code, byte* text, out int length);

    [LibraryImport(Library, EntryPoint = "MPI_Get_library_version")]
    private static partial int LibraryVersion(byte* text, out int length);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_set_errhandler")]
    public static partial int SetErrorHandler(nint comm, nint handler);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_rank")]
    public static partial int Rank(nint comm, out int rank);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_size")]
    public static partial int Size(nint comm, out int size);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_split")]
    public static partial int Split(nint comm, int color, int key, ref nint made);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_free")]
    public static partial int Free(ref nint comm);

    [LibraryImport(Library, EntryPoint = "MPI_Barrier")]
    public static partial int Barrier(nint comm);

    [LibraryImport(Library, EntryPoint = "MPI_Bcast")]
    public static partial int Broadcast(void* buffer, int count, nint type, int root, nint comm);

    [LibraryImport(Library, EntryPoint = "MPI_Allreduce")]
    public static partial int AllReduce(nint send, void* receive, int count, nint type, nint op, nint comm);

    [LibraryImport(Library, EntryPoint = "MPI_Iallreduce")]
    public static partial int StartAllReduce(nint send, void* receive, int count, nint type, nint op, nint comm, ref nint request);

    [LibraryImport(Library, EntryPoint = "MPI_Allgather")]
    public static partial int AllGather(void* send, int sendCount, nint sendType, void* receive, int receiveCount, nint receiveType, nint comm);

    [LibraryImport(Library, EntryPoint = "MPI_Sendrecv")]
    public static partial int SendReceive(
        void* send, int sendCount, nint sendType, int to, int sendTag, void* receive, int receiveCount, nint receiveType, int from, int receiveTag, nint comm, nint status);

    [LibraryImport(Library, EntryPoint = "MPI_Test")]
    public static partial int Test(ref nint request, out int flag, nint status);

    [LibraryImport(Library, EntryPoint = "MPI_Wait")]
    public static partial int Wait(ref nint request, nint status);
}
