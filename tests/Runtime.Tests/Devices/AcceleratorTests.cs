using Recurve.Devices;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>The binding alone: memory, order, programs, and what goes wrong.</summary>
public sealed unsafe class AcceleratorTests
{
    static readonly DeviceProgram Test = new("test", """
        KERNEL void combine(ADDRESS(result), int few, index many, real p, extended q, word bits, ADDRESS(absent), index n)
        {
            if (ITEM < n) REALS(result)[ITEM] += few + (int)(many >> 30) + p + q + (real)(bits >> 60) + (REALS(absent) ? 1000 : 0);
        }

        KERNEL void reverse(ADDRESS(x), index n)
        {
            LOCAL real group[64];
            if (ITEM < n) group[LANE] = REALS(x)[ITEM];
            BARRIER();
            const int last = (int)(n - GROUP * 64 < 64 ? n - GROUP * 64 : 64) - 1;
            if (ITEM < n) REALS(x)[ITEM] = group[last - LANE];
        }
        """);

    public static TheoryData<int> Counts => [1, 64, 200];

    static Accelerator Open(string device) => Agreement.Get(device).Accelerator!;

    [Theory, OnOpenCl, OnCuda, OnCudaDouble]
    public void Arguments_arrive_as_they_were_given(string name)
    {
        var device = Open(name);
        float[] values = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];
        var address = device.Allocate(4000);
        Write(device, address, values);
        // a view: from the third number on
        device.Launch(Test, "combine", Grid.Over(996), address + 12, -2, 1L << 33, 0.5f, 0.25, 0xFul << 60, (nint)0, 996L);
        var expected = values.Select((v, i) => i is < 3 or >= 999 ? v : v + 8 - 2 + 0.5f + 0.25f + 15);
        Assert.Equal(expected, Read(device, address, 1000));
        device.Free(address);
    }

    [Theory, OnOpenCl(nameof(Counts)), OnCuda(nameof(Counts)), OnCudaDouble(nameof(Counts))]
    public void Items_of_a_group_share_memory(string name, int n)
    {
        var device = Open(name);
        float[] values = [.. Enumerable.Range(0, n).Select(i => (float)i)];
        var address = device.Allocate(4 * n);
        Write(device, address, values);
        device.Launch(Test, "reverse", new((n + 63) / 64, 64), address, (long)n);
        Assert.Equal(values.Chunk(64).SelectMany(group => group.Reverse()), Read(device, address, n));
        device.Free(address);
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble]
    public void Commands_run_in_order(string name)
    {
        var device = Open(name);
        nint one = device.Allocate(4000), other = device.Allocate(4000);
        Write(device, one, [.. Enumerable.Repeat(1f, 1000)]);
        for (var round = 0; round < 20; round++)
        {
            device.Copy(one, other, 4000);
            device.Launch(Test, "combine", Grid.Over(1000), other, 1, 0L, 0f, 0.0, 0ul, (nint)0, 1000L);
            device.Copy(other, one, 4000);
        }
        device.Clear(one + 40, 40);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => i is >= 10 and < 20 ? 0f : 21f), Read(device, one, 1000));
        device.Free(one);
        device.Free(other);
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble]
    public void What_was_written_may_change_at_once(string name)
    {
        var device = Open(name);
        // beyond what is copied aside, too
        const int Count = 9 << 20;
        var values = new float[Count];
        var address = device.Allocate(2L * 4 * Count);
        foreach (var part in new[] { 0, 1 })
        {
            Array.Fill(values, part + 1);
            fixed (float* start = values) device.Write(address + part * 4 * (nint)Count, start, 4L * Count);
            Array.Fill(values, -1);
        }
        fixed (float* start = values) device.Read(address + 4 * (nint)(Count - Count / 2), start, 4L * Count);
        Assert.Equal(Count / 2, values.TakeWhile(v => v == 1).Count());
        Assert.True(values.AsSpan(Count / 2).IndexOfAnyExcept(2f) < 0);
        device.Free(address);
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble]
    public void A_mistake_in_a_program_is_shown_with_the_compilers_words(string name)
    {
        var device = Open(name);
        var error = Assert.Throws<DeviceException>(() => device.Launch(new("broken", "KERNEL void f(ADDRESS(x)) { REALS(x)[0] = missing; }"), "f", new(1, 1), (nint)0));
        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Throws<DeviceException>(() => device.Launch(Test, "nowhere", new(1, 1)));
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble]
    public void A_missing_argument_is_noticed(string name)
        => Assert.Matches(
            name.StartsWith("cuda", StringComparison.Ordinal) ? "has 2 parameters, not 1" : "has 3 parameters, not 2",
            Assert.Throws<InvalidOperationException>(() => Open(name).Launch(Test, "reverse", new(1, 64), (nint)0)).Message);

    [Theory, OnOpenCl, OnCuda, OnCudaDouble]
    public void Too_much_memory_is_a_typed_error_and_the_device_goes_on(string name)
    {
        var device = Open(name);
        Assert.Contains(name, Assert.Throws<DeviceOutOfMemoryException>(() => device.Allocate(1L << 50)).Message, StringComparison.Ordinal);
        Arguments_arrive_as_they_were_given(name);
    }

    static void Write(Accelerator device, nint address, float[] values)
    {
        fixed (float* start = values) device.Write(address, start, 4L * values.Length);
    }

    static float[] Read(Accelerator device, nint address, int count)
    {
        var values = new float[count];
        fixed (float* start = values) device.Read(address, start, 4L * count);
        return values;
    }
}
