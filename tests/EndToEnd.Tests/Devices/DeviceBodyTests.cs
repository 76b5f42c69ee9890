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

    static string TextOf(Type body) => (string)body.GetProperty(nameof(IBody.DeviceText))!.GetValue(null)!;

    [GeneratedRegex(@"\w+(?=\()|[-+*/<>=!&|]+|INFINITY")]
    private static partial Regex Words();

    [OpenClTheory]
    [MemberData(nameof(Names))]
    public void TextIsThatOfTheLanes(string name)
    {
        var body = bodies[name];
        string method = typeof(IMapBody).IsAssignableFrom(body) ? nameof(Map)
            : typeof(IScanBody).IsAssignableFrom(body) ? nameof(Scan)
            : typeof(INewtonBody).IsAssignableFrom(body) ? nameof(Newton)
            : typeof(IComposedBody).IsAssignableFrom(body) ? nameof(Composed) : nameof(Sequential);
        typeof(DeviceBodyTests).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(body).Invoke(null, null);
    }

    static void Map<TBody>() where TBody : struct, IMapBody
    {
        var kernel = MapKernel.Of<TBody>();
        var map = new DeviceMap(DeviceBody.Of<TBody>());
        BodyRun.Compare<TBody>(null, (launch, window) =>
        {
            kernel.Forward(launch, window);
            kernel.Adjoint(launch, window);
        }, (device, launch, window) =>
        {
            map.Forward(device, launch, window);
            map.Adjoint(device, launch, window);
        });
    }

    static void Scan<TBody>() where TBody : struct, IScanBody
    {
        var kernel = ScanKernel.Of<TBody>();
        Recurrence<TBody>(kernel.Forward, kernel.Backward, DeviceRecurrence.Scan(DeviceBody.Of<TBody>()));
    }

    static void Sequential<TBody>() where TBody : struct, ISequentialBody
        => Stepped<TBody>(DeviceRecurrence.Sequential(DeviceBody.Of<TBody>()));

    static void Composed<TBody>() where TBody : struct, IComposedBody
    {
        var kind = Enum.GetValues<StepClass>().Single(k => NameOf(typeof(TBody)).Contains($" {k}", StringComparison.Ordinal));
        Stepped<TBody>(DeviceRecurrence.Composed(DeviceBody.Of<TBody>(), kind));
    }

    static void Newton<TBody>() where TBody : struct, INewtonBody
    {
        var kernel = SequentialKernel.Of<TBody>();
        var newton = new DeviceNewton(DeviceBody.Of<TBody>(), 1e-7, 50);
        BodyRun.Compare<TBody>(Course.Newton, (launch, window) =>
        {
            kernel.Forward(launch, window);
            kernel.Backward(launch, window);
        }, (device, launch, window) =>
        {
            newton.Forward(device, launch, window);
            newton.Backward(device, launch, window);
        });
    }

    static void Stepped<TBody>(DeviceRecurrence recurrence) where TBody : struct, ISequentialBody
    {
        var kernel = SequentialKernel.Of<TBody>();
        Recurrence<TBody>(kernel.Forward, kernel.Backward, recurrence);
    }

    static void Recurrence<TBody>(Action<RecurrentLaunch, Window> forward, Action<RecurrentLaunch, Window> backward, DeviceRecurrence recurrence) where TBody : struct, IBody
        => BodyRun.Compare<TBody>(Course.Split, (launch, window) =>
        {
            forward(launch, window);
            backward(launch, window);
        }, (device, launch, window) =>
        {
            recurrence.Forward(device, launch, window);
            recurrence.Backward(device, launch, window);
        });
}
