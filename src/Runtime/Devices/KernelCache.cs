using System.Security.Cryptography;
using System.Text;

namespace Recurve.Devices;

/// <summary>
/// Compiled kernels on disk, by what they were compiled from: <c>RECURVE_CACHE</c> names the folder, else the user's folder for such things does. A file that is damaged, or
/// cannot be read or written, is as if it were not there.
/// </summary>
/// <param name="folder">Where; made on first use.</param>
internal sealed class KernelCache(string folder)
{
    /// <summary>That of this process.</summary>
    public static KernelCache Default { get; } = new(Folder());

    /// <summary>What was made of a text before, or what is made of it now.</summary>
    /// <param name="identity">Compiler, version, options and target.</param>
    /// <param name="text">The whole text.</param>
    /// <param name="compile">Called where there is nothing.</param>
    public byte[] GetOrAdd(string identity, string text, Func<byte[]> compile)
    {
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{identity}\n{text}"))));
        if (TryRead(path) is { } found) return found;
        var image = compile();
        TryWrite(path, image);
        return image;
    }

    // the image's hash, then the image
    static byte[]? TryRead(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return bytes.Length > SHA256.HashSizeInBytes && SHA256.HashData(bytes.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes))
                ? bytes[SHA256.HashSizeInBytes..] : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    void TryWrite(string path, byte[] image)
    {
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(path, file =>
            {
                file.Write(SHA256.HashData(image));
                file.Write(image);
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // a folder that cannot be written costs time, not results
        }
    }

    static string Folder()
    {
        if (Environment.GetEnvironmentVariable("RECURVE_CACHE") is { Length: > 0 } own) return own;
        var user = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(user, "recurve", "kernels");
    }
}
