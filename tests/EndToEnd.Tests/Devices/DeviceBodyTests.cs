using System.Reflection;
using System.Text.RegularExpressions;
using Recurve.Contracts;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;
using Recurve.Kernels.Map;
using Recurve.Kernels.Scan;
using Recurve.Kernels.Sequential;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Devices;

/// <summary>
/// The text of every generated body against its lanes, forward and backward: step by step on the processor, and on the device cut into tiles of time, or solved by Newton's method,
/// where the class allows it.
/// </summary>
[Collection(nameof(Alone))]
public sealed partial class DeviceBodyTests
{
    static readonly Dictionary<string, Type> bodies = new[] { typeof(Recurve.Cells.MinGru).Assembly, typeof(DeviceBodyTests).Assembly }
        .SelectMany(a => a.GetTypes()).Where(t => t.Namespace == "Recurve.Generated" && typeof(IBody).IsAssignableFrom(t))
        .OrderBy(NameOf, StringComparer.Ordinal).ToDictionary(NameOf);

    /// <summary>
    /// A device takes seconds to compile a body: of those with the same interface, the first that says something no body before says (a function, an operator). With
    /// RECURVE_EVERY_BODY=1: all. And that of <see cref="OddNames"/>.
    /// </summary>
    public static TheoryData<string> Names
    {
        get
        {
            var said = new HashSet<(Type, string)>();
            var all = Environment.GetEnvironmentVariable("RECURVE_EVERY_BODY") == "1";
            return [.. bodies.Where(b => Words().Matches(TextOf(b.Value)).Count(w => said.Add((b.Value.GetInterfaces()[0], w.Value))) > 0 || all || b.Key.Contains(nameof(OddNames), StringComparison.Ordinal)).Select(b => b.Key)];
        }
    }

    // <Recurve_Cells_MinGru_g>F…__ScanH: the file, and the body
    static string NameOf(Type body) => $"{body.Name[1..body.Name.IndexOf('>', StringComparison.Ordinal)]} {body.Name[(body.Name.LastIndexOf("__", StringComparison.Ordinal) + 2)..]}";

    public static Type BodyOf(string name) => bodies[name];

    /// <summary>The class in a composed body's name.</summary>
    internal static StepClass ClassOf(string name) => Enum.GetValues<StepClass>().Single(kind => name.Contains($" {kind}", StringComparison.Ordinal));

    public static string TextOf(Type body) => (string)body.GetProperty(nameof(IBody.DeviceText))!.GetValue(null)!;

    [GeneratedRegex(@"\w+(?=\()|[-+*/<>=!&|]+|INFINITY")]
    private static partial Regex Words();

    [Theory, OnOpenCl(nameof(Names)), OnCuda(nameof(Names)), OnIlgpu(nameof(Names))]
    public void TextIsThatOfTheLanes(string device, string name)
    {
        var body = bodies[name];
        string method = typeof(IMapBody).IsAssignableFrom(body) ? nameof(Map)
            : typeof(IScanBody).IsAssignableFrom(body) ? nameof(Scan)
            : typeof(INewtonBody).IsAssignableFrom(body) ? nameof(Newton)
            : typeof(IComposedBody).IsAssignableFrom(body) ? nameof(Composed) : nameof(Sequential);
        typeof(DeviceBodyTests).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(body).Invoke(null, [device]);
    }

    static void Map<TBody>(string device) where TBody : struct, IMapBody
    {
        var kernel = MapKernel.Of<TBody>();
        var map = new DeviceMap(DeviceBody.Of<TBody>());
        BodyRun.Compare<TBody>(device, null, (launch, window) =>
        {
            kernel.Forward(launch, window);
            kernel.Adjoint(launch, window);
        }, (accelerator, launch, window) =>
        {
            map.Forward(accelerator, launch, window);
            map.Adjoint(accelerator, launch, window);
        });
    }

    static void Scan<TBody>(string device) where TBody : struct, IScanBody
    {
        var kernel = ScanKernel.Of<TBody>();
        Recurrence<TBody>(device, kernel.Forward, kernel.Backward, DeviceRecurrence.Scan(DeviceBody.Of<TBody>()));
    }

    static void Sequential<TBody>(string device) where TBody : struct, ISequentialBody
        => Stepped<TBody>(device, DeviceRecurrence.Sequential(DeviceBody.Of<TBody>()));

    static void Composed<TBody>(string device) where TBody : struct, IComposedBody
        => Stepped<TBody>(device, DeviceRecurrence.Composed(DeviceBody.Of<TBody>(), ClassOf(NameOf(typeof(TBody)))));

    static void Newton<TBody>(string device) where TBody : struct, INewtonBody
    {
        var kernel = SequentialKernel.Of<TBody>();
        var newton = new DeviceNewton(DeviceBody.Of<TBody>(), 1e-7, 50);
        BodyRun.Compare<TBody>(device, Course.Newton, (launch, window) =>
        {
            kernel.Forward(launch, window);
            kernel.Backward(launch, window);
        }, (accelerator, launch, window) =>
        {
            newton.Forward(accelerator, launch, window);
            newton.Backward(accelerator, launch, window);
        });
    }

    static void Stepped<TBody>(string device, DeviceRecurrence recurrence) where TBody : struct, ISequentialBody
    {
        var kernel = SequentialKernel.Of<TBody>();
        Recurrence<TBody>(device, kernel.Forward, kernel.Backward, recurrence);
    }

    static void Recurrence<TBody>(string device, Action<RecurrentLaunch, Window> forward, Action<RecurrentLaunch, Window> backward, DeviceRecurrence recurrence) where TBody : struct, IBody
        => BodyRun.Compare<TBody>(device, Course.Split, (launch, window) =>
        {
            forward(launch, window);
            backward(launch, window);
        }, (accelerator, launch, window) =>
        {
            recurrence.Forward(accelerator, launch, window);
            recurrence.Backward(accelerator, launch, window);
        });
}
