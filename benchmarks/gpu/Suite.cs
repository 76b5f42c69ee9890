using System.Globalization;
using System.Reflection;
using System.Text;
using Recurve.TestKit;

namespace Recurve.Gpu;

/// <summary>
/// Every test of the numerical suite that is for a card, run without the SDK: the rows of <see cref="OnCudaAttribute"/>, in order, in several processes that share the folder of
/// compiled kernels (a process compiles one at a time).
/// </summary>
static class Suite
{
    static readonly Assembly[] assemblies = [typeof(Runtime.Tests.Devices.AcceleratorTests).Assembly, typeof(EndToEnd.Tests.Cells.CellTests).Assembly];

    /// <param name="Test">The class and the method.</param>
    /// <param name="Method">To be called.</param>
    /// <param name="Row">With what.</param>
    sealed record Case(string Test, MethodInfo Method, object?[] Row)
    {
        public override string ToString() => $"{Test}({string.Join(", ", Row)})";

        /// <summary>Cases of one name are mostly about the same kernels.</summary>
        public string Subject => Row.Skip(1).FirstOrDefault() as string ?? Test;
    }

    static IEnumerable<Case> All =>
        from assembly in assemblies
        from type in assembly.GetTypes().OrderBy(type => type.FullName, StringComparer.Ordinal)
        from method in type.GetMethods()
        from device in method.GetCustomAttributes<OnCudaAttribute>()
        from row in device.GetData(method)
        select new Case($"{type.Name}.{method.Name}", method, row);

    // NVIDIA's, on the path or where the toolkit lies; its own lines begin so, and this one says that it found nothing
    static readonly string[] sanitizers = ["compute-sanitizer", "/usr/local/cuda/bin/compute-sanitizer"];
    const string SanitizerLine = "=========";
    static readonly string[] nothingFound = ["ERROR SUMMARY: 0 errors", "RACECHECK SUMMARY: 0 hazards"];

    /// <summary>Runs everything in some processes; gives how many cases failed.</summary>
    /// <param name="processes">How many.</param>
    /// <param name="filter">What a case's name contains.</param>
    /// <param name="tool">Of compute-sanitizer, under which they run; null: none.</param>
    /// <param name="table">Where it is told.</param>
    public static int Run(int processes, string filter, string? tool, Table table)
    {
        string? sanitizer = tool is not null ? sanitizers.FirstOrDefault(s => Machine.Run(s, ["--version"], _ => { }) == 0) : null;
        if (tool is not null && sanitizer is null)
        {
            table.Line("\nFailed: there is no compute-sanitizer on the path or in /usr/local/cuda/bin.");
            return 1;
        }
        // the tool sees where an allocation ends, not where a tensor inside a larger block does
        if (tool is not null) Environment.SetEnvironmentVariable("RECURVE_EXACT_MEMORY", "1");
        int passed = 0;
        List<string> failures = [];
        SortedDictionary<string, (int Passed, int Failed)> tests = new(StringComparer.Ordinal);
        Parallel.For(0, processes, new() { MaxDegreeOfParallelism = processes }, i =>
        {
            string[] self = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? [typeof(Suite).Assembly.Location] : [];
            string[] command = [Environment.ProcessPath!, .. self, "--share", string.Create(CultureInfo.InvariantCulture, $"{i}/{processes}"), "--filter", filter];
            if (sanitizer is not null) command = [sanitizer, "--tool", tool!, "--error-exitcode", "9", .. command];
            Machine.Run(command[0], command[1..], line => Count(line));
        });
        table.Section(tool is null ? "suite" : $"suite under compute-sanitizer, {tool}", "test", "passed", "failed");
        foreach (var (test, count) in tests) table.Row(test, Text(count.Passed), Text(count.Failed));
        table.Row("all", Text(passed), Text(failures.Count));
        foreach (string failure in failures) table.Line($"\nFailed: {failure}");
        // a process that ended early says so in its own line
        return failures.Count + (passed == 0 ? 1 : 0);

        void Count(string line)
        {
            lock (failures)
            {
                if (line.StartsWith(SanitizerLine, StringComparison.Ordinal) && (line == SanitizerLine || line.Contains("COMPUTE-SANITIZER", StringComparison.Ordinal) || nothingFound.Any(nothing => line.Contains(nothing, StringComparison.Ordinal))))
                    return;
                string[] parts = line.Split('\t');
                if (parts is not ["passed" or "failed", var test, ..])
                {
                    failures.Add(line);
                    return;
                }
                var isPassed = parts[0] == "passed";
                var (before, lost) = tests.GetValueOrDefault(test);
                tests[test] = isPassed ? (before + 1, lost) : (before, lost + 1);
                if (isPassed) passed++;
                else failures.Add(string.Join(' ', parts[2..]));
            }
        }
    }

    /// <summary>One process's part, <c>2/8</c>: a line for each case.</summary>
    public static int RunShare(string share, string filter)
    {
        int[] numbers = [.. share.Split('/').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
        foreach (Case one in All.Where(c => Hash(c.Subject) % numbers[1] == numbers[0] && c.ToString().Contains(filter, StringComparison.Ordinal)))
        {
            Exception? error = Try(one);
            Console.WriteLine(error is null ? $"passed\t{one.Test}" : $"failed\t{one.Test}\t{one}\t{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}");
        }
        return 0;
    }

    static Exception? Try(Case one)
    {
        object? instance = null;
        try
        {
            instance = one.Method.IsStatic ? null : Activator.CreateInstance(one.Method.ReflectedType!);
            one.Method.Invoke(instance, one.Row);
            return null;
        }
        catch (TargetInvocationException error)
        {
            return error.InnerException!;
        }
        finally
        {
            (instance as IDisposable)?.Dispose();
        }
    }

    // the same in every process
    static uint Hash(string text) => Encoding.UTF8.GetBytes(text).Aggregate(2166136261, (hash, next) => unchecked((hash ^ next) * 16777619));

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
