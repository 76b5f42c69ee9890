#if HAVE_ILGPU
using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Ilgpu.Kernels;
using Recurve.Ilgpu.Lanes;
using Recurve.Ilgpu.Launching;
using Recurve.Kernels.Lanes;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Devices;

/// <summary>What ILGPU makes of kernels where there is no card, and its functions.</summary>
public sealed unsafe class IlgpuTests
{
    static readonly Lazy<PTXBackend> Backend = new(() => new(
        Context.Create(builder => builder.CPU()), new CudaCapabilityContext(CudaArchitecture.SM_80), CudaArchitecture.SM_80, CudaInstructionSet.ISA_70, nvvmAPI: null));

    public static TheoryData<string> Bodies => DeviceBodyTests.Names;

    /// <summary>Every kernel that has no body.</summary>
    public static TheoryData<string> Kernels => [.. typeof(Call).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(Call).Namespace && !type.IsGenericType)
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
        .Where(method => method.GetParameters() is [{ } index, { } words] && index.ParameterType == typeof(Index1D) && words.ParameterType == typeof(ArrayView<long>))
        .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")];

    [Theory, MemberData(nameof(Kernels))]
    public void AKernelCompilesForACard(string name)
        => Compile(typeof(Call).Assembly.GetType($"{typeof(Call).Namespace}.{name.Split('.')[0]}")!.GetMethod(name.Split('.')[1])!);

    [Theory, MemberData(nameof(Bodies))]
    public void ABodyCompilesForACardInEverySkeletonOfItsClass(string name)
    {
        // its items are of one channel, and its groups do not wait for each other
        foreach (var program in NvrtcTests.ProgramsOf(DeviceBodyTests.BodyOf(name), name).Where(p => p.Body!.Signature is { Wide: 1, ChainGroups: 0 }))
        {
            var (isBackward, files) = (program.Body!.Backward, program.Body.Skeletons);
            string[] kernels =
            [
                .. files.Contains("Map.cl") ? [isBackward ? "map_adjoint" : "map_forward"] : new[] { isBackward ? "walk_backward" : "walk_forward" },
                .. files.Contains("TilesForward.cl") ? ["summarise_forward", "fold_forward"] : Array.Empty<string>(),
                .. files.Contains("TilesBackward.cl") ? ["summarise_backward", "fold_backward"] : Array.Empty<string>(),
                .. files.Contains("Newton.cl") ? ["guess_starts", "linearise_tiles", "move_guesses", "check_ends"] : Array.Empty<string>(),
            ];
            foreach (var kernel in kernels) Compile(KernelMethods.Of(program, kernel));
        }
    }

    static void Compile(MethodInfo method)
    {
        var kernel = (PTXCompiledKernel)Backend.Value.Compile(EntryPointDescription.FromImplicitlyGroupedKernel(method), default);
        Assert.Contains(".entry", kernel.PTXAssembly, StringComparison.Ordinal);
        // a device's own approximation of a function would decide the last bits
        Assert.DoesNotContain(".approx", kernel.PTXAssembly, StringComparison.Ordinal);
    }

    [Theory, OnIlgpu]
    public void SignalsInBFloat16AreRefused(string device)
    {
        Assert.True(Device.TryGet(device, out var there, out var whyNot), whyNot);
        var cell = new Recurve.Cells.MinGru(3, 2);
        cell.Store(Precision.BFloat16).To(there);
        var message = Assert.Throws<NotSupportedException>(() => cell.Forward(Tensor.Zeros(1, 2, 3).To(there))).Message;
        Assert.Contains("BFloat16", message, StringComparison.Ordinal);
    }

