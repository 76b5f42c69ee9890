using Recurve.Contracts;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>Each column of the result is a column of the operand, or 0.</summary>
internal sealed unsafe class GatherStage : RowStage
{
    readonly string name;
    readonly int[] source;
    readonly DeviceGather table;

    GatherStage(string name, Signal v, int[] source) : base(source.Length, v) => (this.name, this.source, table) = (name, source, new(source, v.Width));

    /// <summary>Channels in reversed order.</summary>
    public static GatherStage Flip(Signal v)
        => new($"Flip {v.Width} channels", v, [.. Enumerable.Range(0, v.Width).Select(i => v.Width - 1 - i)]);

    /// <summary>mᵀ of a rows × columns matrix.</summary>
    public static GatherStage Transpose(Signal m, int rows, int columns)
        => new($"Transpose {rows} × {columns}", m, [.. Enumerable.Range(0, m.Width).Select(i => i % rows * columns + i / rows)]);

    /// <summary>diag(v).</summary>
    public static GatherStage Diagonal(Signal v) => new(
        $"Diagonal of {v.Width}", v, [.. Enumerable.Range(0, v.Width * v.Width).Select(i => i / v.Width == i % v.Width ? i % v.Width : -1)]);

    /// <summary>Rows, each of them v.</summary>
    public static GatherStage AlongRows(Signal v, int rows)
        => new($"Repeat {v.Width} channels in {rows} rows", v, [.. Enumerable.Range(0, rows * v.Width).Select(i => i % v.Width)]);

    /// <summary>Columns, each of them v.</summary>
    public static GatherStage AlongColumns(Signal v, int columns)
        => new($"Repeat {v.Width} channels in {columns} columns", v, [.. Enumerable.Range(0, v.Width * columns).Select(i => i / columns)]);

    public override void Export(OnnxPlan plan)
    {
        var g = plan.Graph;
        var gathered = g.Add("Gather", [plan.ValueOf(Operands[0]), g.Integers([.. source.Select(s => (long)Math.Max(s, 0))])], new OnnxAttribute("axis", -1L));
        if (source.All(s => s >= 0)) plan.Set(Results[0], gathered);
        // where nothing is gathered there is 0, whatever the operand is
        else plan.Set(Results[0], g.Add("Where", [g.Add("Greater", [g.Constant("gathered", [.. source.Select(s => s < 0 ? 0f : 1f)], source.Length), g.Number(0)]), gathered, g.Number(0)]));
    }

    public override string Describe() => name;

    public override void Forward(float** operands, float* result)
    {
        for (var i = 0; i < source.Length; i++) result[i] = source[i] < 0 ? 0 : operands[0][source[i]];
    }

    public override void Backward(float** operands, float* result, float* adjoint, float** operandAdjoints)
    {
        var dv = operandAdjoints[0];
        if (dv == null) return;
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] >= 0) dv[source[i]] += adjoint[i];
        }
    }

    public override void Forward(DeviceRowCall call) => table.Gather(call.Device, call.Result, call.Operands[0], call.Space, add: 0);

    public override void Backward(DeviceRowCall call, DeviceRowAdjoint adjoint)
        => table.Collect(call.Device, adjoint.Target, adjoint.Adjoint, call.Space, adjoint.Add);
}
