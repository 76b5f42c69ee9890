using System.Text.RegularExpressions;
using Recurve.Devices;
using Recurve.Devices.OpenCl;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>What OpenCL has besides the seam: addresses of buffers, numbers of devices, its prelude.</summary>
public sealed partial class OpenClTests
{
    [OpenClFact]
    public void Memory_that_was_freed_is_refused()
    {
        var device = Agreement.Get("opencl:0").Accelerator!;
        var address = device.Allocate(8);
        device.Free(address);
        Assert.Throws<InvalidOperationException>(() => device.Clear(address, 8));
        Assert.Throws<InvalidOperationException>(() => device.Clear(12345, 8));
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

    [GeneratedRegex(@"#define \w+")]
    private static partial Regex Definition();
}
