namespace Recurve.CharModel;

/// <summary>A text as a sequence of numbers, one for each character.</summary>
sealed class Corpus
{
    readonly int[] codes;
    readonly int window;

    /// <param name="path">A file of text in UTF-8, or a folder of them.</param>
    /// <param name="window">Characters of a training sequence.</param>
    /// <exception cref="FormatException">The text is too short.</exception>
    public Corpus(string path, int window)
    {
        string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path).Order(StringComparer.Ordinal)] : [path];
        string text = string.Join('\n', files.Select(File.ReadAllText));
        // a tenth of it is held back, which must hold a window
        if (text.Length <= 10 * (window + 1)) throw new FormatException($"{path} has {text.Length} characters; expected more than ten windows of {window}.");
        this.window = window;
        Characters = [.. text.Distinct().Order()];
        codes = [.. text.Select(c => Array.BinarySearch(Characters, c))];
    }

    /// <summary>All that occur, in order.</summary>
    public char[] Characters { get; }

    /// <summary>Windows of the first nine tenths, or of the last: characters (batch, window), and those after each.</summary>
    public IBatches<(Tensor Inputs, int[] Next)> Windows(bool held, int batch, int? shuffleSeed)
    {
        int border = codes.Length - codes.Length / 10;
        var (from, to) = held ? (border, codes.Length) : (0, border);
        int[] starts = [.. Enumerable.Range(0, (to - from - 1) / window).Select(i => from + i * window)];
        return Batches.Of(starts, batch, some => (
            Tensor.FromArray([.. some.SelectMany(start => codes.AsSpan(start, window).ToArray()).Select(c => (float)c)], some.Count, window),
            some.SelectMany(start => codes.AsSpan(start + 1, window).ToArray()).ToArray()), shuffleSeed);
    }

    /// <summary>Goes on after a beginning, with each character drawn from softmax(logits / temperature).</summary>
    /// <param name="network">Characters (1, time) to logits (1, time, characters).</param>
    /// <param name="start">Of which the characters that the text does not have are left out.</param>
    /// <param name="length">Characters to write.</param>
    /// <param name="temperature">Below 1 bolder letters are drawn less often.</param>
    /// <param name="random">What is drawn from.</param>
    public string Write(Module network, string start, int length, double temperature, RandomSource random)
    {
        List<int> written = [.. start.Select(c => Array.BinarySearch(Characters, c)).Where(c => c >= 0)];
        if (written.Count == 0) written.Add(0);
        for (int i = 0; i < length; i++)
        {
            float[] recent = [.. written.TakeLast(window).Select(c => (float)c)];
            float[] logits = network.Forward(Tensor.FromArray(recent, 1, recent.Length).To(Device.Default)).ToArray()[^Characters.Length..];
            double[] weights = [.. logits.Select(l => Math.Exp((l - logits.Max()) / temperature))];
            double left = random.NextDouble() * weights.Sum();
            int drawn = 0;
            while (drawn < weights.Length - 1 && (left -= weights[drawn]) >= 0) drawn++;
            written.Add(drawn);
        }
        return string.Concat(written.Select(c => Characters[c]));
    }
}
