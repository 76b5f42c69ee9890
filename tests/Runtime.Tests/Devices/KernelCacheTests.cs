using Recurve.Devices;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>Compiled kernels on disk: found again, and never trusted.</summary>
public sealed class KernelCacheTests : IDisposable
{
    readonly string folder = Path.Combine(Path.GetTempPath(), $"recurve-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    static byte[] Get(string folder, string identity, string text, byte image, out bool isCompiled)
    {
        var compiled = false;
        var bytes = new KernelCache(folder).GetOrAdd(identity, text, () =>
        {
            compiled = true;
            return [image, 2, 3];
        });
        isCompiled = compiled;
        return bytes;
    }

    [Fact]
    public void What_was_compiled_is_found_again_by_text_and_identity()
    {
        Assert.Equal([1, 2, 3], Get(folder, "sm_80", "a", 1, out var isCompiled));
        Assert.True(isCompiled);
        Assert.Equal([1, 2, 3], Get(folder, "sm_80", "a", 9, out isCompiled));
        Assert.False(isCompiled);
        Assert.Equal([4, 2, 3], Get(folder, "sm_90", "a", 4, out _));
        Assert.Equal([5, 2, 3], Get(folder, "sm_80", "b", 5, out _));
        Assert.Equal(3, Directory.GetFiles(folder).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(34)]
    public void A_truncated_file_is_compiled_again(int length)
    {
        Get(folder, "sm_80", "a", 1, out _);
        var file = Directory.GetFiles(folder).Single();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..length]);
        Assert.Equal([2, 2, 3], Get(folder, "sm_80", "a", 2, out var isCompiled));
        Assert.True(isCompiled);
        Assert.Equal([2, 2, 3], Get(folder, "sm_80", "a", 3, out isCompiled));
        Assert.False(isCompiled);
    }

    [Fact]
    public void A_changed_file_is_compiled_again()
    {
        Get(folder, "sm_80", "a", 1, out _);
        var file = Directory.GetFiles(folder).Single();
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Equal([2, 2, 3], Get(folder, "sm_80", "a", 2, out _));
    }

    [Fact]
    public void A_folder_that_cannot_be_used_only_costs_time()
    {
        File.WriteAllText(folder, "");
        try
        {
            Assert.Equal([1, 2, 3], Get(folder, "sm_80", "a", 1, out _));
            Assert.Equal([2, 2, 3], Get(folder, "sm_80", "a", 2, out _));
        }
        finally
        {
            File.Delete(folder);
        }
    }
}
