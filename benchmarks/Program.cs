using System.Runtime.InteropServices;
using Recurve.Benchmarks;
using Recurve.Kernels;
using Recurve.Kernels.Lanes;

// dotnet run -c Release --project benchmarks -- [section …]
(string Name, string What, Action Run)[] sections =
[
    ("bandwidth", "what the machine's memory gives", Bandwidth.Run),
    ("gemm", "matrix products beside OpenBLAS", GemmSection.Run),
    ("scan", "the scan kernel beside C and beside memory", ScanSection.Run),
    ("narrow", "kernels on rows of fewer channels than a lane", NarrowSection.Run),
    ("classes", "kernels of the other classes, and the planner's choices", ClassSection.Run),
    ("dense", "a Legendre memory in its forms beside PyTorch's convolution", DenseSection.Run),
    ("bodies", "generated bodies with little else", BodySection.Run),
    ("cells", "training steps of layers beside PyTorch", CellSection.Run),
    ("serve", "whole sequences in evaluation beside ONNX Runtime", ServeSection.Run),
    ("stream", "one time step at a time", StreamSection.Run),
    ("compiler", "the generator, per edit", CompilerSection.Run),
];

string[] unknown = [.. args.Where(a => !sections.Any(s => s.Name == a))];
if (unknown.Length > 0)
{
    bool asked = unknown.Contains("--help");
    TextWriter target = asked ? Console.Out : Console.Error;
    if (!asked) target.WriteLine($"There is no section '{unknown[0]}'.");
    target.WriteLine("Sections, all by default:");
    foreach ((string name, string what, _) in sections) target.WriteLine($"  {name,-10} {what}");
    return asked ? 0 : 2;
}

OpenBlas.ChooseKernels();
Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription.Trim()}, {Workers.Count} threads, lanes of {LaneChoice.Width}");
Console.WriteLine("Medians of repetitions that had their cores to themselves; ratio = how many times as fast as the peer.");
if (OpenBlas.Missing is null) Console.WriteLine($"OpenBLAS with its kernels for {OpenBlas.Core}.");
foreach ((string name, _, Action run) in sections)
{
    if (args.Length > 0 && !args.Contains(name)) continue;
    Report.Section(name);
    run();
}
return 0;
