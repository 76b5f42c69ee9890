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

    /// <summary>Runs everything in some processes; gives how many cases failed.</summary>
    public static int Run(int processes, string filter, Table table)
    {
        int passed = 0;
        List<string> failures = [];
        SortedDictionary<string, (int Passed, int Failed)> tests = new(StringComparer.Ordinal);
        Parallel.For(0, processes, new() { MaxDegreeOfParallelism = processes }, i =>
        {
            string[] self = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? [typeof(Suite).Assembly.Location] : [];
            Machine.Run(Environment.ProcessPath!, [.. self, "--share", string.Create(CultureInfo.InvariantCulture, $"{i}/{processes}"), "--filter", filter], line => Count(line));
        });
        table.Section("suite", "test", "passed", "failed");
        foreach (var (test, count) in tests) table.Row(test, Text(count.Passed), Text(count.Failed));
        table.Row("all", Text(passed), Text(failures.Count));
        foreach (string failure in failures) table.Line($"\nFailed: {failure}");
        // a process that ended early says so in its own line
        return failures.Count + (passed == 0 ? 1 : 0);

        void Count(string line)
        {
            lock (failures)
            {
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
