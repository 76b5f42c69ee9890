using System.CommandLine;
using System.Globalization;
using Recurve;
using Recurve.Gpu;
using Recurve.TestKit.Cuda;

// recurve-gpu: the numerical suite on the first NVIDIA card, then the benchmarks, as one table
Option<string> only = new("--only") { Description = "Only the suite, or only the benchmarks." };
only.AcceptOnlyFromAmong("suite", "benchmarks");
Option<string> output = new("--output") { Description = "Where the table is written.", DefaultValueFactory = _ => "gpu.md" };
Option<int> processes = new("--processes") { Description = "That share the suite, most of which is compiling kernels.", DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount / 2) };
Option<string> filter = new("--filter") { Description = "Only tests and cells whose name contains this.", DefaultValueFactory = _ => "" };
Option<int> shorten = new("--shorten") { Description = "Divides the lengths of the benchmarks' sequences, to try them out.", DefaultValueFactory = _ => 1 };
Option<string> sanitize = new("--sanitize") { Description = "Runs the suite under a tool of compute-sanitizer, whose every finding is a failure." };
sanitize.AcceptOnlyFromAmong("memcheck", "racecheck", "synccheck");
Option<Precision> precision = new("--precision") { Description = "How the cells of the benchmarks store what their stages leave each other." };
// one process's part of the suite
Option<string> share = new("--share") { Hidden = true };
RootCommand root = new("Runs Recurve's numerical suite and its GPU benchmarks on an NVIDIA card.") { only, output, processes, filter, shorten, sanitize, precision, share };
root.SetAction(arguments =>
{
    // the double of the tests takes a card's place where it is asked to
    if (CudaPresence.WhyNoCard is { } whyNot)
    {
        Console.Error.WriteLine($"{whyNot}.");
        return 1;
    }
    Device device = Device.Cuda(0);
    if (arguments.GetValue(share) is { } part) return Suite.RunShare(part, arguments.GetValue(filter)!);
    using Table table = new(arguments.GetValue(output)!);
    table.Line(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {Machine.Describe(device)}"));
    int failed = arguments.GetValue(only) == "benchmarks" ? 0 : Suite.Run(arguments.GetValue(processes), arguments.GetValue(filter)!, arguments.GetValue(sanitize), table);
    if (arguments.GetValue(only) != "suite") Benchmarks.Run(device, arguments.GetValue(filter)!, arguments.GetValue(shorten), arguments.GetValue(precision), table);
    return failed == 0 ? 0 : 1;
});
return root.Parse(args).Invoke();
