using System.Buffers.Binary;
using System.Text;

namespace Recurve.Runtime.Tests.Training;

/// <summary>metrics.csv, metrics.jsonl and TensorBoard's events say the same; each is read back by other code than wrote it.</summary>
public sealed class HistoryFileTests : InFolder
{
    readonly History history = new();

    void Grow(params HistoryFile[] files)
    {
        KeyValuePair<string, double>[][] rows =
        [
            [new("seconds", 0.5), new("loss", 1.0 / 3)],
            [new("seconds", 1.5), new("loss", double.NaN), new("val_loss", -1e-300)],
            [new("seconds", 2.5), new("loss", double.PositiveInfinity)],
            [new("seconds", 4), new("loss", 2), new("accuracy", 1)],
        ];
        long[] iterations = [1, 2, 300, 70000];
        for (int i = 0; i < rows.Length; i++)
        {
            history.Add(iterations[i], rows[i]);
            foreach (HistoryFile file in files) file.Append(history);
        }
        foreach (HistoryFile file in files) file.Dispose();
    }

    [Fact]
    public void CsvHasAColumnPerNameAndGapsWhereNothingWasMeasured()
    {
        Grow(new CsvFile(Folder("a"), history));
        string[] expected =
        [
            "iteration,seconds,loss,val_loss,accuracy", "1,0.5,0.3333333333333333,,", "2,1.5,NaN,-1E-300,", "300,2.5,Infinity,,", "70000,4,2,,1",
        ];
        Assert.Equal(expected, File.ReadAllLines(Folder("a")));
        new CsvFile(Folder("b"), history).Dispose();
        Assert.Equal(File.ReadAllText(Folder("a")), File.ReadAllText(Folder("b")));
    }

    [Fact]
    public void JsonLinesReadBackAsTheHistory()
    {
        Grow(new JsonLinesFile(Folder("a"), history));
        History read = History.Read(Folder("a"));
        Assert.Equal(history.Iterations, read.Iterations);
        Assert.Equal(history.Names, read.Names);
        Assert.All(history.Names, name => Assert.Equal(history[name], read[name]));
        new JsonLinesFile(Folder("b"), read).Dispose();
        Assert.Equal(File.ReadAllText(Folder("a")), File.ReadAllText(Folder("b")));
        Assert.Equal("{\"iteration\":2,\"seconds\":1.5,\"loss\":\"NaN\",\"val_loss\":-1E-300}", File.ReadAllLines(Folder("a"))[1]);
    }

    [Fact]
    public void EventsReadBackAsTheHistory()
    {
        Assert.Equal(0xE3069283, Crc32C("123456789"u8));
        Grow(new EventFile(Folder("a"), history, startTime: 1000));
        var events = Events(File.ReadAllBytes(Folder("a")));
        Assert.Equal("brain.Event:2", events[0].Version);
        Assert.Equal([1, 2, 300, 70000], events.Skip(1).Select(e => e.Step));
        Assert.Equal([1000.5, 1001.5, 1002.5, 1004], events.Skip(1).Select(e => e.Time));
        Assert.Equal([("loss", 1 / 3f)], events[1].Values);
        Assert.Equal([("loss", float.NaN), ("val_loss", -0f)], events[2].Values);
        Assert.Equal([("loss", 2f), ("accuracy", 1f)], events[4].Values);

        new EventFile(Folder("b"), history, startTime: 1000).Dispose();
        var again = Events(File.ReadAllBytes(Folder("b")));
        Assert.True(again[1].IsStart);
        Assert.Equal(events.Skip(1).Select(e => (e.Step, e.Time, e.Values.Count)), again.Skip(2).Select(e => (e.Step, e.Time, e.Values.Count)));
    }

    sealed record Event(double Time, long Step, string? Version, bool IsStart, List<(string Tag, float Value)> Values);

    static List<Event> Events(byte[] bytes)
    {
        List<Event> events = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            byte[] data = bytes[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            at += 16 + length;
            var fields = Fields(data);
            events.Add(new(
                BitConverter.ToDouble(fields.Single(f => f.Number == 1).Bytes), fields.Where(f => f.Number == 2).Select(f => f.Varint).SingleOrDefault(),
                fields.Where(f => f.Number == 3).Select(f => Encoding.UTF8.GetString(f.Bytes)).SingleOrDefault(),
                fields.Where(f => f.Number == 7).SelectMany(f => Fields(f.Bytes)).Any(f => f is { Number: 1, Varint: 1 }),
                [
                    .. fields.Where(f => f.Number == 5).SelectMany(f => Fields(f.Bytes)).Select(v => Fields(v.Bytes))
                        .Select(v => (Encoding.UTF8.GetString(v.Single(f => f.Number == 1).Bytes), BitConverter.ToSingle(v.Single(f => f.Number == 2).Bytes))),
                ]));
        }
        return events;
    }

    /// <summary>Of a message in protocol buffers' wire format.</summary>
    static List<(int Number, long Varint, byte[] Bytes)> Fields(byte[] message)
    {
        List<(int, long, byte[])> fields = [];
        int at = 0;
        while (at < message.Length)
        {
            long key = Varint();
            int length = (key & 7) switch { 0 => 0, 1 => 8, 2 => (int)Varint(), 5 => 4, var type => throw new FormatException($"wire type {type}") };
            long number = (key & 7) == 0 ? Varint() : 0;
            fields.Add(((int)(key >> 3), number, message[at..(at + length)]));
            at += length;
        }
        return fields;

        long Varint()
        {
            long value = 0;
            for (int shift = 0; ; shift += 7)
            {
                value |= (long)(message[at] & 0x7F) << shift;
                if (message[at++] < 0x80) return value;
            }
        }
    }

    static uint Masked(ReadOnlySpan<byte> data)
    {
        uint sum = Crc32C(data);
        return (sum >> 15 | sum << 17) + 0xa282ead8u;
    }

    /// <summary>Bit by bit, from the polynomial of Castagnoli.</summary>
    static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint sum = 0xFFFFFFFF;
        foreach (byte b in data)
        {
            sum ^= b;
            for (int i = 0; i < 8; i++) sum = (sum & 1) != 0 ? sum >> 1 ^ 0x82F63B78 : sum >> 1;
        }
        return ~sum;
    }
}
