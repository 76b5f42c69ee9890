using System.Text;
using System.Text.Json;

namespace Recurve;

/// <summary>Where one tensor's bytes are, counted from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, int[] Shape, long Begin, long End);

/// <summary>
/// The header of a safetensors file, checked as a whole: every byte of the data belongs to exactly one tensor
/// (https://github.com/huggingface/safetensors, "Format").
/// </summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The limit of the reference implementation.</summary>
    public const long MaximumBytes = 100_000_000;

    const string MetadataKey = "__metadata__";

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="json">The header without its length.</param>
    /// <param name="dataBytes">How many bytes follow it in the file.</param>
    /// <exception cref="SafetensorsException">Anything is not as the format says.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataBytes)
    {
        try
        {
            StrictUtf8.GetCharCount(json.Span);
            if (json.IsEmpty || json.Span[0] != (byte)'{') throw new SafetensorsException("The header does not start with '{'.");
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            List<SafetensorsEntry> entries = [];
            Dictionary<string, string> metadata = [];
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey) ReadMetadata(property.Value, metadata);
                else entries.Add(ReadEntry(property.Name, property.Value));
            }
            RequireGapless(entries, dataBytes);
            return new(entries, metadata);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            throw new SafetensorsException($"The header is not valid JSON in UTF-8 with unique names: {e.Message}", e);
        }
    }

    static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new SafetensorsException($"{MetadataKey}: expected an object, but it is {element.ValueKind}.");
        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw new SafetensorsException($"{MetadataKey}: expected a string for '{property.Name}', but it is {property.Value.ValueKind}.");
            metadata.Add(property.Name, property.Value.GetString()!);
        }
    }

    static SafetensorsEntry ReadEntry(string name, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new SafetensorsException($"Tensor '{name}': expected an object with dtype, shape and data_offsets, but it is {element.ValueKind}.");
        string? type = null;
        long[]? shape = null, offsets = null;
        foreach (var property in element.EnumerateObject())
        {
            switch (property.Name)
            {
                case "dtype" when property.Value.ValueKind == JsonValueKind.String: type = property.Value.GetString(); break;
                case "shape": shape = ReadNumbers(name, property); break;
                case "data_offsets": offsets = ReadNumbers(name, property); break;
                default: throw new SafetensorsException($"Tensor '{name}': unexpected property '{property.Name}' of kind {property.Value.ValueKind}.");
            }
        }
        if (type is null || shape is null || offsets is null)
            throw new SafetensorsException($"Tensor '{name}': expected dtype, shape and data_offsets, but one is missing.");
        if (type != "F32") throw new SafetensorsException($"Tensor '{name}': expected dtype F32, but it is {type}; convert the file first.");
        if (offsets.Length != 2) throw new SafetensorsException($"Tensor '{name}': expected two data_offsets, but there are {offsets.Length}.");
        return new(name, Sizes(name, shape, offsets[0], offsets[1]), offsets[0], offsets[1]);
    }

    static long[] ReadNumbers(string tensor, JsonProperty property)
    {
        if (property.Value.ValueKind != JsonValueKind.Array)
            throw new SafetensorsException($"Tensor '{tensor}': expected an array for {property.Name}, but it is {property.Value.ValueKind}.");
        var numbers = new long[property.Value.GetArrayLength()];
        var i = 0;
        foreach (var element in property.Value.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out var number) || number < 0)
                throw new SafetensorsException($"Tensor '{tensor}': expected whole numbers in {property.Name}, but found {element.GetRawText()}.");
            numbers[i++] = number;
        }
        return numbers;
    }

    static int[] Sizes(string name, long[] shape, long begin, long end)
    {
        var sizes = new int[shape.Length];
        var empty = shape.Contains(0);
        long bytes = empty ? 0 : sizeof(float);
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] > int.MaxValue) throw new SafetensorsException($"Tensor '{name}': axis {axis} is {shape[axis]}, more than {int.MaxValue}.");
            sizes[axis] = (int)shape[axis];
            if (empty) continue;
            if (bytes > long.MaxValue / shape[axis]) throw new SafetensorsException($"Tensor '{name}': shape {TensorShape.Text(sizes)} is larger than any file.");
            bytes *= shape[axis];
        }
        if (begin > end || end - begin != bytes)
            throw new SafetensorsException($"Tensor '{name}': shape {TensorShape.Text(sizes)} takes {bytes} bytes, but data_offsets are [{begin}, {end}].");
        return sizes;
    }

    static void RequireGapless(List<SafetensorsEntry> entries, long dataBytes)
    {
        long position = 0;
        foreach (var entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != position)
                throw new SafetensorsException(
                    $"Tensor '{entry.Name}': expected to begin at byte {position}, but begins at {entry.Begin}: tensors {(entry.Begin < position ? "overlap" : "leave a gap")}.");
            position = entry.End;
        }
        if (position != dataBytes)
            throw new SafetensorsException($"The tensors take {position} bytes, but {dataBytes} follow the header: the file is {(position > dataBytes ? "truncated" : "too long")}.");
    }
}
