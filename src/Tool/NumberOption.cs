using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Recurve;

/// <summary>Numbers on a command line: with a point before their decimals whatever the machine's language, and an error in words where one is wrong.</summary>
static class NumberOption
{
    /// <summary>For <see cref="System.CommandLine.Option{T}.CustomParser"/>.</summary>
    /// <param name="option">Its name, with dashes.</param>
    /// <param name="complaint">What a number must be, where it is not: <c>at least 1, not 0</c>; null: it is fine.</param>
    public static Func<ArgumentResult, T> Parser<T>(string option, Func<T, string?> complaint) where T : struct, INumber<T> => argument =>
    {
        string text = argument.Tokens[0].Value;
        // a comma is neither decimals nor thousands: it was one of them to whoever wrote it
        bool isNumber = T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T number);
        if ((isNumber ? complaint(number) : $"a {(typeof(T) == typeof(int) ? "whole number" : "number such as 0.5")}, not '{text}'") is { } must) argument.AddError($"{option} must be {must}.");
        return number;
    };
}
