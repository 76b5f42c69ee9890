namespace Recurve.Runtime.Tests.Training;

public sealed class ConsoleProgressTests
{
    static TrainingProgress At(long iteration, bool isLast = false) => new(
        iteration, 200, 2, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3725), 12.5, new(1234567, "steps"), [new("loss", 0.25), new("accuracy", 0.5)], isLast);

    static string Shown(bool isTerminal, bool hasColor, bool hasUnicode, int width, params TrainingProgress[] told)
    {
        StringWriter writer = new() { NewLine = "\n" };
        ConsoleProgress progress = new(writer, isTerminal, hasColor, hasUnicode, () => width);
        foreach (TrainingProgress one in told) progress.Report(one);
        return writer.ToString();
    }

    [Fact]
    public void RedirectedItIsLinesNowAndThen()
        => Assert.Equal(
            """
            iteration 1/200  epoch 2  loss 0.2500  accuracy 0.5000  at most 1:02:05 left  12.50 it/s  1,234,567 steps/s
            iteration 3/200  epoch 2  loss 0.2500  accuracy 0.5000  12.50 it/s  1,234,567 steps/s

            """, Shown(isTerminal: false, hasColor: true, hasUnicode: true, 100, At(1), At(2), At(3, isLast: true)));

    [Fact]
    public void OnATerminalItIsOneLineThatFits()
    {
        string shown = Shown(isTerminal: true, hasColor: false, hasUnicode: true, 60, At(50), At(200, isLast: true));
        string[] lines = shown.Split('\r', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("━━━━━━────────────────── 50/200  epoch 2  loss 0.2500  accu\e[K", lines[0]);
        Assert.Equal(60 - 1, lines[0].Length - "\e[K".Length);
        Assert.Equal($"{new string('━', 24)} 200/200  epoch 2  loss 0.2500  acc\e[K\n", lines[1]);
        Assert.Equal(2, shown.Split('\e').Length - 1);
    }

    [Fact]
    public void ColoursAreUsedOnlyWhereTheyAreWanted() => Assert.Contains("\e[36m━━━━━━\e[90m", Shown(isTerminal: true, hasColor: true, hasUnicode: true, 60, At(50)));

    [Fact]
    public void ATerminalWithoutSuchLettersGetsOthers() => Assert.StartsWith("\r######.................. 50/200", Shown(isTerminal: true, hasColor: false, hasUnicode: false, 60, At(50)));
}
