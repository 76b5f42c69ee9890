using System.Globalization;

namespace Recurve;

/// <summary>A file of a history that grows with it; what was in it before is replaced as a whole by the history that a run continues from.</summary>
internal abstract class HistoryFile : IDisposable
{
    readonly string path;

    private protected HistoryFile(string path) => this.path = path;

    private protected FileStream Stream { get; private set; } = null!;

    /// <summary>Appends the history's last row.</summary>
    public abstract void Append(History history);

    /// <summary>Hands what was appended to the system; to the disk too, if asked.</summary>
    public virtual void Flush(bool toDisk) => Stream.Flush(toDisk);

    /// <inheritdoc/>
    public virtual void Dispose() => Stream.Dispose();

    /// <summary>Replaces the file, all or nothing, and opens it for more.</summary>
    private protected void Begin(Action<Stream> write)
    {
        Stream?.Dispose();
        AtomicFile.Write(path, write);
        Stream = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>The shortest text that reads back as the same number.</summary>
    private protected static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
