namespace Recurve.EndToEnd.Tests.Samples;

/// <summary>Every sample asks for the device that RECURVE_DEVICE names before it computes anything; one that is not there is one sentence, and an exit code that is not 0.</summary>
public sealed class MissingDeviceTests
{
    [Theory]
    [InlineData("CharModel.dll")]
    [InlineData("DualRnn.dll")]
    [InlineData("FirstSymbol.dll")]
    [InlineData("Forecast.dll")]
    [InlineData("LegendreMemory.dll")]
    [InlineData("SpectralRnn.dll")]
    [InlineData("Streaming.dll")]
    public void IsSaidInASentence(string assembly)
    {
        using Sample sample = new(assembly);
        var (exit, output, error) = sample.On("cuda:99");
        Assert.NotEqual(0, exit);
        Assert.Empty(output);
        Assert.Matches(@"\Aerror: Device 'cuda:99' cannot be used: [^\n]+\.\n\z", error.ReplaceLineEndings("\n"));
    }

    sealed class Sample(string assembly) : SampleProcess(assembly)
    {
        public (int Exit, string Output, string Error) On(string device)
        {
            Device = device;
            return RunAlone();
        }
    }
}
