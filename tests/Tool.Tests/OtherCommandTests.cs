using System.Text.Json;

namespace Recurve.Tool.Tests;

/// <summary>doctor, bench and inspect.</summary>
public sealed class OtherCommandTests(ToolProcess tool) : IClassFixture<ToolProcess>
{
    [Fact]
    public void DoctorFindsTheProcessorAndSaysHowToGetTheRest()
    {
        JsonElement[] findings = [.. tool.Json("doctor").GetProperty("findings").EnumerateArray()];
        JsonElement Of(string name) => findings.Single(f => f.GetProperty("name").GetString() == name);
        Assert.Equal("Works", Of("cpu").GetProperty("state").GetString());
        Assert.Contains("channels at once", Of("lanes").GetProperty("says").GetString());
        foreach (string kind in (string[])["cuda:0", "opencl:0"])
            if (!Device.TryGet(kind, out _, out string? whyNot))
            {
                Assert.Equal(("Missing", whyNot), (Of(kind).GetProperty("state").GetString(), Of(kind).GetProperty("says").GetString()));
                Assert.Contains("driver", Of(kind).GetProperty("howToGet").GetString());
            }
            else
            {
                Assert.Equal("Works", Of(kind).GetProperty("state").GetString());
                Assert.Matches("; products by (cuBLAS|CLBlast|its own kernel)", Of(kind).GetProperty("says").GetString());
            }
    }

    [Theory, InlineData("RECURVE_DEVICE", "opencl:99"), InlineData("RECURVE_PLAN", "quickly"), InlineData("RECURVE_LANES", "3"), InlineData("RECURVE_THREADS", "many")]
    public void DoctorFaultsASettingThatCannotBe(string name, string value)
    {
        var (exit, output, _) = tool.Run([(name, value), ("NO_COLOR", "1")], "doctor");
        Assert.Equal(1, exit);
        Assert.Contains(output.Split('\n'), l => l.StartsWith("fault", StringComparison.Ordinal) && l.Contains(value, StringComparison.Ordinal));
    }

    [Fact]
    public void InspectShowsWhatWasSaved()
    {
        string path = tool.PathOf("weights.safetensors");
        Safetensors.Write(path, [new("a.w", Tensor.FromArray([1, 2, 3, 6], 2, 2)), new("b", Tensor.FromArray([0.5f], 1))], [new("made by", "a test")]);
        JsonElement shown = tool.Json("inspect", path), a = shown.GetProperty("tensors")[0];
        Assert.Equal("a.w", a.GetProperty("name").GetString());
        Assert.Equal([2, 2], a.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32()));
        Assert.Equal((3, Math.Sqrt(3.5), 1, 6), (a.GetProperty("mean").GetDouble(), a.GetProperty("deviation").GetDouble(), a.GetProperty("least").GetDouble(), a.GetProperty("greatest").GetDouble()));
        Assert.Equal("a test", shown.GetProperty("metadata").GetProperty("made by").GetString());
        var (exit, text, _) = tool.Run("inspect", path);
        Assert.Equal(0, exit);
        Assert.Contains("2 tensors, 5 numbers", text);
    }

    [Fact]
    public void InspectFaultsNumbersThatAreNotFiniteAndFilesThatAreNone()
    {
        Safetensors.Write(tool.PathOf("nan.safetensors"), [new("a", Tensor.FromArray([1, float.NaN], 2))]);
        Assert.Equal(1, tool.Run("inspect", tool.PathOf("nan.safetensors")).Exit);
        tool.Fails(2, "text.safetensors", "inspect", tool.WithFile("text.safetensors", "not tensors"));
        tool.Fails(2, "none.safetensors", "inspect", tool.PathOf("none.safetensors"));
    }

    [Fact]
    public void BenchMeasuresBothDirections()
    {
        string[] bench = ["bench", "MinGru", "--project", ToolProcess.BuiltCells, "--seconds", "0.05", "--batch", "2", "--steps", "9"];
        JsonElement measured = tool.Json([.. bench, "--set", "inputs=3", "--set", "units=5", "--device", "cpu"]).GetProperty("measured");
        Assert.Equal(["forward", "forward and backward"], measured.EnumerateArray().Select(m => m.GetProperty("what").GetString()));
        Assert.All(measured.EnumerateArray(), m => Assert.InRange(m.GetProperty("milliseconds").GetDouble(), 1e-6, 1e4));
        tool.Fails(2, "needs a value for 'units'", [.. bench, "--set", "inputs=3"]);
        tool.Fails(2, "no constructor parameter 'width'; it has Int32 inputs, Int32 units", [.. bench, "--set", "width=3"]);
        tool.Fails(2, "--batch must be at least 1, not 0", [.. bench[..^4], "--batch", "0"]);
        tool.Fails(2, "--batch must be a whole number, not 'two'", [.. bench[..^4], "--batch", "two"]);
        tool.Fails(2, "--set units=0,5: expected Int32", [.. bench, "--set", "inputs=3", "--set", "units=0,5"]);
        // only what runs asks for the device
        (string, string)[] elsewhere = [("RECURVE_DEVICE", "cuda:99")];
        Assert.Equal(0, tool.Run(elsewhere, "bench", "--help").Exit);
        Assert.Equal(0, tool.Run(elsewhere, [.. bench, "--set", "inputs=3", "--set", "units=5", "--device", "cpu"]).Exit);
        var (exit, _, error) = tool.Run(elsewhere, bench);
        Assert.Equal(2, exit);
        Assert.StartsWith("error: Device 'cuda:99' cannot be used: ", error, StringComparison.Ordinal);
    }
}
