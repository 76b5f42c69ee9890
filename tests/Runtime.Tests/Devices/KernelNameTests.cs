using System.Text.RegularExpressions;
using Recurve.Devices;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>
/// Kernels have C linkage, so in CUDA none may be called as a function of its mathematical library: NVRTC 12 refuses the whole text, NVRTC 11 does not, and neither is there where tests
/// commonly run.
/// </summary>
public sealed partial class KernelNameTests
{
    // CUDA Math API: those of double precision; those of single have an f behind
    static readonly string[] functions = [.. (
        "acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh cospi cyl_bessel_i0 cyl_bessel_i1 erf erfc erfcinv erfcx erfinv exp exp10 exp2 expm1 fabs fdim fdivide floor fma "
        + "fmax fmin fmod frexp hypot ilogb isfinite isinf isnan j0 j1 jn ldexp lgamma llrint llround log log10 log1p log2 logb lrint lround max min modf nan nearbyint nextafter norm norm3d "
        + "norm4d normcdf normcdfinv pow rcbrt remainder remquo rhypot rint rnorm rnorm3d rnorm4d round rsqrt scalbln scalbn signbit sin sincos sincospi sinh sinpi sqrt tan tanh tgamma trunc "
        + "y0 y1 yn abs labs llabs umax umin ullmax ullmin llmax llmin mul24 mulhi mul64hi saturate clock clock64 memcpy memset printf malloc free assert trap").Split(' ').SelectMany(name => new[] { name, name + "f" })];

    [Fact]
    public void NoKernelIsCalledAsAFunctionOfCuda()
    {
        const string Folder = "Recurve.Devices.Kernels.";
        string[] kernels =
        [
            .. from resource in typeof(DeviceProgram).Assembly.GetManifestResourceNames()
               where resource.StartsWith(Folder, StringComparison.Ordinal)
               from Match match in Name().Matches(DeviceProgram.ReadFile(resource[Folder.Length..]))
               select match.Groups[1].Value,
        ];
        // of each way to write one
        foreach (var known in (string[])["softmax", "sum_squares", "multiply_transposed", "chain_forward"]) Assert.Contains(known, kernels);
        Assert.Empty(kernels.Intersect(functions));
    }

    // written as one, or made by a macro of capitals
    [GeneratedRegex(@"^(?:(?:CHAIN_)?KERNEL void |[A-Z]\w+\()([a-z]\w*)[,(]", RegexOptions.Multiline)]
    private static partial Regex Name();
}
