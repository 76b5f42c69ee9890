using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Xunit;

namespace Recurve.TestKit;

/// <summary>Pictures that a browser took.</summary>
public static class Png
{
    /// <summary>How many pixels have a colour (red, green, blue) that a condition holds for.</summary>
    /// <param name="path">A PNG of 8 bits a channel, as browsers write them.</param>
    /// <param name="width">That it must have.</param>
    /// <param name="height">That it must have.</param>
    /// <param name="isWanted">The condition.</param>
    public static int CountPixels(string path, int width, int height, Func<byte, byte, byte, bool> isWanted)
    {
        var bytes = File.ReadAllBytes(path);
        using MemoryStream packed = new();
        var channels = 0;
        for (var at = 8; at < bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            var data = bytes.AsSpan(at + 8, length);
            switch (Encoding.ASCII.GetString(bytes, at + 4, 4))
            {
                case "IHDR":
                    Assert.Equal((width, height, 8), (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]), (int)data[8]));
                    channels = data[9] switch { 2 => 3, 6 => 4, var kind => throw new FormatException($"colour type {kind}") };
                    break;
                case "IDAT": packed.Write(data); break;
            }
            at += 12 + length;
        }
        packed.Position = 0;
        using ZLibStream unpacked = new(packed, CompressionMode.Decompress);
        byte[] above = new byte[width * channels], row = new byte[width * channels];
        var count = 0;
        for (var y = 0; y < height; y++)
        {
            var filter = unpacked.ReadByte();
            unpacked.ReadExactly(row);
            for (var i = 0; i < row.Length; i++)
            {
                int left = i < channels ? 0 : row[i - channels], corner = i < channels ? 0 : above[i - channels];
                row[i] += (byte)(filter switch { 0 => 0, 1 => left, 2 => above[i], 3 => (left + above[i]) / 2, _ => Paeth(left, above[i], corner) });
            }
            for (var x = 0; x < row.Length; x += channels)
                if (isWanted(row[x], row[x + 1], row[x + 2])) count++;
            (above, row) = (row, above);
        }
        return count;
    }

    /// <summary>Of its neighbours the one nearest to left + above − corner (PNG specification, section 9.4).</summary>
    static int Paeth(int left, int above, int corner)
    {
        int estimate = left + above - corner, a = Math.Abs(estimate - left), b = Math.Abs(estimate - above), c = Math.Abs(estimate - corner);
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }
}
