using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>
/// C = A B for matrices that may vary from step to step: (rows × inner) · (inner × columns). Ā += C̄ Bᵀ, B̄ += Aᵀ C̄.
/// A matrix-vector product has one column, an outer product an inner size of one.
/// </summary>
internal sealed unsafe class MatMatStage(Signal a, Signal b, int rows, int inner, int columns, string name = "Product")
    : RowStage(rows * columns, a, b)
{
    /// <summary>m · v.</summary>
    public static MatMatStage MatVec(Signal m, Signal v) => new(m, v, m.Width / v.Width, v.Width, 1, "Matrix times vector");

    /// <summary>a bᵀ.</summary>
    public static MatMatStage Outer(Signal a, Signal b) => new(a, b, a.Width, 1, b.Width, "Outer product");

    public override void Export(OnnxPlan plan) => plan.Set(Results[0], plan.Row(
        plan.Graph.Add("MatMul", [plan.Matrix(Operands[0], rows, inner), plan.Matrix(Operands[1], inner, columns)]), Rate == Rate.PerStep, rows * columns));

    public override string Describe() => $"{name} ({rows} × {inner}) · ({inner} × {columns})";

    public override void Forward(float** operands, float* result)
    {
        var (a, b) = ((nint)operands[0], (nint)operands[1]);
        for (var i = 0; i < rows; i++)
        {
            float* row = (float*)a + i * inner, target = result + i * columns;
            if (columns == 1)
            {
                *target = (float)RowMath.Dot(row, (float*)b, inner);
                continue;
            }
            RowMath.Clear(target, columns);
            for (var k = 0; k < inner; k++) RowMath.AddScaled(target, row[k], (float*)b + k * columns, columns);
        }
    }

    public override void Backward(float** operands, float* result, float* adjoint, float** operandAdjoints)
    {
        float* a = operands[0], b = operands[1], da = operandAdjoints[0], db = operandAdjoints[1];
        for (var i = 0; i < rows; i++)
        {
            var dc = adjoint + i * columns;
            for (var k = 0; k < inner; k++)
            {
                if (da != null) da[i * inner + k] += (float)RowMath.Dot(dc, b + k * columns, columns);
                if (db != null) RowMath.AddScaled(db + k * columns, a[i * inner + k], dc, columns);
            }
        }
    }

    public override void Forward(DeviceRowCall call)
        => Product(call, call.Result, call.Operands[0], (inner, 1), call.Operands[1], (columns, 1), rows, inner, columns, add: 0);

    public override void Backward(DeviceRowCall call, DeviceRowAdjoint adjoint)
    {
        if (adjoint.Operand == 0) Product(call, adjoint.Target, adjoint.Adjoint, (columns, 1), call.Operands[1], (1, columns), rows, columns, inner, adjoint.Add);
        else Product(call, adjoint.Target, call.Operands[0], (1, inner), adjoint.Adjoint, (columns, 1), inner, rows, columns, adjoint.Add);
    }

    /// <summary>(height × depth) · (depth × width), each with how far apart its numbers lie from row to row and from column to column.</summary>
    static void Product(
        DeviceRowCall call, Rows y, Rows a, (int Row, int Column) x, Rows b, (int Row, int Column) z, int height, int depth, int width, int add)
        => call.Device.Launch(
            DeviceRowCall.Text, "product", call.ItemsPerRow(height * width),
            y.Start, y.BatchStride, y.StepStride, a.Start, a.BatchStride, a.StepStride, x.Row, x.Column,
            b.Start, b.BatchStride, b.StepStride, z.Row, z.Column,
            call.Space.Lengths, call.Space.Rows, call.Space.Steps, call.Space.First, height, depth, width, add);
}
