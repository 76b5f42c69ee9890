using Microsoft.CodeAnalysis;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Frontend;

/// <summary>The cells of the samples are read without complaint and have the classes the papers give them.</summary>
public class SampleCellTests
{
    [Theory]
    [InlineData("Gilr", "Diagonal")]
    [InlineData("GilrLstm", "Diagonal Diagonal")]
    [InlineData("GilrPart", "Diagonal Diagonal")]
    [InlineData("LinearAttention", "Diagonal")]
    [InlineData("MLstm", "Diagonal Diagonal MaxPlus")]
    [InlineData("Sru", "Diagonal")]
    [InlineData("Qrnn", "FeedForward Diagonal")]
    [InlineData("TRnn", "Diagonal")]
    [InlineData("TGru", "FeedForward Diagonal")]
    [InlineData("TLstm", "FeedForward Diagonal")]
    [InlineData("MinGru", "Diagonal")]
    [InlineData("MinLstm", "Diagonal")]
    [InlineData("Hgrn", "Diagonal")]
    [InlineData("RgLru", "Diagonal")]
    [InlineData("Ema", "Diagonal")]
    [InlineData("Lru", "Block")]
    [InlineData("S4D", "Block")]
    [InlineData("GatedRotation", "Block")]
    [InlineData("Fsmn", "FeedForward FeedForward FeedForward")]
    [InlineData("IndRnn", "Pointwise")]
    [InlineData("SruV2", "Pointwise")]
    [InlineData("ParaGru", "Pointwise")]
    [InlineData("Elman", "Coupled")]
    [InlineData("Lstm", "Coupled Coupled")]
    [InlineData("Gru", "Coupled")]
    public async Task Kinds(string cell, string kinds)
    {
        var source = File.ReadAllText(System.IO.Path.Combine(Repository.Root, "samples", "Cells", cell + ".cs"));
        var reading = GeneratorHarness.Read(source, "Recurve.Cells." + cell, Emit.Cells.Parts(cell));
        Assert.Empty(reading.Findings.Items);
        Assert.NotNull(reading.Spec);
        Assert.False(reading.Spec.HasErrors);

        var said = await GeneratorHarness.AnalyzeAsync([source, .. Emit.Cells.Parts(cell)]);
        Assert.DoesNotContain(said, d => d.Severity >= DiagnosticSeverity.Warning);
        var found = said.Where(d => d.Id == "RCV1000" && d.Location.SourceTree!.FilePath == "Source0.cs").Select(d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture).Split(" is ")[1].Split(' ')[0]);
        Assert.Equal(kinds, string.Join(' ', found));
    }
}
