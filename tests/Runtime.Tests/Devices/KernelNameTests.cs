using System.Text.RegularExpressions;
using Recurve.Devices;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>What kernels are called, as far as only a compiler that is seldom there would tell that it is wrong.</summary>
public sealed partial class KernelNameTests
{
    // CUDA Math API: those of double precision; those of single have an f behind
    static readonly string[] functions = [.. (
        "acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh cospi cyl_bessel_i0 cyl_bessel_i1 erf erfc erfcinv erfcx erfinv exp exp10 exp2 expm1 fabs fdim fdivide floor fma "
        + "fmax fmin fmod frexp hypot ilogb isfinite isinf isnan j0 j1 jn ldexp lgamma llrint llround log log10 log1p log2 logb lrint lround max min modf nan nearbyint nextafter norm norm3d "
        + "norm4d normcdf normcdfinv pow rcbrt remainder remquo rhypot rint rnorm rnorm3d rnorm4d round rsqrt scalbln scalbn signbit sin sincos sincospi sinh sinpi sqrt tan tanh tgamma trunc "
        + "y0 y1 yn abs labs llabs umax umin ullmax ullmin llmax llmin mul24 mulhi mul64hi saturate clock clock64 memcpy memset printf malloc free assert trap").Split(' ').SelectMany(name => new[] { name, name + "f" })];

    // of a slice whose other slices are on other ranks, which no device of ILGPU takes
    static readonly string[] notByIlgpu = ["summarise_slice_forward", "summarise_slice_backward", "join_tiles"];

    static IReadOnlyDictionary<string, string[]> Kernels { get; } = typeof(DeviceProgram).Assembly.GetManifestResourceNames()
        .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal)).Select(resource => resource[Folder.Length..])
        .ToDictionary(file => file, file => Name().Matches(DeviceProgram.ReadFile(file)).Select(match => match.Groups[1].Value).ToArray());

    const string Folder = "Recurve.Devices.Kernels.";

    [Fact]
    public void EveryWayToWriteAKernelIsFound()
    {
        foreach (var (file, kernel) in new[] { ("RowStages.cl", "softmax"), ("Reductions.cl", "sum_squares"), ("Gemm.cl", "multiply_transposed"), ("ChainForward.cuh", "chain_forward") })
            Assert.Contains(kernel, Kernels[file]);
    }

    /// <summary>Kernels have C linkage: one called as a function of its mathematical library makes NVRTC 12 refuse the text, which NVRTC 11 does not.</summary>
    [Fact]
    public void NoKernelIsCalledAsAFunctionOfCuda() => Assert.Empty(Kernels.Values.SelectMany(names => names).Intersect(functions));

    /// <summary>some_name of OpenCL C is SomeName in the sources that are compiled where ILGPU is.</summary>
    [Fact]
    public void EveryKernelStandsInTheSourcesForIlgpu()
    {
        var sources = string.Join('\n', Directory.GetFiles(Path.Combine(Repository.Root, "src", "Ilgpu", "Kernels"), "*.cs").Select(File.ReadAllText));
        var kernels = Kernels.Where(file => file.Key.EndsWith(".cl", StringComparison.Ordinal)).SelectMany(file => file.Value).Except(notByIlgpu);
        Assert.All(kernels, kernel => Assert.Matches($@"static void {string.Concat(kernel.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))}[(<]", sources));
    }

    // written as one, or made by a macro of capitals
    [GeneratedRegex(@"^(?:(?:CHAIN_)?KERNEL void |[A-Z]\w+\()([a-z]\w*)[,(]", RegexOptions.Multiline)]
    private static partial Regex Name();
}
