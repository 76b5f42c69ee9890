using System.Security.Cryptography;
using System.Text;

namespace Recurve.Distributed;

/// <summary>Refuses ranks that would compute something else than the others.</summary>
internal static class Agreement
{
    /// <summary>One line for each thing that must be the same: the builds of the code, then the tensors.</summary>
    public static string[] Describe(Module model) =>
    [
        .. new[] { typeof(Module).Assembly, typeof(Agreement).Assembly }.Concat(model.Tree().Select(m => m.Module.GetType().Assembly)).Distinct()
            .Select(a => $"{a.GetName().Name}.dll, build {a.ManifestModule.ModuleVersionId:N}").Order(StringComparer.Ordinal),
        .. model.LoadedTensors().Select(t => $"{t.Name} {t.Value.ShapeText}"),
    ];

    /// <summary>Compares with rank 0. Collective.</summary>
    /// <exception cref="MpiException">A rank differs. On every rank, with the first such rank, and the first line that differs.</exception>
    public static void Require(Communicator ranks, string[] lines)
    {
        var text = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        var mine = SHA256.HashData(text);
        var hashes = new byte[ranks.Size * mine.Length];
        ranks.AllGather<byte>(mine, hashes);
        byte[] HashOf(int rank) => hashes[(rank * mine.Length)..((rank + 1) * mine.Length)];
        var other = Enumerable.Range(1, ranks.Size - 1).Where(rank => !HashOf(rank).SequenceEqual(HashOf(0))).FirstOrDefault();
        if (other == 0) return;

        string[] theirs = LinesOf(ranks, text, other), first = LinesOf(ranks, text, 0);
        var at = Enumerable.Range(0, Math.Max(theirs.Length, first.Length)).First(i => theirs.ElementAtOrDefault(i) != first.ElementAtOrDefault(i));
        throw new MpiException(
            $"Rank {other} differs from rank 0: it has {theirs.ElementAtOrDefault(at) ?? "nothing more"}, rank 0 has {first.ElementAtOrDefault(at) ?? "nothing more"}. All ranks must run the same program with the same model.");
    }

    static string[] LinesOf(Communicator ranks, byte[] mine, int rank)
    {
        Span<double> length = [mine.Length];
        ranks.Broadcast(length, rank);
        var text = ranks.Rank == rank ? mine : new byte[(int)length[0]];
        ranks.Broadcast<byte>(text, rank);
        return Encoding.UTF8.GetString(text).Split('\n');
    }
}
