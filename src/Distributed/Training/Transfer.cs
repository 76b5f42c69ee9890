using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;

namespace Recurve.Distributed;

/// <summary>What rank 0 has, or did, for all.</summary>
internal static class Transfer
{
    /// <summary>Overwrites tensors with rank 0's, from a device through page-locked memory of the processor. Collective.</summary>
    public static unsafe void Broadcast(Communicator ranks, IEnumerable<Tensor> tensors)
    {
        if (ranks.Size == 1) return;
        foreach (var tensor in tensors)
        {
            var staged = Storage.RentStaging(tensor.Device, tensor.Length);
            staged.CopyFrom(tensor.Storage);
            Span<float> values = new(staged.Pointer, checked((int)staged.Length));
            ranks.Broadcast(values);
            if (ranks.Rank != 0) tensor.CopyFrom(values);
            staged.Return();
        }
    }

    /// <summary>Puts what draws random numbers where rank 0's stands, each rank in its own stream. Collective.</summary>
    public static void BroadcastRandom(Communicator ranks, Module model)
    {
        if (ranks.Size == 1) return;
        Module[] drawing = [.. model.Tree().Select(m => m.Module).Where(m => m.RandomPosition is not null)];
        var positions = Unpack(FromFirst(ranks, () => Pack(drawing.Select((m, i) => KeyValuePair.Create($"{i}", m.RandomPosition!)).ToDictionary())));
        for (var i = 0; i < drawing.Length; i++) drawing[i].RandomPosition = positions[$"{i}"];
    }

    /// <summary>Does something on rank 0 and tells all of its result, or that it failed. Collective.</summary>
    /// <exception cref="MpiException">It failed, on a rank that only hears of it; on rank 0 the exception itself.</exception>
    public static string FromFirst(Communicator ranks, Func<string> action)
    {
        var (result, failure) = ("", (Exception?)null);
        if (ranks.Rank == 0)
        {
            try
            {
                result = action();
            }
            catch (Exception error)
            {
                failure = error;
            }
        }
        var bytes = Encoding.UTF8.GetBytes(failure?.Message ?? result);
        Span<double> head = [bytes.Length, failure is null ? 0 : 1];
        ranks.Broadcast(head);
        if (ranks.Rank != 0) bytes = new byte[(int)head[0]];
        ranks.Broadcast<byte>(bytes);
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        var text = Encoding.UTF8.GetString(bytes);
        return head[1] == 0 ? text : throw new MpiException($"Rank 0: {text}");
    }

    public static string Pack(IReadOnlyDictionary<string, string> notes) => JsonSerializer.Serialize(notes.ToDictionary());

    public static IReadOnlyDictionary<string, string> Unpack(string notes) => JsonSerializer.Deserialize<Dictionary<string, string>>(notes)!;
}
