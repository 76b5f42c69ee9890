using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Recurve;

/// <summary>
/// Tensors by name in one file, in the safetensors format (32-bit floats only). Reading is strict; writing is crash-safe: the old file
/// stays until the new one is complete on disk.
/// </summary>
public static unsafe class Safetensors
{
    const int LengthBytes = sizeof(ulong);
    const int ChunkFloats = 1 << 20;

    /// <summary>Reads every tensor of a file, in the header's order, and its metadata.</summary>
    /// <exception cref="SafetensorsException">The file is malformed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        try
        {
            var (header, start) = ReadHeader(file);
            OrderedDictionary<string, Tensor> tensors = [];
            foreach (var entry in header.Entries)
            {
                file.Position = start + entry.Begin;
                tensors.Add(entry.Name, ReadTensor(file, entry));
            }
            return (tensors, header.Metadata);
        }
        catch (SafetensorsException e)
        {
            throw new SafetensorsException($"{path}: {e.Message}", e);
        }
        catch (EndOfStreamException e)
        {
            throw new SafetensorsException($"{path}: the file became shorter while it was read.", e);
        }
    }

    /// <summary>Writes tensors in the given order; the same bytes for the same contents.</summary>
    /// <exception cref="ArgumentException">A name is empty, reserved or given twice.</exception>
    /// <exception cref="IOException">The file cannot be written; the old one, if any, is unchanged.</exception>
    public static void Write(
        string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        KeyValuePair<string, Tensor>[] all = [.. tensors];
        var header = Header(all, metadata);
        AtomicFile.Write(path, file =>
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            file.Write(length);
            file.Write(header);
            foreach (var (_, tensor) in all) WriteTensor(file, tensor);
        });
    }

    static byte[] Header(KeyValuePair<string, Tensor>[] tensors, IEnumerable<KeyValuePair<string, string>>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            HashSet<string> names = [];
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }
            long position = 0;
            foreach (var (name, tensor) in tensors)
            {
                if (string.IsNullOrEmpty(name) || name == "__metadata__" || !names.Add(name))
                    throw new ArgumentException($"The tensor name '{name}' is empty, reserved or given twice.", nameof(tensors));
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var size in tensor.Sizes) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(position);
                json.WriteNumberValue(position = checked(position + tensor.Length * sizeof(float)));
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // spaces after the object are part of the format: they align the data
        var padded = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(padded);
        return padded;
    }

    static (SafetensorsHeader Header, long Start) ReadHeader(FileStream file)
    {
        var bytes = file.Length;
        if (bytes < LengthBytes) throw new SafetensorsException($"Expected at least {LengthBytes} bytes, but the file has {bytes}.");
        Span<byte> prefix = stackalloc byte[LengthBytes];
        file.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafetensorsHeader.MaximumBytes)
            throw new SafetensorsException($"The header's length is {length}, more than the {SafetensorsHeader.MaximumBytes} the format allows.");
        if ((long)length > bytes - LengthBytes)
            throw new SafetensorsException($"The header's length is {length}, but only {bytes - LengthBytes} bytes follow: the file is truncated or not of this format.");
        var json = new byte[length];
        file.ReadExactly(json);
        var start = LengthBytes + (long)length;
        return (SafetensorsHeader.Parse(json, bytes - start), start);
    }

    static Tensor ReadTensor(FileStream file, SafetensorsEntry entry)
    {
        var tensor = Tensor.Uninitialized(entry.Shape);
        for (long i = 0; i < tensor.Length; i += ChunkFloats)
        {
            var chunk = new Span<float>(tensor.Pointer + i, (int)Math.Min(ChunkFloats, tensor.Length - i));
            file.ReadExactly(MemoryMarshal.AsBytes(chunk));
            SwapOnBigEndian(chunk);
        }
        GC.KeepAlive(tensor);
        return tensor;
    }

    static void WriteTensor(FileStream file, Tensor tensor)
    {
        using var suspended = Autograd.NoGrad();
        tensor = tensor.To(Device.Cpu);
        for (long i = 0; i < tensor.Length; i += ChunkFloats)
        {
            var chunk = new Span<float>(tensor.Pointer + i, (int)Math.Min(ChunkFloats, tensor.Length - i));
            if (!BitConverter.IsLittleEndian) SwapOnBigEndian(chunk = chunk.ToArray());
            file.Write(MemoryMarshal.AsBytes(chunk));
        }
        GC.KeepAlive(tensor);
    }

    static void SwapOnBigEndian(Span<float> values)
    {
        if (BitConverter.IsLittleEndian) return;
        var bits = MemoryMarshal.Cast<float, int>(values);
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }
}
