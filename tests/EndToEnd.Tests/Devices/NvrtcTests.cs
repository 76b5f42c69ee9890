using System.Text.RegularExpressions;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Cuda;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Devices;

/// <summary>Every text that a CUDA device is given compiles for data-centre cards of two generations, and keeps its small arrays in registers.</summary>
public sealed partial class NvrtcTests
{
    static readonly int[] architectures = [80, 90];

    public static TheoryData<string> Programs =>
    [
        "Elementwise.cl", "Gemm.cl", "Optimizers.cl", "Reductions.cl", "Reductions.cl Losses.cl", "Reductions.cl Modules.cl",
        "Reductions.cl RowStages.cl", "Reductions.cl RowStages.cl States.cl", "Numbers.cl RowMath.cl", "Sums.cl",
    ];

    public static TheoryData<string> Bodies => DeviceBodyTests.Names;

    [NvrtcTheory, MemberData(nameof(Programs))]
    public void AProgramCompiles(string files) => Compile(DeviceProgram.Of(files.Split(' ')));

    [NvrtcTheory, MemberData(nameof(Bodies))]
    public void ABodyCompilesInEverySkeletonOfItsClass(string name)
    {
        foreach (var program in ProgramsOf(DeviceBodyTests.BodyOf(name), name)) Compile(program);
    }

    [NvrtcTheory]
    [InlineData("Block", 1)]
    [InlineData("Block", 2)]
    [InlineData("Block", 3)]
    [InlineData("Block", 4)]
    [InlineData("Clamped", 1)]
    [InlineData("MaxPlus", 1)]
    [InlineData("LogPlus", 1)]
    public void WhatJoinsTilesCompiles(string kind, int states) => Compile(StepMaps.Of(Enum.Parse<StepClass>(kind), states).Joining);

    [NvrtcTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void ItemsOfFourChannelsReadAndWriteSixteenBytesAtOnce(bool backward)
    {
        var name = ((IEnumerable<object[]>)DeviceBodyTests.Names).Select(row => (string)row[0]).First(n => typeof(IScanBody).IsAssignableFrom(DeviceBodyTests.BodyOf(n)));
        var type = DeviceBodyTests.BodyOf(name);
        var signature = (BodySignature)type.GetProperty(nameof(IBody.Signature))!.GetValue(null)!;
        var body = new DeviceBody(type, name, signature, DeviceBodyTests.TextOf(type));
        DeviceSignature one = new(signature, 0, 0), four = one with { Wide = 4 }, half = four with { BFloat16 = new(~0ul, ~0ul, ~0ul) };
        Assert.DoesNotContain(".v4.", Ptx(one), StringComparison.Ordinal);
        var text = Ptx(four);
        Assert.Matches(@"ld\.global\.v4\.f32", text);
        Assert.Matches(@"st\.global\.v4\.f32", text);
        Assert.Matches(@"ld\.global\.v4\.u16", Ptx(half));

        string Ptx(DeviceSignature launch) => System.Text.Encoding.UTF8.GetString(new NvrtcCompiler("compute_80").Compile(
            CudaPrograms.TextOf(DeviceRecurrence.Scan(body).ProgramOf(launch, backward, isSplit: false)), name, "compute_80"));
    }

    internal static IEnumerable<DeviceProgram> ProgramsOf(Type type, string name)
    {
        var signature = (BodySignature)type.GetProperty(nameof(IBody.Signature))!.GetValue(null)!;
        var body = new DeviceBody(type, name, signature, DeviceBodyTests.TextOf(type));
        // every third stream is constant over the call
        DeviceSignature launch = new(signature, 16, Enumerable.Range(0, signature.Streams).Where(i => i % 3 == 2).Aggregate(0ul, (set, i) => set | 1ul << i));
        if (typeof(IMapBody).IsAssignableFrom(type))
        {
            foreach (var backward in new[] { false, true })
                foreach (var wide in Widths(backward)) yield return DeviceMap.ProgramOf(body, wide, backward);
            yield break;
        }
        var isNewton = typeof(INewtonBody).IsAssignableFrom(type);
        if (isNewton) yield return new DeviceNewton(body, 1e-6, 50).ProgramOf(launch);
        var recurrence = typeof(IScanBody).IsAssignableFrom(type) ? DeviceRecurrence.Scan(body)
            : isNewton ? DeviceRecurrence.Solved(body)
            : typeof(IComposedBody).IsAssignableFrom(type) ? DeviceRecurrence.Composed(body, DeviceBodyTests.ClassOf(name))
            : DeviceRecurrence.Sequential(body);
        yield return recurrence.ProgramOf(launch, backward: false, recurrence.Composes(backward: false));
        yield return recurrence.ProgramOf(launch, backward: true, recurrence.Composes(backward: true));
        foreach (var backward in new[] { false, true })
            foreach (var wide in Widths(backward)) yield return recurrence.ProgramOf(wide, backward, isSplit: false);
        foreach (var backward in recurrence.Composes(backward: false) ? new[] { false, true } : []) yield return recurrence.SlicedOf(launch, backward);
        foreach (var backward in new[] { false, true })
        {
            if (!recurrence.Chains(backward)) continue;
            foreach (var hasResets in new[] { false, true }) yield return recurrence.ChainOf(launch, backward, hasResets);
        }

        IEnumerable<DeviceSignature> Widths(bool backward) => launch.CanBeWide(backward) ? [launch, launch with { Wide = 4 }] : [launch];
    }

    static void Compile(DeviceProgram program) => Compile(program, architectures);

    internal static void Compile(DeviceProgram program, params int[] architectures)
    {
        foreach (var architecture in architectures.Intersect(NvrtcCompiler.Architectures()))
        {
            var compiler = new NvrtcCompiler(NvrtcCompiler.TargetOf(architecture, NvrtcCompiler.Architectures())!);
            compiler.Compile(CudaPrograms.TextOf(program), program.Name, $"sm_{architecture}", out var log, "--ptxas-options=-v");
            var kernels = Frame().Matches(log);
            Assert.NotEmpty(kernels);
            Assert.All(kernels, kernel => Assert.True(
                kernel.Groups["spilled"].Value == "0" && (kernel.Groups["stack"].Value == "0" || Reduction().IsMatch(program.Text)), $"{program.Name} for sm_{architecture}: {kernel.Value}"));
        }
    }

    // CUDA's own sine and cosine keep the digits of 2/π for large arguments in an array
    [GeneratedRegex(@"\b(sin|cos)\(")]
    private static partial Regex Reduction();

    [GeneratedRegex(@"Function properties for (?<kernel>\w+)\s+ptxas\s+\.?\s+(?<stack>\d+) bytes stack frame, (?<spilled>\d+) bytes spill stores.*")]
    private static partial Regex Frame();
}
