using System.Runtime.InteropServices;
using Recurve.Cells;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>What decays ends as zero, not as a number that costs a hundred times as much from then on.</summary>
public sealed class DecayTests
{
    [Fact]
    public void StatesAndAdjointsThatDecayEndAsZeros()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) return;
        const int Time = 1000;
        var cell = new MinGru(1, 16);
        cell.Initialize(seed: 1);
        // a = 1 - σ(-1) = .73: times that, the smallest number there is rounds to itself
        Elementwise.Fill(cell.Parameters.Single(p => p.Name == "bz").Value, -1f);
        var x = Tensor.Zeros(1, Time, 1);
        x.RequiresGrad = true;
        var start = new MinGru.States(Tensor.FromArray([.. Enumerable.Repeat(1f, 16)], 1, 16));
        var (y, end) = cell.Forward(x, start);
        Assert.All(end.h.ToArray(), h => Assert.Equal(0, h));
        Assert.Contains(y.ToArray(), h => h != 0);

        new Sequential(cell, new LastStep()).Forward(x).Backward(Tensor.FromArray([.. Enumerable.Repeat(1f, 16)], 1, 16));
        Assert.All(x.Grad!.ToArray()[..(Time - 500)], g => Assert.Equal(0, g));
        Assert.NotEqual(0, x.Grad.ToArray()[^1]);
    }
}
