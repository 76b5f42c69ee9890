using System.Buffers.Binary;
using System.Text;

namespace Recurve.Onnx;

/// <summary>Protocol buffers as they are on the wire: numbered fields, nothing more. All that a writer of ONNX files needs.</summary>
internal sealed class ProtoWriter
{
    readonly MemoryStream bytes = new();

    public byte[] ToArray() => bytes.ToArray();

    public ProtoWriter Integer(int field, long value)
    {
        Tag(field, 0);
        Varint((ulong)value);
        return this;
    }

    public ProtoWriter Single(int field, float value)
    {
        Tag(field, 5);
        Span<byte> four = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        bytes.Write(four);
        return this;
    }

    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Texts(int field, IEnumerable<string> values)
    {
        foreach (var value in values) Text(field, value);
        return this;
    }

    /// <summary>Packed, as proto3 writes repeated numbers.</summary>
    public ProtoWriter Integers(int field, IEnumerable<long> values)
    {
        var packed = new ProtoWriter();
        foreach (var value in values) packed.Varint((ulong)value);
        return packed.bytes.Length == 0 ? this : Bytes(field, packed.ToArray());
    }

    public ProtoWriter Message(int field, ProtoWriter message) => Bytes(field, message.bytes.GetBuffer().AsSpan(0, (int)message.bytes.Length));

    public ProtoWriter Messages(int field, IEnumerable<ProtoWriter> messages)
    {
        foreach (var message in messages) Message(field, message);
        return this;
    }

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, 2);
        Varint((ulong)value.Length);
        bytes.Write(value);
        return this;
    }

    void Tag(int field, int wire) => Varint((ulong)(field << 3 | wire));

    void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) bytes.WriteByte((byte)(value | 0x80));
        bytes.WriteByte((byte)value);
    }
}
