using Recurve.Onnx;

namespace Recurve;

public abstract partial class Module
{
    /// <summary>
    /// Writes the model as it is now to an ONNX file (opset 17). Inputs and outputs are (batch, time, size), batch and time free; every sequence starts
    /// from the initial states. A cell with several inputs or outputs has them under their names, any other model <c>x</c> and <c>y</c>.
    /// An LSTM and a GRU become the operations of that name, recognised by what they compute; other recurrences become <c>Scan</c>.
    /// Dropout is left out.
    /// </summary>
    /// <exception cref="NotSupportedException">A module or an operation of a cell has no counterpart; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be written; the old one, if any, is unchanged.</exception>
    public void ExportOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        EnsureInitialized();
        var bytes = OnnxModel.Of(this);
        AtomicFile.Write(path, file => file.Write(bytes));
    }

    /// <summary>Adds what the module computes.</summary>
    internal virtual OnnxFlow Export(OnnxGraph graph, OnnxFlow x)
        => throw new NotSupportedException($"{GetType().Name} cannot be exported: only cells and the modules of this library know how to.");

    /// <summary>The module that reads the model's input first.</summary>
    internal Module First => this is CellModule || children.Count == 0 ? this : children[0].Module.First;
}
