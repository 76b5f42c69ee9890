using Recurve.Kernels.Dense;

namespace Recurve.Runtime.Tests.Kernels.Dense;

/// <summary>When a dense recurrence is cut into chunks; measured in docs/performance.md.</summary>
public sealed class DenseSplitTests
{
    [Theory]
    // few sequences leave threads idle
    [InlineData(1, 4096, 256, 1, true, true)]
    [InlineData(8, 1024, 256, 1, true, true)]
    // with two blocks of rows none is, and chunks that run twice double the work
    [InlineData(16, 4096, 256, 1, true, false)]
    [InlineData(1, 4096, 256, 2, true, true)]
    [InlineData(4, 4096, 256, 2, true, false)]
    // the powers of a trained matrix are made at every call
    [InlineData(1, 256, 256, 1, true, true)]
    [InlineData(1, 256, 256, 1, false, false)]
    [InlineData(1, 4096, 256, 2, false, false)]
    [InlineData(1, 4096, 64, 2, false, true)]
    // nothing to cut
    [InlineData(0, 4096, 64, 1, true, false)]
    [InlineData(1, 15, 64, 1, true, false)]
    public void Chunks_must_pay(int batches, int steps, int width, int sweeps, bool isConstant, bool isSplit)
        => Assert.Equal(isSplit, DenseSplit.Of(batches, steps, width, sweeps, isConstant).IsSplit);
}
