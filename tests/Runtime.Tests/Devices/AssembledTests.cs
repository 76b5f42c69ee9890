using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;
using Recurve.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Scan;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>One kernel of each class as a device compiles it, to be read.</summary>
public sealed class AssembledTests
{
    static readonly CellInfo MinGruInfo = new(
        "MinGru", [new("h", RecurrenceKind.Diagonal, Strategy.Auto, "h' = (1 - z) * h + z * c with z, c from inputs only")], ["Scan h"], "%0 [units] = Input x");

    [Theory]
    [InlineData("forward")]
    [InlineData("backward")]
    public void Map(string direction)
        => Verify(DeviceMap.ProgramOf(DeviceBody.Of<Squash>(), SignatureOf<Squash>(Squash.Cell), direction == "backward"), direction);

    [Theory]
    [InlineData("forward")]
    [InlineData("backward")]
    public void Scan(string direction) => Verify<MinGru>(DeviceRecurrence.Scan(DeviceBody.Of<MinGru>(MinGruInfo)), MinGru.Cell, direction, isSplit: true);

    /// <summary>The same in one pass, on CUDA.</summary>
    [Theory]
    [InlineData("forward")]
    [InlineData("backward")]
    public void Chain(string direction)
        => Verify(DeviceRecurrence.Scan(DeviceBody.Of<MinGru>(MinGruInfo)).ChainOf(SignatureOf<MinGru>(MinGru.Cell), direction == "backward", hasResets: false), direction, suffix: "cu");

    [Theory]
    [InlineData("forward")]
    [InlineData("backward")]
    public void Sequential(string direction) => Verify<Pair>(DeviceRecurrence.Sequential(DeviceBody.Of<Pair>()), Pair.Cell, direction, isSplit: false);

    [Fact]
    public void BlockOfTwo() => Verify<Block<TwoStates>>(
        DeviceRecurrence.Composed(DeviceBody.Of<Block<TwoStates>>(), StepClass.Block), Block<TwoStates>.Cell, "forward", isSplit: true);

    [Fact]
    public void Clamped() => Verify<Kernels.Composed.Clamped>(DeviceRecurrence.Composed(DeviceBody.Of<Kernels.Composed.Clamped>(), StepClass.Clamped), Kernels.Composed.Clamped.Cell, "forward", isSplit: true);

    [Fact]
    public void MaxPlus() => Verify<Kernels.Composed.MaxPlus>(DeviceRecurrence.Composed(DeviceBody.Of<Kernels.Composed.MaxPlus>(), StepClass.MaxPlus), Kernels.Composed.MaxPlus.Cell, "forward", isSplit: true);

    [Fact]
    public void LogPlus() => Verify<Kernels.Composed.LogPlus>(DeviceRecurrence.Composed(DeviceBody.Of<Kernels.Composed.LogPlus>(), StepClass.LogPlus), Kernels.Composed.LogPlus.Cell, "forward", isSplit: true);

    /// <summary>The program that joins tiles of a slice, which has no body.</summary>
    [Fact]
    public void Joined() => Verify(StepMaps.Of(StepClass.Clamped, 1).Joining, "clamped");

    [Fact]
    public void Newton() => Verify(new DeviceNewton(DeviceBody.Of<Kernels.Newton.NewtonTests.Solved>(), 1e-6, 50).ProgramOf(SignatureOf<Kernels.Newton.NewtonTests.Solved>(Pair.Cell)), "forward");

    static void Verify<TBody>(
        DeviceRecurrence recurrence, Cell cell, string direction, bool isSplit, [System.Runtime.CompilerServices.CallerMemberName] string method = "") where TBody : struct, IBody
        => Verify(recurrence.ProgramOf(SignatureOf<TBody>(cell), direction == "backward", isSplit), direction, method: method);

    static DeviceSignature SignatureOf<TBody>(Cell cell) where TBody : struct, IBody
        => new(TBody.Signature, cell.Fixed.Length, cell.Streams.Select((kind, i) => kind == Cell.PerCall ? 1ul << i : 0).Aggregate((a, b) => a | b));

    static void Verify(
        DeviceProgram program, string of, string suffix = "cl",
        [System.Runtime.CompilerServices.CallerFilePath] string file = "", [System.Runtime.CompilerServices.CallerMemberName] string method = "")
        => Snapshots.Verify(program.Text, suffix, of, file, method);

    [Fact]
    public void ABodyWithoutTextSaysSo()
        => Assert.Contains("Silent has no text for devices", Assert.Throws<DeviceException>(() => DeviceBody.Of<Silent>()).Message);

    struct Silent : IBody
    {
        public static BodySignature Signature { get; } = new(0, 0, 0, []);
    }
}
