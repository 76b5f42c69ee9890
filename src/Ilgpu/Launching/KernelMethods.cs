using System.Reflection;
using ILGPU;
using ILGPU.Frontend.Intrinsic;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Ilgpu.Kernels;

namespace Recurve.Ilgpu.Launching;

/// <summary>Finds the C# of a kernel: <c>some_name</c> of File.cl is SomeName of class File; with a body, of the class that runs it.</summary>
static class KernelMethods
{
    static KernelMethods()
    {
        // ILGPU has no fused multiply-add of its own; the driver's compiler makes one of this
        RemappedIntrinsics.AddRemapping(
            typeof(MathF).GetMethod(nameof(MathF.FusedMultiplyAdd))!, static (ref context) => context.Method = MethodOf(nameof(MultiplyAdd), typeof(float)));
        RemappedIntrinsics.AddRemapping(
            typeof(Math).GetMethod(nameof(Math.FusedMultiplyAdd))!, static (ref context) => context.Method = MethodOf(nameof(MultiplyAdd), typeof(double)));
    }

    /// <exception cref="NotSupportedException">There is none.</exception>
    public static MethodInfo Of(DeviceProgram program, string kernel)
    {
        var name = string.Concat(kernel.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        var classes = program.Body is { } body ? ClassesOf(body)
            : program.Name.Split(" + ").Select(file => typeof(Call).Assembly.GetType($"{typeof(Call).Namespace}.{Path.GetFileNameWithoutExtension(file)}"));
        return classes.Select(type => type?.GetMethod(name, [typeof(Index1D), typeof(ArrayView<long>)])).FirstOrDefault(method => method is not null)
            ?? throw new NotSupportedException($"By ILGPU there is no kernel {kernel} of {program.Name}; use another device.");
    }

    static IEnumerable<Type> ClassesOf(FusedBody body)
    {
        if (typeof(IMapBody).IsAssignableFrom(body.Type))
        {
            yield return Make(typeof(Map<>), body.Type);
            yield break;
        }
        var isScan = typeof(IScanBody).IsAssignableFrom(body.Type);
        var step = Make(isScan ? typeof(ScanStep<>) : typeof(SequentialStep<>), body.Type);
        if (body.Backward)
        {
            yield return Make(typeof(BackwardKernels<>), step);
            if (isScan) yield return Make(typeof(BackwardSummaries<>), step);
            else if (typeof(ISplitAdjointBody).IsAssignableFrom(body.Type)) yield return Make(typeof(BackwardSummaries<>), Make(typeof(SplitAdjointStep<>), body.Type));
            yield break;
        }
        yield return Make(typeof(ForwardKernels<>), step);
        if (typeof(INewtonBody).IsAssignableFrom(body.Type))
        {
            yield return Make(typeof(NewtonKernels<>), body.Type);
            yield return typeof(Newton);
            yield break;
        }
        if (MapsOf(body) is not { } maps) yield break;
        yield return Make(typeof(ForwardFolds<,>), step, maps);
        if (isScan) yield return Make(typeof(ForwardSummaries<,>), step, maps);
        else if (typeof(IComposedBody).IsAssignableFrom(body.Type)) yield return Make(typeof(ForwardSummaries<,>), Make(typeof(ComposedStep<>), body.Type), maps);
    }

    // how steps compose, by the file that says so to other devices
    static Type? MapsOf(FusedBody body) => body.Skeletons.Contains("Affine.cl") ? typeof(AffineMaps)
        : body.Skeletons.Contains("Clamped.cl") ? typeof(ClampedMaps)
        : body.Skeletons.Contains("MaxPlus.cl") ? typeof(TropicalMaps<Maximum>)
        : body.Skeletons.Contains("LogPlus.cl") ? typeof(TropicalMaps<LogSum>) : null;

    static Type Make(Type generic, params Type[] arguments) => generic.MakeGenericType(arguments);

    static MethodInfo MethodOf(string name, Type number) => typeof(KernelMethods).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic, [number, number, number])!;

    static float MultiplyAdd(float left, float right, float addend) => left * right + addend;

    static double MultiplyAdd(double left, double right, double addend) => left * right + addend;
}
