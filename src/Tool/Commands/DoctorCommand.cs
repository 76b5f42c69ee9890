using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Recurve.Kernels;
using Recurve.Kernels.Lanes;

namespace Recurve.Tool;

/// <summary><c>recurve doctor</c>: what this machine computes with, what is missing, and how to get it.</summary>
static class DoctorCommand
{
    static readonly (string Kind, string HowToGet)[] kinds =
    [
        ("cuda", "an NVIDIA graphics card and its driver (https://www.nvidia.com/drivers; on Debian and Ubuntu the package nvidia-driver)"),
        ("opencl", "the driver of the graphics card, or PoCL for the processor (on Debian and Ubuntu: apt-get install pocl-opencl-icd ocl-icd-libopencl1)"),
    ];

    public static Command Create()
    {
        Option<bool> json = ProjectArguments.Json();
        Command command = new("doctor", "Shows versions, the processor, devices and settings: what works, what does not and why, and how to get it.") { json };
        command.Runs(parsed =>
        {
            Finding[] findings = [.. Software(), .. Processor(), .. Devices(), .. Settings()];
            if (parsed.GetValue(json)) Output.Json(new { Findings = findings });
            else foreach (Finding finding in findings) Write(finding);
            return findings.Any(f => f.State == State.Fault) ? Exit.Fault : Exit.Fine;
        });
        return command;
    }

    static IEnumerable<Finding> Software()
    {
        yield return new("Recurve", State.Works, typeof(CellModule).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
        yield return new(".NET", State.Works, $"{Environment.Version}, {RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.OSDescription}");
    }

    static IEnumerable<Finding> Processor()
    {
        Finding Lanes(string said, State state) => new("lanes", state, said);
        Finding lanes, threads;
        try
        {
            lanes = Lanes($"{LaneChoice.Width} channels at once", LaneChoice.Width == 1 ? State.Missing : State.Works);
        }
        catch (Exception error) when (Reason(error) is { } why)
        {
            lanes = Lanes(why, State.Fault);
        }
        try
        {
            threads = new("threads", State.Works, $"{Workers.Count} of {Environment.ProcessorCount} processors");
        }
        catch (Exception error) when (Reason(error) is { } why)
        {
            threads = new("threads", State.Fault, why);
        }
        return [lanes, threads];
    }

    static IEnumerable<Finding> Devices()
    {
        yield return new("cpu", State.Works, "the processor, on all threads");
        foreach (var (kind, howToGet) in kinds)
        {
            for (int index = 0; ; index++)
            {
                string name = $"{kind}:{index}";
                if (Device.TryGet(name, out Device? device, out string? whyNot)) yield return Computes(device);
                else if (index == 0) yield return new(name, State.Missing, whyNot) { HowToGet = howToGet };
                else break;
                if (device is null) break;
            }
        }
    }

    static IEnumerable<Finding> Settings()
    {
        const string device = "RECURVE_DEVICE";
        if (Environment.GetEnvironmentVariable(device) is { Length: > 0 } name)
            yield return Device.TryGet(name, out _, out string? whyNot) ? new(device, State.Works, name) : new(device, State.Fault, whyNot);
        foreach ((string setting, string[] words) in ((string, string[])[])[("RECURVE_PLAN", ["serial", "split", "newton"]), ("RECURVE_LOOP", ["kernel", "steps"])])
            if (Environment.GetEnvironmentVariable(setting) is { Length: > 0 } word)
                yield return words.Contains(word) ? new(setting, State.Works, word) : new(setting, State.Fault, $"'{word}' is none of {string.Join(", ", words)}");
        foreach (string other in (string[])["RECURVE_LANES", "RECURVE_THREADS"])
            if (Environment.GetEnvironmentVariable(other) is { Length: > 0 } value) yield return new(other, State.Works, value);
    }

    /// <summary>A product on the device, held against the processor's.</summary>
    static Finding Computes(Device device)
    {
        try
        {
            Linear layer = new(33, 17);
            layer.Initialize(seed: 1);
            Tensor x = Tensor.FromArray([.. Enumerable.Range(0, 5 * 33).Select(i => MathF.Sin(i))], 1, 5, 33);
            float[] expected = layer.Forward(x).ToArray(), actual = layer.To(device).Forward(x.To(device)).ToArray();
            double error = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
            string products = device.Accelerator!.Products?.Name ?? "its own kernel, as no library for them was found";
            return error < 1e-4 ? new(device.Name, State.Works, $"computes what the processor computes; products by {products}") : new(device.Name, State.Fault, $"computes something else than the processor: the difference is {error:G3}");
        }
        catch (Exception error) when (Reason(error) is { } why)
        {
            return new(device.Name, State.Fault, why);
        }
    }

    // a setting is read when its class is first used
    static string? Reason(Exception error) => (error is TypeInitializationException { InnerException: { } inner } ? inner : error) is var why && why is ArgumentException or DeviceException ? why.Message : null;

    static void Write(Finding finding)
    {
        var (sign, style) = finding.State switch { State.Works => ("ok     ", "green"), State.Missing => ("missing", "yellow"), _ => ("fault  ", "red") };
        Output.Line($"{sign}  {finding.Name}: {finding.Says}", style);
        if (finding.HowToGet is { } how) Output.Line($"         to get it: {how}", "grey");
    }

    enum State { Works, Missing, Fault }

    sealed record Finding(string Name, State State, string Says)
    {
        public string? HowToGet { get; init; }
    }
}
