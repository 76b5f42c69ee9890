using System.Text.RegularExpressions;
using Recurve.Devices;
using Recurve.Devices.OpenCl;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>The binding alone: memory, order, programs, and what goes wrong.</summary>
public sealed unsafe partial class OpenClTests
{
    static readonly DeviceProgram Test = new("test", """
        KERNEL void combine(ADDRESS(result), int few, index many, real p, double q, word bits, ADDRESS(absent), index n)
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

    static Accelerator Device => OpenClDevices.TryOpen(0, out var device, out var whyNot) ? device : throw new InvalidOperationException(whyNot);

    [OpenClFact]
    public void Arguments_arrive_as_they_were_given()
    {
        float[] values = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];
        var address = Device.Allocate(4000);
        Write(address, values);
        // a view: from the third number on
        Device.Launch(Test, "combine", Grid.Over(996), address + 12, -2, 1L << 33, 0.5f, 0.25, 0xFul << 60, (nint)0, 996L);
        var expected = values.Select((v, i) => i is < 3 or >= 999 ? v : v + 8 - 2 + 0.5f + 0.25f + 15);
        Assert.Equal(expected, Read(address, 1000));
        Device.Free(address);
    }

    [OpenClTheory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(200)]
    public void Items_of_a_group_share_memory(int n)
    {
        float[] values = [.. Enumerable.Range(0, n).Select(i => (float)i)];
        var address = Device.Allocate(4 * n);
        Write(address, values);
        Device.Launch(Test, "reverse", new((n + 63) / 64, 64), address, (long)n);
        Assert.Equal(values.Chunk(64).SelectMany(group => group.Reverse()), Read(address, n));
        Device.Free(address);
    }

    [OpenClFact]
    public void Commands_run_in_order()
    {
        nint one = Device.Allocate(4000), other = Device.Allocate(4000);
        Write(one, [.. Enumerable.Repeat(1f, 1000)]);
        for (var round = 0; round < 20; round++)
        {
            Device.Copy(one, other, 4000);
            Device.Launch(Test, "combine", Grid.Over(1000), other, 1, 0L, 0f, 0.0, 0ul, (nint)0, 1000L);
            Device.Copy(other, one, 4000);
        }
        Device.Clear(one + 40, 40);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => i is >= 10 and < 20 ? 0f : 21f), Read(one, 1000));
        Device.Free(one);
        Device.Free(other);
    }

    [OpenClFact]
    public void What_was_written_may_change_at_once()
    {
        // beyond what is copied aside, too
        const int Count = 9 << 20;
        var values = new float[Count];
        var address = Device.Allocate(2L * 4 * Count);
        foreach (var part in new[] { 0, 1 })
        {
            Array.Fill(values, part + 1);
            fixed (float* start = values) Device.Write(address + part * 4 * (nint)Count, start, 4L * Count);
            Array.Fill(values, -1);
        }
        fixed (float* start = values) Device.Read(address + 4 * (nint)(Count - Count / 2), start, 4L * Count);
        Assert.Equal(Count / 2, values.TakeWhile(v => v == 1).Count());
        Assert.True(values.AsSpan(Count / 2).IndexOfAnyExcept(2f) < 0);
        Device.Free(address);
    }

    [OpenClFact]
    public void A_mistake_in_a_program_is_shown_with_the_compilers_words()
    {
        var error = Assert.Throws<DeviceException>(() => Device.Launch(new("broken", "KERNEL void f(ADDRESS(x)) { REALS(x)[0] = missing; }"), "f", new(1, 1), (nint)0));
        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("opencl:0", error.Message, StringComparison.Ordinal);
        Assert.Throws<DeviceException>(() => Device.Launch(Test, "nowhere", new(1, 1)));
    }

    [OpenClFact]
    public void A_missing_argument_is_noticed()
        => Assert.Contains("3 parameters", Assert.Throws<InvalidOperationException>(() => Device.Launch(Test, "reverse", new(1, 64), (nint)0)).Message, StringComparison.Ordinal);

    [OpenClFact]
    public void Too_much_memory_is_a_typed_error_and_the_device_goes_on()
    {
        Assert.Contains("opencl:0", Assert.Throws<DeviceOutOfMemoryException>(() => Device.Allocate(1L << 50)).Message, StringComparison.Ordinal);
        Arguments_arrive_as_they_were_given();
    }

    [OpenClFact]
    public void Memory_that_was_freed_is_refused()
    {
        var address = Device.Allocate(8);
        Device.Free(address);
        Assert.Throws<InvalidOperationException>(() => Device.Clear(address, 8));
        Assert.Throws<InvalidOperationException>(() => Device.Clear(12345, 8));
    }

    [OpenClFact]
    public void A_number_beyond_the_last_device_says_how_many_there_are()
    {
        Assert.False(OpenClDevices.TryOpen(99, out var device, out var whyNot));
        Assert.Null(device);
        Assert.Matches("there (is 1|are [0-9]+) OpenCL device", whyNot);
    }

    [Fact]
    public void What_one_prelude_says_the_other_says_too()
        => Assert.Empty(Defined(DeviceProgram.ReadFile("Prelude.cl")).Except(Defined(DeviceProgram.ReadFile("Prelude.cuh"))));

    static IEnumerable<string> Defined(string prelude) => Definition().Matches(prelude).Select(m => m.Value);

    static void Write(nint address, float[] values)
    {
        fixed (float* start = values) Device.Write(address, start, 4L * values.Length);
    }

    static float[] Read(nint address, int count)
    {
        var values = new float[count];
        fixed (float* start = values) Device.Read(address, start, 4L * count);
        return values;
    }

    [GeneratedRegex(@"#define \w+")]
    private static partial Regex Definition();
}
