using System.CommandLine;

namespace Recurve.Tool;

/// <summary>A mistake of the user's, said in one sentence on the error output.</summary>
sealed class MistakeException(string message) : Exception(message);

/// <summary>What the tool's exit codes mean.</summary>
static class Exit
{
    /// <summary>Done, and all is well.</summary>
    public const int Fine = 0;

    /// <summary>Done, and something that was looked at is not well: a project does not build, a device that is asked for cannot be used.</summary>
    public const int Fault = 1;

    /// <summary>Not done: the command line or a file is not what it should be.</summary>
    public const int Mistake = 2;

    /// <summary>Makes a command do something whose mistakes become messages.</summary>
    public static void Runs(this Command command, Func<ParseResult, int> action) => command.SetAction(parsed =>
    {
        try
        {
            return action(parsed);
        }
        catch (Exception error) when (error is MistakeException or IOException or UnauthorizedAccessException or ArgumentException or FormatException or DeviceException)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return Mistake;
        }
    });
}
