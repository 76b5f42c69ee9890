using System.Collections.Concurrent;
using Recurve.Contracts;
using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>A body as text, and the programs that skeletons make of it: one per direction, set of per-call streams, and list of skeletons.</summary>
/// <param name="type">The body.</param>
/// <param name="name">Its name.</param>
/// <param name="body">Its signature.</param>
/// <param name="text">Its <see cref="IBody.DeviceText"/>.</param>
/// <param name="cell">Whose stage it is; it heads the text as a comment.</param>
internal sealed class DeviceBody(Type type, string name, BodySignature body, string text, CellInfo? cell = null)
{
    readonly ConcurrentDictionary<(DeviceSignature Signature, string Skeletons, bool Backward), DeviceProgram> programs = [];

    public BodySignature Signature => body;

    /// <summary>Its functions.</summary>
    public string Text => text;

    /// <exception cref="DeviceException">The body has no text.</exception>
    public static DeviceBody Of<TBody>(CellInfo? cell = null) where TBody : struct, IBody
    {
        // what a file keeps to itself has its name behind the file's
        var name = typeof(TBody).Name;
        name = name[(name.LastIndexOf("__", StringComparison.Ordinal) is >= 0 and var end ? end + 2 : 0)..];
        return new(typeof(TBody), name, TBody.Signature, TBody.DeviceText
            ?? throw new DeviceException($"{name} has no text for devices (IBody.DeviceText): it runs on the processor alone."), cell);
    }

    /// <summary>The program of some skeletons around this body.</summary>
    /// <param name="signature">Of the launch.</param>
    /// <param name="backward">Direction.</param>
    /// <param name="skeletons">Files of Devices/Kernels, in order.</param>
    public DeviceProgram ProgramOf(DeviceSignature signature, bool backward, params string[] skeletons)
        => programs.GetOrAdd((signature, string.Join(' ', skeletons), backward),
            key => new($"{name}, {(backward ? "backward" : "forward")}", Assemble(signature, backward, skeletons))
            {
                Body = new(type, signature, backward, skeletons),
            });

    /// <summary>One text: the body stands before the skeletons' words, which therefore cannot be taken for its names.</summary>
    string Assemble(DeviceSignature signature, bool backward, string[] skeletons) => string.Join('\n',
    [
        $"// {name}, {(backward ? "against the order" : "in order")}\n{CommentOf(cell)}",
        DeviceProgram.ReadFile("Functions.cl"),
        text + "\n",
        signature.Text(backward),
        DeviceProgram.ReadFile("Numbers.cl"),
        DeviceProgram.ReadFile("Signals.cl"),
        .. skeletons.Select(DeviceProgram.ReadFile),
    ]);

    /// <summary>The cell, each state's class with its reason, the stages; then the program.</summary>
    public static string CommentOf(CellInfo? cell) => cell is null ? "" : string.Concat($"{cell}\n{cell.Program}".Split('\n').Select(line => $"// {line}\n"));
}
