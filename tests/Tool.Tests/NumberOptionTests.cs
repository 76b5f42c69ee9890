using System.CommandLine;
using System.Globalization;

namespace Recurve.Tool.Tests;

/// <summary>Numbers of a command line mean the same where a comma stands before the decimals, and a point before thousands.</summary>
public sealed class NumberOptionTests
{
    [Theory]
    [InlineData("0.01", 0.01), InlineData("1e-2", 0.01), InlineData("-3", -3.0), InlineData("1000", 1000.0)]
    public void NumbersAreReadTheSameInEveryLanguage(string text, double number)
    {
        foreach (string language in (string[])["", "de-DE", "fr-FR", "fa-IR", "sv-SE"]) Assert.Equal(number, Parse(language, text).GetValue<double>("--rate"));
    }

    [Theory]
    [InlineData("0,01", "--rate must be a number such as 0.5, not '0,01'."), InlineData("1,000", "--rate must be a number such as 0.5, not '1,000'."), InlineData("x", "--rate must be a number such as 0.5, not 'x'.")]
    [InlineData("-5", "--rate must be above -4.")]
    public void WhatIsNoneIsAnErrorInWords(string text, string error) => Assert.Equal(error, Assert.Single(Parse("de-DE", text).Errors).Message);

    static ParseResult Parse(string language, string text)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(language);
        try
        {
            RootCommand root = new() { new Option<double>("--rate") { CustomParser = NumberOption.Parser<double>("--rate", v => v > -4 ? null : "above -4") } };
            ParseResult parsed = root.Parse(["--rate", text]);
            // asked for while the language holds, should the parser wait for that
            if (parsed.Errors.Count == 0) parsed.GetValue<double>("--rate");
            return parsed;
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
