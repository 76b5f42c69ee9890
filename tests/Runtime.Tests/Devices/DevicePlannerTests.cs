using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>How a split sequence goes in one pass: what a multiprocessor has is enough for two groups, and small work is cut finer.</summary>
public sealed class DevicePlannerTests
{
    // of an H200
    static readonly Chaining large = new(132, 228 << 10, 227 << 10);

    const int Summary = 5;

    [Theory]
    [InlineData(1, 65536, 256, 2, 8, 32)]
    [InlineData(1, 1 << 20, 64, 2, 8, 32)]
    [InlineData(16, 16384, 128, 2, 32, 32)]
    [InlineData(8, 4096, 1536, 3, 32, 32)]
    [InlineData(1, 1 << 20, 3, 2, 4, 32)]
    // a long step keeps fewer
    [InlineData(1, 1 << 20, 64, 12, 8, 8)]
    // a short sequence is for every multiprocessor all the same
    [InlineData(1, 4096, 64, 2, 8, 4)]
    public void TilesFollowFromTheShape(int batch, int steps, int width, int kept, int channels, int piece)
    {
        var shape = DevicePlanner.Chain(large, width, new(0, batch, 0, steps), kept, Summary);
        Assert.Equal(new ChainShape(channels, piece, kept, Summary), shape);
        Assert.Equal(ChainShape.Items / channels * piece, shape!.Value.TileSteps);
        // two groups, with what the driver takes of each, on one multiprocessor
        Assert.True(2 * (shape.Value.SharedBytes + 1024) <= large.SharedBytes);
    }

    [Fact]
    public void WhatDoesNotFitOrCannotWaitIsNotChained()
    {
        Window window = new(0, 1, 0, 1 << 20);
        Assert.Null(DevicePlanner.Chain(null, 64, window, 2, Summary));
        Assert.Null(DevicePlanner.Chain(large, 64, window, 40, Summary));
        Assert.NotNull(DevicePlanner.Chain(new(80, 96 << 10, 96 << 10), 64, window, 2, Summary));
    }
}
