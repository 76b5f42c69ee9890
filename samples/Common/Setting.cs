using System.CommandLine;

namespace Recurve.Samples;

/// <summary>An option with its standard value, and another one under <c>--quick</c>; what the user says goes before both.</summary>
public sealed class Setting<T>(Option<T> option, T standard, T quickly, Option<bool>? quick)
{
    /// <summary>The value of a command line.</summary>
    public T Of(ParseResult parsed)
        => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)!
            : quick is not null && parsed.GetValue(quick) ? quickly : standard;
}
