using System.Text;

namespace Recurve.Generator.Emit;

/// <summary>C# text, line by line: indented by blocks, <c>\n</c> only.</summary>
internal sealed class SourceWriter
{
    readonly StringBuilder text = new();
    int depth;

    public SourceWriter Line(string line = "")
    {
        if (line != "") text.Append(' ', 4 * depth).Append(line);
        text.Append('\n');
        return this;
    }

    /// <summary>Several lines, indented alike.</summary>
    public SourceWriter Lines(IEnumerable<string> lines)
    {
        foreach (var line in lines) Line(line);
        return this;
    }

    /// <summary>A header and its block; the block closes when the result is disposed.</summary>
    public Block Open(string header, string end = "}", string begin = "{")
    {
        Line(header).Line(begin);
        depth++;
        return new(this, end);
    }

    /// <summary>Lines one level deeper until the result is disposed.</summary>
    public Block Indent()
    {
        depth++;
        return new(this, null);
    }

    public override string ToString() => text.ToString();

    /// <summary>An open block.</summary>
    internal readonly struct Block(SourceWriter writer, string? end) : IDisposable
    {
        public void Dispose()
        {
            writer.depth--;
            if (end is not null) writer.Line(end);
        }
    }
}
