namespace Recurve.EndToEnd.Tests.Samples;

/// <summary>Recovery of input-output networks from moments, then refinement.</summary>
public sealed class SpectralRnnTests() : SampleProcess("SpectralRnn.dll")
{
    [Fact]
    public void RecoversAndRefines()
    {
        var (exit, output, error) = Run("--quick", "--name", "a");
        Assert.True(exit == 0, output + error);
        Assert.Contains("the spectral start reached the noise floor", output);
        Assert.Contains("recurrence", output);
        string report = File.ReadAllText(PathOf("a", "report.html"));
        Assert.Contains("error of the recovered network", report);
        Assert.Contains("in units of the noise floor", report);
        string[] errors = File.ReadAllLines(PathOf("a", "errors.csv"));
        Assert.Equal("teacher,samples,seconds,A1,A2,U,nmse", errors[0]);
        Assert.Equal(["1,1000", "1,10000", "1,100000", "2,1000", "2,10000", "2,100000"], errors.Skip(1).Select(line => string.Join(',', line.Split(',')[..2])));
        Assert.NotEmpty(ColumnOf(Path.Combine("a", "spectral"), "val_floors"));
    }

    [Theory]
    [InlineData("--activation", "linear", "--law", "markov")]
    [InlineData("--bidirectional", "--inputs", "4", "--units", "2", "--outputs", "4", "--law", "mixture", "--decomposition", "power")]
    public void OtherNetworksToo(params string[] options)
    {
        var (exit, output, error) = Run([.. options, "--quick", "--samples", "200000", "--teachers", "1", "--starts", "1", "--name", "b"]);
        Assert.True(exit == 0, output + error);
        Assert.Contains("the spectral start reached the noise floor", output);
    }

    [Fact]
    public void WhatCannotBeRecoveredIsSaid()
    {
        var (exit, output, _) = Run("--quick", "--units", "4", "--starts", "0", "--name", "c");
        Assert.NotEqual(0, exit);
        Assert.Contains("The rows of A1 are independent only for at most d_x = 3 units: found 4, needed 3", output);
        Assert.Contains("the spectral start was not recovered", output);
        Fails("holds a run already", "--name", "c");
        Fails("--noise must be above 0, not 0", "--noise", "0");
        Fails("--phi must be below 1, not 1", "--phi", "1");
    }
}
