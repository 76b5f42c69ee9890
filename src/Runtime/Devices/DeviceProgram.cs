using System.Collections.Concurrent;
using Recurve.Devices.Skeletons;

namespace Recurve.Devices;

/// <summary>
/// Text of kernels in the common subset of CUDA C++ and OpenCL C 1.2, over the prelude that each accelerator puts before it. An accelerator compiles it on
/// first use; programs of equal text are compiled once.
/// </summary>
/// <param name="name">For messages.</param>
/// <param name="text">Without the prelude.</param>
internal sealed class DeviceProgram(string name, string text)
{
    static readonly ConcurrentDictionary<string, string> Files = [];

    public string Name => name;

    public string Text => text;

    /// <summary>What the text was put together from, for a device that compiles a body's C# instead; null: there is no body in it.</summary>
    public FusedBody? Body { get; init; }

    /// <summary>A program that is one file of Devices/Kernels, or several one after the other.</summary>
    public static DeviceProgram Of(params string[] files) => new(string.Join(" + ", files), string.Join('\n', files.Select(ReadFile)));

    /// <summary>A file of Devices/Kernels.</summary>
    public static string ReadFile(string file) => Files.GetOrAdd(file, static file =>
    {
        using var stream = typeof(DeviceProgram).Assembly.GetManifestResourceStream($"Recurve.Devices.Kernels.{file}")
            ?? throw new InvalidOperationException($"There is no kernel text {file}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}

/// <summary>A body within skeletons.</summary>
/// <param name="Type">The <see cref="Contracts.IBody"/>.</param>
/// <param name="Signature">Of the launch.</param>
/// <param name="Backward">Direction.</param>
/// <param name="Skeletons">Files of Devices/Kernels, in order.</param>
internal sealed record FusedBody(Type Type, DeviceSignature Signature, bool Backward, IReadOnlyList<string> Skeletons);
