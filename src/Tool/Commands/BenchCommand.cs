using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Recurve.Tool;

/// <summary><c>recurve bench</c>: how fast a cell of a project runs, forward and backward.</summary>
static class BenchCommand
{
    const int MostSeconds = 86400;

    public static Command Create()
    {
        Argument<string> name = new("cell") { Description = "The cell's name." };
        Option<string> path = new("--project") { Description = "A project, a folder with one, a source file, or an assembly.", DefaultValueFactory = _ => "." };
        Option<string[]> sizes = new("--set") { Description = "A constructor argument, as name=value; may be repeated." };
        Option<int> batch = Count("--batch", "Sequences at a time.", 8), steps = Count("--steps", "Steps of a sequence.", 1024);
        Option<double> seconds = new("--seconds")
        {
            Description = "Time to measure each direction for.",
            DefaultValueFactory = _ => 2,
            CustomParser = NumberOption.Parser<double>("--seconds", value => value is > 0 and <= MostSeconds ? null : $"above 0 and at most {MostSeconds}"),
        };
        Option<string?> device = new("--device") { Description = "cpu, cuda:0, opencl:0, … [default: that of RECURVE_DEVICE, or cpu]" };
        Option<string> configuration = ProjectArguments.Configuration();
        Option<bool> json = ProjectArguments.Json();
        Command command = new("bench", "Measures a cell forward, and forward with backward: the median over as many calls as fit.") { name, path, sizes, batch, steps, seconds, device, configuration, json };
        command.Runs(parsed =>
        {
            Device on = parsed.GetValue(device) is not { } wanted ? Device.Default : Device.TryGet(wanted, out Device? found, out string? whyNot) ? found : throw new MistakeException(whyNot);
            if (ProjectArguments.Load(parsed.GetValue(path)!, parsed.GetValue(configuration)!) is not { } all) return Exit.Fault;
            CellModule cell = CellArguments.Create(LoadedCell.Named(all, [parsed.GetValue(name)!])[0].Type, parsed.GetValue(sizes) ?? []);
            cell.To(on);
            var (b, t, time) = (parsed.GetValue(batch), parsed.GetValue(steps), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            Measured[] measured = [Measure("forward", () => Forward(cell, Inputs(cell, b, t, on)), time), Measure("forward and backward", () => Both(cell, Inputs(cell, b, t, on)), time)];
            if (parsed.GetValue(json)) Output.Json(new { Cell = parsed.GetValue(name), Device = on.Name, Batch = b, Steps = t, Measured = measured, cell.LastRun!.Stages });
            else Write(cell, (long)b * t, on, measured);
            return Exit.Fine;
        });
        return command;
    }

    static Option<int> Count(string name, string description, int standard) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = NumberOption.Parser<int>(name, value => value >= 1 ? null : $"at least 1, not {value.ToString(CultureInfo.InvariantCulture)}"),
    };

    static void Write(CellModule cell, long rows, Device device, IReadOnlyList<Measured> measured)
    {
        Output.Line($"{cell.LastRun}".Split('\n')[0] + $", {device}", "bold");
        foreach (string stage in cell.LastRun!.Stages) Output.Line($"  · {stage}");
        Output.Table(["", "ms", "± ms", "steps/s", "calls"], measured.Select(m => (string[])
        [
            m.What, m.Milliseconds.ToString("0.000", CultureInfo.InvariantCulture), m.Spread.ToString("0.000", CultureInfo.InvariantCulture),
            (rows / m.Milliseconds * 1000).ToString("N0", CultureInfo.InvariantCulture), m.Calls.ToString(CultureInfo.InvariantCulture),
        ]));
    }

    static Tensor[] Inputs(CellModule cell, int batch, int steps, Device device)
    {
        Random random = new(1);
        return [.. cell.Definition.Inputs.Select(i => Tensor.FromArray([.. Enumerable.Range(0, checked(batch * steps * i.Size)).Select(_ => (float)(2 * random.NextDouble() - 1))], batch, steps, i.Size).To(device))];
    }

    static Action Forward(CellModule cell, Tensor[] inputs) => () =>
    {
        using (Autograd.NoGrad()) Read(cell.RunAny(inputs, null, null).Outputs[0]);
    };

    static Action Both(CellModule cell, Tensor[] inputs) => () =>
    {
        foreach (Parameter parameter in cell.Parameters) parameter.Value.Grad = null;
        Tensor loss = cell.RunAny(inputs, null, null).Outputs.Select(y => y.Mean()).Aggregate((a, b) => a.Add(b));
        loss.Backward();
        Read(loss);
    };

    // a device has computed when a number of it is known
    static void Read(Tensor tensor) => _ = tensor.Device.Equals(Device.Cpu) ? 0 : tensor.Mean().Item();

    static Measured Measure(string what, Func<Action> prepare, TimeSpan time)
    {
        Action call = prepare();
        // compiled, and once more in its final form
        for (Stopwatch warm = Stopwatch.StartNew(); warm.Elapsed < time / 4 || warm.ElapsedMilliseconds == 0;) call();
        List<double> milliseconds = [];
        for (Stopwatch all = Stopwatch.StartNew(); all.Elapsed < time || milliseconds.Count < 3;)
        {
            long before = Stopwatch.GetTimestamp();
            call();
            milliseconds.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
        milliseconds.Sort();
        double Quantile(double q) => milliseconds[(int)(q * (milliseconds.Count - 1))];
        return new(what, Quantile(0.5), (Quantile(0.75) - Quantile(0.25)) / 2, milliseconds.Count);
    }

    /// <param name="What">The direction.</param>
    /// <param name="Milliseconds">Median of a call.</param>
    /// <param name="Spread">Half of the distance between the quartiles.</param>
    /// <param name="Calls">That were measured.</param>
    sealed record Measured(string What, double Milliseconds, double Spread, int Calls);
}
