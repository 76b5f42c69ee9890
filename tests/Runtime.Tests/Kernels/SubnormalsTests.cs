using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Recurve.Kernels;
using Recurve.Runtime.Tests.Kernels.Scan;

namespace Recurve.Runtime.Tests.Kernels;

/// <summary>Where numbers below 1.2e-38 are zeros, and where they are not.</summary>
[Collection(nameof(WorkerCounts))]
public class SubnormalsTests
{
    // where the mode is known how to set: elsewhere nothing is promised
    static bool IsKnown => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    [Fact]
    public void TheyAreZerosInsideAScopeAlone()
    {
        if (!IsKnown) return;
        Assert.NotEqual(0, Half(1.5e-38f));
        using (Subnormals.Flush())
        {
            Assert.Equal(0, Half(1.5e-38f));
            using (Subnormals.Flush()) Assert.Equal(0, Half(1.5e-38f));
            Assert.Equal(0, Half(1.5e-38f));
            Assert.Equal(1e-38f, Half(2e-38f) / 1);
        }
        Assert.NotEqual(0, Half(1.5e-38f));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ATaskDoesAsItsCaller(bool flush)
    {
        var before = Workers.Count;
        try
        {
            Workers.Count = 3;
            var results = new float[2000];
            // once the other way, so that a worker has to change
            for (var turn = 0; turn < 2; turn++)
            {
                using var scope = turn == 1 == flush ? Subnormals.Flush() : default;
                Workers.For(results.Length, i => results[i] = Half(1.5e-38f));
            }
            Assert.All(results, result => Assert.Equal(flush && IsKnown, result == 0));
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void AWorkerThatIsStartedInsideAScopeIsAsOthersAre()
    {
        var before = Workers.Count;
        try
        {
            // more than any other test has
            Workers.Count = 12;
            var results = new float[2000];
            using (Subnormals.Flush()) Workers.For(results.Length, i => results[i] = Half(1.5e-38f));
            Workers.For(results.Length, i => results[i] = Half(1.5e-38f));
            Assert.All(results, result => Assert.NotEqual(0, result));
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void AnExceptionLeavesTheThreadAsItWas()
    {
        Assert.Throws<InvalidOperationException>(Fail);
        Assert.False(Subnormals.AreFlushed);
        Assert.NotEqual(0, Half(1.5e-38f));
    }

    static void Fail()
    {
        using var scope = Subnormals.Flush();
        throw new InvalidOperationException();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static float Half(float number) => number * 0.5f;
}
