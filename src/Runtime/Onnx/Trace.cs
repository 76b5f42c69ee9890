using Recurve.Contracts;
using Recurve.Kernels;

namespace Recurve.Onnx;

/// <summary>One operation on lanes; leaves are "Stream", "Old" and "Constant".</summary>
/// <param name="Name">As in <see cref="ILane{V}"/>.</param>
/// <param name="Operands">Earlier operations, by index.</param>
/// <param name="Number">Of a constant, or which stream or state.</param>
internal sealed record Traced(string Name, int[] Operands, float Number = 0);

/// <summary>
/// What a body computes, as operations: the body is run once, on lanes that write down what is done with them (<see cref="TraceLane"/>). So every kernel
/// that the processor runs can be told to another program, from the same text.
/// </summary>
internal sealed unsafe class Trace
{
    public const string Stream = "Stream", Old = "Old", Constant = "Constant";

    [ThreadStatic] static Trace? current;

    readonly List<Traced> operations = [];
    readonly Dictionary<string, int> known = [];

    Trace() { }

    public IReadOnlyList<Traced> Operations => operations;

    /// <summary>The new states, then the outputs (of a map: the outputs).</summary>
    public int[] Results { get; private set; } = [];

    /// <summary>A map's outputs.</summary>
    public static Trace OfMap<TBody>(float[] fixedValues) where TBody : struct, IMapBody
        => Of(TBody.Signature, fixedValues, (trace, row) => TBody.Forward(row));

    /// <summary>A step's new states and outputs.</summary>
    public static Trace OfStep<TBody>(float[] fixedValues) where TBody : struct, ISequentialBody
        => Of(TBody.Signature, fixedValues, (trace, row) => TBody.Step(row));

    /// <summary>The same of s = a p + b.</summary>
    public static Trace OfScan<TBody>(float[] fixedValues) where TBody : struct, IScanBody => Of(TBody.Signature, fixedValues, (trace, row) =>
    {
        TBody.Coefficients(row, out TraceLane a, out var b);
        var p = row.Old(0);
        var s = a * p + b;
        row.SetNew(0, s);
        TBody.Outputs(row, p, s);
    });

    /// <summary>For lanes: the operation's index; equal ones are one.</summary>
    public static int Add(string name, float number, params int[] operands)
    {
        var trace = current ?? throw new InvalidOperationException("A lane that traces is computed with outside of a trace.");
        var key = $"{name} {BitConverter.SingleToInt32Bits(number)} {string.Join(' ', operands)}";
        if (trace.known.TryGetValue(key, out var same)) return same;
        trace.operations.Add(new(name, operands, number));
        return trace.known[key] = trace.operations.Count - 1;
    }

    static Trace Of(BodySignature body, float[] fixedValues, Action<Trace, Frame<TraceLane>> run)
    {
        var (outside, trace) = (current, new Trace());
        current = trace;
        try
        {
            // memory as a kernel has it, one lane to each pointer: an operation's index instead of a number
            var cells = GC.AllocateArray<int>(body.Streams + 2 * body.States + body.Outputs, pinned: true);
            var pointers = GC.AllocateArray<nint>(cells.Length, pinned: true);
            var numbers = GC.AllocateArray<float>(fixedValues.Length, pinned: true);
            fixedValues.CopyTo(numbers, 0);
            fixed (int* cell = cells)
            fixed (nint* pointer = pointers)
            fixed (float* number = numbers)
            {
                for (var i = 0; i < cells.Length; i++) pointer[i] = (nint)(cell + i);
                var streams = (float**)pointer;
                var (old, next, outputs) = (body.Streams, body.Streams + body.States, body.Streams + 2 * body.States);
                FrameTable table = new() { Streams = streams, Old = streams + old, New = streams + next, Outputs = streams + outputs, Fixed = number };
                for (var i = 0; i < body.Streams; i++) cell[i] = Add(Stream, i);
                for (var i = 0; i < body.States; i++) cell[old + i] = Add(Old, i);
                run(trace, new(&table, 0, Stores.Of(pastCaches: false)));
                trace.Results = cells[next..];
            }
            return trace;
        }
        finally
        {
            current = outside;
        }
    }
}
