using System.Text.RegularExpressions;
using Recurve.Generator.Emit.Device;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Emit;

/// <summary>A cell's names never meet those that stand before its bodies on a device.</summary>
public sealed partial class DeviceWordsTests
{
    [Theory]
    [InlineData("Prelude.cl")]
    [InlineData("Prelude.cuh")]
    public void EveryWordOfThePreludesIsReserved(string file)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "src", "Runtime", "Devices", "Kernels", file));
        var words = Defined().Matches(text).Select(m => m.Groups[1].Value + m.Groups[2].Value).ToList();
        Assert.NotEmpty(words);
        Assert.Empty(words.Except(Words.Reserved));
    }

    // macros and types; functions may be hidden, where no op calls them
    [GeneratedRegex(@"^(?:#define (\w+)|typedef [\w ]+ (\w+);)", RegexOptions.Multiline)]
    private static partial Regex Defined();
}
