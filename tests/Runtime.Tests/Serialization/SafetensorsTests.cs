using System.Buffers.Binary;
using System.Text;

namespace Recurve.Runtime.Tests.Serialization;

public sealed class SafetensorsTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("recurve-").FullName;

    string File(string name = "model.safetensors") => Path.Combine(directory, name);

    public void Dispose() => Directory.Delete(directory, recursive: true);

    static KeyValuePair<string, Tensor>[] Two =>
        [new("a", Tensor.FromArray([1, 2, 3, 4, 5, 6], 2, 3)), new("b.ü\"", Tensor.FromArray([7], 1)), new("none", Tensor.Zeros(0, 3)), new("scalar", Tensor.Scalar(Device.Cpu, 8))];

    [Fact]
    public void What_is_written_is_read()
    {
        Safetensors.Write(File(), Two, [new("iteration", "12")]);
        var (tensors, metadata) = Safetensors.Read(File());
        Assert.Equal(Two.Select(t => t.Key), tensors.Keys);
        Assert.All(Two, t => Assert.Equal(t.Value.Shape, tensors[t.Key].Shape));
        Assert.All(Two, t => Assert.Equal(t.Value.ToArray(), tensors[t.Key].ToArray()));
        Assert.Equal("12", metadata["iteration"]);
        Assert.Equal([File()], Directory.GetFiles(directory));
    }

    [Fact]
    public void The_same_contents_give_the_same_aligned_bytes()
    {
        Safetensors.Write(File("1"), Two);
        Safetensors.Write(File("2"), Two);
        var bytes = System.IO.File.ReadAllBytes(File("1"));
        Assert.Equal(bytes, System.IO.File.ReadAllBytes(File("2")));
        Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(bytes) % 8);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        Safetensors.Write(File(), Two);
        var bytes = System.IO.File.ReadAllBytes(File());
        for (var length = 0; length < bytes.Length; length++) Refused(bytes[..length]);
        Refused([.. bytes, 0]);
    }

    [Fact]
    public void A_flipped_bit_anywhere_never_crashes()
    {
        Safetensors.Write(File(), Two);
        var bytes = System.IO.File.ReadAllBytes(File());
        var header = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        for (var bit = 0; bit < header * 8; bit++)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[bit / 8] ^= (byte)(1 << bit % 8);
            System.IO.File.WriteAllBytes(File("flipped"), flipped);
            try
            {
                // a letter of a name may flip unnoticed; sizes may not
                var (tensors, _) = Safetensors.Read(File("flipped"));
                Assert.Equal(8, tensors.Values.Sum(t => t.Length));
            }
            catch (SafetensorsException e)
            {
                Assert.Contains("flipped", e.Message, StringComparison.Ordinal);
            }
        }
    }

    const string F32 = "\"dtype\":\"F32\"";

    [Theory]
    [InlineData("", "does not start")]
    [InlineData(" {}", "does not start")]
    [InlineData("[]", "does not start")]
    [InlineData("{", "JSON")]
    [InlineData("{}x", "JSON")]
    [InlineData("{\"a\":1}", "'a'")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[1]}}", "missing")]
    [InlineData("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", "missing")]
    [InlineData("{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}", "expected dtype F32, but it is F16")]
    [InlineData("{\"a\":{\"dtype\":5,\"shape\":[1],\"data_offsets\":[0,4]}}", "dtype")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1}}", "more")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[2],\"data_offsets\":[0,4]}}", "takes 8 bytes")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[4,0]}}", "[4, 0]")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[0,4,8]}}", "two data_offsets")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[1.0],\"data_offsets\":[0,4]}}", "1.0")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[-1],\"data_offsets\":[0,4]}}", "-1")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}", "whole numbers")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":1,\"data_offsets\":[0,4]}}", "array")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}}", "whole numbers")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}", "axis 0")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,4]}}", "larger than any file")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[4,8]}}", "gap")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[0,4]}}", "overlap")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[4,8]}}", "truncated")]
    [InlineData("{\"a\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{" + F32 + ",\"shape\":[0],\"data_offsets\":[4,4]}}", "unique")]
    [InlineData("{\"__metadata__\":{\"x\":1},\"a\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[0,4]}}", "__metadata__")]
    [InlineData("{\"__metadata__\":[],\"a\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[0,4]}}", "__metadata__")]
    [InlineData("{\"\\ud800\":{" + F32 + ",\"shape\":[1],\"data_offsets\":[0,4]}}", "JSON")]
    [InlineData("{}", "too long")]
    public void A_hostile_header_is_refused_in_words(string json, string words)
        => Assert.Contains(words, Refused(WithHeader(Encoding.UTF8.GetBytes(json))), StringComparison.Ordinal);

    [Fact]
    public void A_header_that_is_not_UTF_8_is_refused()
    {
        byte[] json = [.. "{\"a"u8, 0xFF, .. "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"u8];
        Assert.Contains("UTF-8", Refused(WithHeader(json)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000_001UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(64UL)]
    public void A_header_length_beyond_the_file_is_refused_without_allocating(ulong length)
    {
        var bytes = new byte[40];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Assert.Contains("length", Refused(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_may_stand_in_any_order()
    {
        byte[] json = [.. "{\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[4,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}   "u8];
        System.IO.File.WriteAllBytes(File(), [.. WithHeader(json), 0, 0, 0x80, 0x3F]);
        var (tensors, _) = Safetensors.Read(File());
        Assert.Equal(1f, tensors["b"].Item());
        Assert.Equal(0f, tensors["a"].Item());
    }

    [Fact]
    public void A_failing_writer_leaves_the_old_file()
    {
        Safetensors.Write(File(), Two);
        var before = System.IO.File.ReadAllBytes(File());
        var broken = Tensor.Zeros(10_000);
        broken.Storage.Return();
        Assert.Throws<InvalidOperationException>(() => Safetensors.Write(File(), [Two[0], new("broken", broken)]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(File(), [Two[0], Two[0]]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(File(), [new("__metadata__", Two[0].Value)]));
        Assert.Equal(before, System.IO.File.ReadAllBytes(File()));
        Assert.Single(Directory.GetFiles(directory));
        Assert.Throws<DirectoryNotFoundException>(() => Safetensors.Write(Path.Combine(directory, "missing", "x"), Two));
    }

    [Fact]
    public void A_link_keeps_pointing_to_the_new_file()
    {
        Safetensors.Write(File("real"), [Two[0]]);
        System.IO.File.CreateSymbolicLink(File("link"), File("real"));
        Safetensors.Write(File("link"), [Two[1]]);
        Assert.NotNull(new FileInfo(File("link")).LinkTarget);
        Assert.Equal([Two[1].Key], Safetensors.Read(File("real")).Tensors.Keys);
    }

    static byte[] WithHeader(byte[] json)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, 0, 0, 0, 0];
    }

    string Refused(byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File("refused"), bytes);
        var message = Assert.Throws<SafetensorsException>(() => Safetensors.Read(File("refused"))).Message;
        Assert.StartsWith(File("refused"), message, StringComparison.Ordinal);
        return message;
    }
}
