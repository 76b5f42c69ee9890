using System.Runtime.CompilerServices;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Xunit.Sdk;

namespace Recurve.TestKit;

/// <summary>
/// Compares a text with a committed file, with Verify's conventions: <c>Class.Method.verified.cs</c> beside the test; what came instead is written to
/// <c>.received.cs</c>. RECURVE_ACCEPT_SNAPSHOTS=1 accepts; continuous integration (CI=true) refuses to.
/// </summary>
public static class Snapshots
{
    /// <param name="text">What came.</param>
    /// <param name="extension">Of the snapshot: cs, txt.</param>
    /// <param name="of">For a theory: which case.</param>
    public static void Verify(string text, string extension = "cs", string? of = null, [CallerFilePath] string file = "", [CallerMemberName] string method = "")
    {
        var name = $"{System.IO.Path.GetFileNameWithoutExtension(file)}.{method}{(of is null ? "" : "_" + of)}";
        var folder = Folder(file);
        var (verified, received) = (System.IO.Path.Combine(folder, $"{name}.verified.{extension}"), System.IO.Path.Combine(folder, $"{name}.received.{extension}"));
        Verify(text, name, verified, received);
    }

    /// <summary>Compares a text with a file of the repository that is generated; what came instead is written beside it.</summary>
    /// <param name="text">What came.</param>
    /// <param name="path">The file.</param>
    public static void VerifyFile(string text, string path)
        => Verify(text, System.IO.Path.GetFileName(path), path, System.IO.Path.ChangeExtension(path, $".received{System.IO.Path.GetExtension(path)}"));

    static void Verify(string text, string name, string verified, string received)
    {
        text = text.Replace("\r\n", "\n");
        var expected = File.Exists(verified) ? File.ReadAllText(verified).Replace("\r\n", "\n") : null;
        if (expected == text)
        {
            File.Delete(received);
            return;
        }
        if (Accepts())
        {
            File.WriteAllText(verified, text);
            File.Delete(received);
            return;
        }
        File.WriteAllText(received, text);
        throw new XunitException(expected is null
            ? $"No {System.IO.Path.GetFileName(verified)} yet. Look at {received} and accept it with RECURVE_ACCEPT_SNAPSHOTS=1."
            : $"{name} differs from its snapshot (accept with RECURVE_ACCEPT_SNAPSHOTS=1):\n{Difference(expected, text)}");
    }

    static bool Accepts() => Environment.GetEnvironmentVariable("RECURVE_ACCEPT_SNAPSHOTS") == "1" && Environment.GetEnvironmentVariable("CI") != "true";

    // deterministic builds replace the root of paths by /_/, so the folder is found again from Compiler.sln
    static string Folder(string file)
    {
        var folder = System.IO.Path.GetDirectoryName(file)!.Replace('\\', '/');
        if (Directory.Exists(folder)) return folder;
        var inside = folder[(folder.IndexOf("/tests/", StringComparison.Ordinal) + 1)..];
        return System.IO.Path.Combine(Repository.Root, inside);
    }

    static string Difference(string expected, string actual)
    {
        var lines = new InlineDiffBuilder(new DiffPlex.Differ()).BuildDiffModel(expected, actual).Lines;
        return string.Join('\n', lines.Where(l => l.Type != ChangeType.Unchanged).Take(40)
            .Select(l => $"{(l.Type == ChangeType.Inserted ? '+' : '-')} {l.Text}"));
    }
}
