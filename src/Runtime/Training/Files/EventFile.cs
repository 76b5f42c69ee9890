using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Recurve;

/// <summary>
/// TensorBoard's events: records framed as in a TFRecord (length, its masked CRC-32C, bytes, their masked CRC-32C), each an <c>Event</c> of
/// tensorflow/core/util/event.proto in protocol buffers' wire format.
/// </summary>
internal sealed class EventFile : HistoryFile
{
    // field number and wire type of Event, Summary, Summary.Value and SessionLog
    const byte WallTime = 1 << 3 | 1, Step = 2 << 3, FileVersion = 3 << 3 | 2, Summary = 5 << 3 | 2, SessionLog = 7 << 3 | 2, Value = 1 << 3 | 2, Tag = 1 << 3 | 2,
        SimpleValue = 2 << 3 | 5, Status = 1 << 3;
    const byte Start = 1;

    readonly double startTime;

    /// <param name="path">Its name holds <c>tfevents</c>.</param>
    /// <param name="history">That a run continues from.</param>
    /// <param name="startTime">When the training would have begun in one piece, in seconds of Unix time.</param>
    public EventFile(string path, History history, double startTime) : base(path)
    {
        this.startTime = startTime;
        Begin(stream =>
        {
            WriteRecord(stream, Event(startTime, 0, FileVersion, "brain.Event:2"u8));
            if (history.Iterations.Count == 0) return;
            // tells a reader of the file before to forget what it read there
            WriteRecord(stream, Event(startTime, 0, SessionLog, [Status, Start]));
            foreach (var (iteration, values) in history.Rows()) WriteRow(stream, iteration, values);
        });
    }

    public override void Append(History history) => WriteRow(Stream, history.Iterations[^1], history.LastRow());

    void WriteRow(Stream stream, long iteration, IEnumerable<KeyValuePair<string, double>> values)
    {
        using MemoryStream summary = new();
        var seconds = 0.0;
        foreach (var (name, value) in values)
        {
            if (name == HistoryNames.Seconds) seconds = value;
            else WriteField(summary, Value, [.. Field(Tag, Encoding.UTF8.GetBytes(name)), SimpleValue, .. BitConverter.GetBytes((float)value)]);
        }
        WriteRecord(stream, Event(startTime + seconds, iteration, Summary, summary.ToArray()));
    }

    static byte[] Event(double wallTime, long step, byte field, ReadOnlySpan<byte> contents)
        => [WallTime, .. BitConverter.GetBytes(wallTime), Step, .. Varint((ulong)step), .. Field(field, contents)];

    static void WriteField(Stream stream, byte field, ReadOnlySpan<byte> contents) => stream.Write(Field(field, contents));

    static byte[] Field(byte field, ReadOnlySpan<byte> contents) => [field, .. Varint((ulong)contents.Length), .. contents];

    /// <summary>Seven bits a byte, the lowest first.</summary>
    static List<byte> Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    static void WriteRecord(Stream stream, byte[] data)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)], sum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)data.Length);
        stream.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(sum, MaskedSum(length));
        stream.Write(sum);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32LittleEndian(sum, MaskedSum(data));
        stream.Write(sum);
    }

    /// <summary>CRC-32C, rotated and shifted, since a sum of data that holds sums is a weak one.</summary>
    static uint MaskedSum(ReadOnlySpan<byte> data)
    {
        var sum = uint.MaxValue;
        foreach (var b in data) sum = BitOperations.Crc32C(sum, b);
        return BitOperations.RotateRight(~sum, 15) + 0xA282EAD8;
    }
}
