using System.Runtime.InteropServices;

namespace Recurve;

/// <summary>Replaces a file as a whole: after a crash at any moment there is either the old one or the new one, complete.</summary>
internal static partial class AtomicFile
{
    const int GuidDigits = 32;

    /// <summary>
    /// Writes a temporary file in the same directory, flushes it to disk, renames it over <paramref name="path"/> and flushes the
    /// directory. If <paramref name="write"/> fails, the old file is untouched and the temporary one is gone.
    /// </summary>
    public static void Write(string path, Action<FileStream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var target = Path.GetFullPath(path);
        // through a symbolic link, the file it points to is replaced, not the link
        if (File.Exists(target) && File.ResolveLinkTarget(target, returnFinalTarget: true) is { } linked) target = linked.FullName;
        var directory = Path.GetDirectoryName(target)!;
        var temporary = Path.Combine(directory, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        FlushDirectory(directory);
    }

    /// <summary>The temporary files of processes that were killed while they wrote into a folder.</summary>
    public static string[] Leftovers(string folder) => Directory.GetFiles(folder, $".*.{new string('?', GuidDigits)}.tmp");

    /// <summary>Makes the rename itself durable, where the system has a way to.</summary>
    static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = Open(directory, 0);
        if (handle < 0) throw new IOException($"Cannot open directory {directory} to flush it (errno {Marshal.GetLastPInvokeError()}).");
        try
        {
            // EINVAL: a file system that does not flush directories has nothing to lose here
            if (Flush(handle) < 0 && Marshal.GetLastPInvokeError() is not (22 or 95) and var error)
                throw new IOException($"Cannot flush directory {directory} (errno {error}).");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