    [Fact]
    public void FunctionsAreThoseOfTheProcessorsLanes()
    {
        float[] values =
        [
            0, -0f, 1, -1, 0.5f, -0.5f, 2, 3, -3, 1e-3f, -1e-3f, 1e-20f, 1e-40f, 10, -10, 20, -20, 88, 89, -88, -89, 104, -104, 1e4f, -1e4f, 3e38f, -3e38f,
            float.PositiveInfinity, float.NegativeInfinity, float.NaN, .. Enumerable.Range(-40, 80).Select(i => 0.31f * i),
        ];
        foreach (var x in values)
        {
            foreach (var (name, own, lane) in Functions)
            {
                // beyond 1e8 an angle is not reduced
                if (name is "Sin" or "Cos" && float.IsFinite(x) && Math.Abs(x) > 1e8f) continue;
                Agree($"{name}({x})", own(x).Number, lane(x));
            }
            foreach (var y in values)
            {
                Agree($"Pow({x}, {y})", DeviceLane.Pow(x, y).Number, Lane1.Pow(x, y));
                Agree($"Min({x}, {y})", DeviceLane.Min(x, y).Number, Lane1.Min(x, y));
                Agree($"Max({x}, {y})", DeviceLane.Max(x, y).Number, Lane1.Max(x, y));
                Agree($"LogAddExp({x}, {y})", DeviceLane.LogAddExp(x, y).Number, Lane1.LogAddExp(x, y));
                Agree($"LeakyRelu({x}, {y})", DeviceLane.LeakyRelu(x, y).Number, Lane1.LeakyRelu(x, y));
                Agree($"Clamp({x}, {y}, 1.5)", DeviceLane.Clamp(x, y, 1.5f).Number, Lane1.Clamp(x, y, 1.5f));
                Agree($"Select({x}, {y})", DeviceLane.Select((x > (DeviceLane)y) | ~(x <= (DeviceLane)y) & (x >= (DeviceLane)y), x, y).Number,
                    Lane1.Select((x > (Lane1)y) | ~(x <= (Lane1)y) & (x >= (Lane1)y), x, y));
            }
        }
    }

    static readonly (string Name, Func<float, DeviceLane> Own, Func<float, Lane1> Lane)[] Functions =
    [
        ("Sigmoid", x => DeviceLane.Sigmoid(x), x => Lane1.Sigmoid(x)), ("Tanh", x => DeviceLane.Tanh(x), x => Lane1.Tanh(x)),
        ("Exp", x => DeviceLane.Exp(x), x => Lane1.Exp(x)), ("Log", x => DeviceLane.Log(x), x => Lane1.Log(x)), ("Log1p", x => DeviceLane.Log1p(x), x => Lane1.Log1p(x)),
        ("Sqrt", x => DeviceLane.Sqrt(x), x => Lane1.Sqrt(x)), ("Rsqrt", x => DeviceLane.Rsqrt(x), x => Lane1.Rsqrt(x)), ("Abs", x => DeviceLane.Abs(x), x => Lane1.Abs(x)),
        ("Sign", x => DeviceLane.Sign(x), x => Lane1.Sign(x)), ("Sin", x => DeviceLane.Sin(x), x => Lane1.Sin(x)), ("Cos", x => DeviceLane.Cos(x), x => Lane1.Cos(x)),
        ("Relu", x => DeviceLane.Relu(x), x => Lane1.Relu(x)), ("Silu", x => DeviceLane.Silu(x), x => Lane1.Silu(x)), ("Gelu", x => DeviceLane.Gelu(x), x => Lane1.Gelu(x)),
        ("Softplus", x => DeviceLane.Softplus(x), x => Lane1.Softplus(x)), ("HardTanh", x => DeviceLane.HardTanh(x), x => Lane1.HardTanh(x)),
        ("HardSigmoid", x => DeviceLane.HardSigmoid(x), x => Lane1.HardSigmoid(x)), ("Erf", x => DeviceLane.Erf(x), x => Lane1.Erf(x)), ("Square", x => DeviceLane.Square(x), x => Lane1.Square(x)),
    ];

    // one polynomial, but the argument may be reduced to the other side of a tie
    static void Agree(string what, float actual, Lane1 lane)
    {
        float expected;
        Lane1.Store(lane, &expected);
        var isSame = float.IsFinite(expected) && float.IsFinite(actual) ? Math.Abs(actual - expected) <= 3e-7 * Math.Max(Math.Abs(expected), 1e-38) : expected.Equals(actual);
        Assert.True(isSame, $"{what} is {actual}, on the processor's lanes {expected}");
    }
}
#endif
